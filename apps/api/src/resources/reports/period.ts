import { fieldErrorOf } from '@berth/contract/field-error-of'
import { ledgerQuery } from '@berth/contract/schemas/billing'
import { type Period, periodQuery } from '@berth/contract/schemas/reports'
import type { z } from 'zod'
import { problem } from '../../http/problem.ts'

const DAY_MS = 86_400_000

/** The first instant of the period and the one after its last. */
export function instantsOf({ from, to }: Period): [first: Date, after: Date] {
  return [new Date(`${from}T00:00:00Z`), new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MS)]
}

/** Reads a period from a query string, or says what is wrong with it. */
export const periodOf = (query: unknown): Period => readQuery(periodQuery, query)

const ledgerFilter = ledgerQuery.pick({ kind: true, rentalId: true })
export type LedgerFilter = z.output<typeof ledgerFilter>

/** Reads which movements are wanted, all where nothing is said. */
export const ledgerFilterOf = (query: unknown): LedgerFilter => readQuery(ledgerFilter, query)

function readQuery<S extends z.ZodType>(schema: S, query: unknown): z.output<S> {
  const parsed = schema.safeParse(query)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map((issue) => fieldErrorOf(issue, query, issue.path.join('.')))
  throw problem(
    'invalid_request',
    errors[0]?.detail ?? 'The address says something that is not understood.',
    { errors },
  )
}
