import type { Classify, HttpAnswer } from '../http/client.ts'
import type { ProviderErrorKind } from '../provider-error.ts'
import { errorSchema } from './schema.ts'

const KIND_OF_ERROR: Readonly<Record<string, ProviderErrorKind>> = {
  no_such_ask: 'no_capacity',
  // Why: the least bid rose since the offer was read, so this offer is gone as it was sold.
  invalid_price: 'no_capacity',
  insufficient_credit: 'upstream_funds',
  // Vast says so with 401, 403 or 404.
  auth_error: 'auth',
  not_authorized: 'auth',
  invalid_args: 'invalid_request',
  no_ssh_key_for_vm: 'invalid_request',
  no_such_instance: 'invalid_request',
  not_found: 'invalid_request',
  rate_limit_exceeded: 'rate_limited',
}

/** Which word an account hears that may not have more is not documented; its message would speak of it. */
const QUOTA_PROSE = /quota|\blimit\b.*\b(reached|exceeded)|exceed\w* .*\blimit/i

const ABSENT = new Set(['no_such_instance', 'not_found'])

/** Longer than the interval that was missed, since a call too soon may count against the next. */
const PATIENCE = 1.5

/** Vast's refusals in our words; a 5xx, and what carries no word we know, is left to the common rule. */
export const classifyVast: Classify = (answer) => {
  const { status } = answer
  if (status >= 500) return null
  const { error, words } = readError(answer)
  if (status === 429) {
    const seconds = Number(/threshold=([\d.]+)/.exec(words)?.[1])
    const known = Number.isFinite(seconds) && answer.headers.get('retry-after') === null
    return {
      kind: 'rate_limited',
      words,
      ...(known && { retryAfterMs: Math.ceil(seconds * 1000 * PATIENCE) }),
    }
  }
  // Why the words too: an unknown offer answers invalid_args and says no_such_ask in its message.
  const kind = /\bno_such_ask\b/.test(words) ? 'no_capacity' : (KIND_OF_ERROR[error] ?? quotaOf(words))
  return kind === undefined ? null : { kind, words }
}

const quotaOf = (words: string): ProviderErrorKind | undefined =>
  QUOTA_PROSE.test(words) ? 'quota' : undefined

/** Whether this 404 speaks of the instance, and not of the key or the path. */
export const saysAbsent = (words: string): boolean =>
  [...ABSENT].some((error) => words.includes(`[${error}]`))

/** The instance that a refused create left behind, null where it left none. */
export const contractLeftBy = (words: string): string | null =>
  /\[new_contract (\d+)\]/.exec(words)?.[1] ?? null

function readError({ json, text }: HttpAnswer): { error: string; words: string } {
  const parsed = errorSchema.safeParse(json)
  if (!parsed.success) return { error: '', words: text.trim() }
  const { error, msg, detail, new_contract: contract } = parsed.data
  const left = contract === undefined ? '' : `[new_contract ${contract}]`
  const words = [msg ?? detail, error && `[${error}]`, left].filter(Boolean).join(' ')
  return { error: error ?? '', words }
}
