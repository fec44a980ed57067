import type { ProblemCode } from '@berth/contract/problems'
import { QueryFailedError } from 'typeorm'
import { problem } from '../../http/problem.ts'

/** What a billing function refused on purpose, as the API says it; anything else as it came. */
export async function orRefused<T>(
  work: Promise<T>,
  codes: Partial<Record<string, ProblemCode>>,
): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof QueryFailedError)) throw error
    const { code, message, hint } = error.driverError as Error & { code?: string; hint?: string }
    const known = code === undefined ? undefined : codes[code]
    if (known === undefined) throw error
    throw problem(known, `${hint ? `${message}. ${hint}` : `${message}.`} Nothing was moved.`, {
      cause: error,
    })
  }
}
