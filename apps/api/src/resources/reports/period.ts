import { type Period, periodQuery } from '@berth/contract/schemas/reports'
import { problem } from '../../http/problem.ts'

const DAY_MS = 86_400_000

/** The first instant of the period and the one after its last. */
export function instantsOf({ from, to }: Period): [first: Date, after: Date] {
  return [new Date(`${from}T00:00:00Z`), new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MS)]
}

/** Reads a period from a query string, or says what is wrong with it. */
export function periodOf(query: unknown): Period {
  const parsed = periodQuery.safeParse(query)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map(({ path, message }) => ({
    pointer: path.join('.'),
    detail: message,
  }))
  throw problem('invalid_request', errors[0]?.detail ?? 'Say from which day to which.', { errors })
}
