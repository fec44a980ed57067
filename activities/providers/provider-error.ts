import { DomainError } from '@berth/contract/errors'

/**
 * What the orchestrator has to do about a failed call, whatever the provider's words:
 * - `no_capacity`: mark the offer refused, next candidate
 * - `invalid_request`: no retry; show it to the person
 * - `upstream_funds`, `auth`: the provider is switched off for everyone, the operator is told
 * - `quota`: next region or provider, note for the operator
 * - `rate_limited`: wait, same attempt
 * - `ambiguous`: it may have happened; look the marker up before anything else
 * - `not_yet`: refused for now (a provisioning pod that can't be ended yet); ask again later
 * - `unavailable`: did not happen for certain (refused connection, 503 before effect); try again
 * - `protocol`: the answer was none we understand; a bug or an API change, the operator is told
 */
export const PROVIDER_ERROR_KINDS = [
  'no_capacity',
  'invalid_request',
  'upstream_funds',
  'auth',
  'quota',
  'rate_limited',
  'ambiguous',
  'not_yet',
  'unavailable',
  'protocol',
] as const
export type ProviderErrorKind = (typeof PROVIDER_ERROR_KINDS)[number]

const RETRYABLE: ReadonlySet<ProviderErrorKind> = new Set([
  'rate_limited',
  'not_yet',
  'unavailable',
  'ambiguous',
])

export interface ProviderErrorDetails {
  provider: string
  kind: ProviderErrorKind
  /** The provider's own words, secrets removed; shown to the person and the operator. */
  words: string
  status?: number
  retryAfterMs?: number
  cause?: unknown
}

/** The only error an adapter throws. */
export class ProviderError extends DomainError {
  readonly provider: string
  readonly kind: ProviderErrorKind
  readonly words: string
  readonly status: number | null
  readonly retryAfterMs: number | null

  constructor({ provider, kind, words, status, retryAfterMs, cause }: ProviderErrorDetails) {
    super(`provider_${kind}`, `${provider}: ${words}`, {
      retryable: RETRYABLE.has(kind),
      cause,
      details: { provider, kind, words, status: status ?? null, retryAfterMs: retryAfterMs ?? null },
    })
    this.provider = provider
    this.kind = kind
    this.words = words
    this.status = status ?? null
    this.retryAfterMs = retryAfterMs ?? null
  }
}
