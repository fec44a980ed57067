import type { Classify, HttpAnswer } from '../http/client.ts'
import type { ProviderErrorKind } from '../provider-error.ts'
import { errorSchema } from './schema.ts'

/** What a launch says of a type, region or key that is not there (any more). */
export const MISSING_OBJECT = 'global/object-does-not-exist'

/** Lambda's document says to act on the code and on nothing else. */
const KIND_OF_CODE: Readonly<Record<string, ProviderErrorKind>> = {
  'instance-operations/launch/insufficient-capacity': 'no_capacity',
  'instance-operations/launch/file-system-in-wrong-region': 'invalid_request',
  'global/invalid-parameters': 'invalid_request',
  'global/duplicate': 'invalid_request',
  'global/quota-exceeded': 'quota',
  'global/invalid-api-key': 'auth',
  'global/account-inactive': 'upstream_funds',
  'global/invalid-address': 'upstream_funds',
}

/** One launch in 12 seconds; the refusal does not say how long to wait. */
const LAUNCH_PAUSE_MS = 12_000

export const isLaunch = ({ method, path }: { method: string; path: string }): boolean =>
  method === 'POST' && path === '/instance-operations/launch'

/** Lambda's refusals in our words; a 5xx is left to the common rule, by which a launch is ambiguous. */
export const classifyLambda: Classify = (answer, call) => {
  const { status, headers } = answer
  if (status >= 500) return null
  const { code, words } = readError(answer)
  if (status === 429) {
    const pause = isLaunch(call) && headers.get('retry-after') === null
    return { kind: 'rate_limited', words, ...(pause && { retryAfterMs: LAUNCH_PAUSE_MS }) }
  }
  const kind = kindOf(code, isLaunch(call))
  return kind === null ? null : { kind, words }
}

function kindOf(code: string, launches: boolean): ProviderErrorKind | null {
  // Why no_capacity: the type or region left the catalog since it was read, and another candidate may be there.
  if (code === MISSING_OBJECT) return launches ? 'no_capacity' : 'invalid_request'
  // Why: refused for certain, by the machinery behind Lambda; it says of itself to try again.
  if (code.startsWith('provider/')) return 'unavailable'
  return KIND_OF_CODE[code] ?? null
}

function readError({ json, text }: HttpAnswer): { code: string; words: string } {
  const parsed = errorSchema.safeParse(json)
  if (!parsed.success) return { code: '', words: text.trim() }
  const { code, message, suggestion } = parsed.data.error
  return { code, words: [message, suggestion, `[${code}]`].filter(Boolean).join(' ') }
}
