import { ProviderError } from '../provider-error.ts'
import { BodyTooLarge } from './read-body.ts'
import { redact } from './redact.ts'

/**
 * What sending a request a second time would do: `none` reads; `repeatable` may be sent again (delete, stop);
 * `once` makes a new thing each time, so a lost answer is ambiguous.
 */
export type Effect = 'none' | 'repeatable' | 'once'

export interface FailureContext {
  provider: string
  effect: Effect
  /** "POST /pods", for the words. */
  call: string
  /** The caller's own signal, to tell a call-off from a timeout. */
  signal: AbortSignal
  secrets: readonly string[]
  status?: number
}

/** Failures before a byte of the request left: name look-up, refused or impossible connection, TLS refusal. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EACCES',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** Turns whatever was thrown while sending or reading into the one error of the port, by when and what it was. */
export function transportFailure(error: unknown, context: FailureContext): ProviderError {
  if (error instanceof ProviderError) return error
  const { provider, effect, call, signal, secrets, status } = context
  const code = errorCode(error)
  const sent = !(code !== null && NEVER_SENT.has(code))
  const kind = error instanceof BodyTooLarge && effect !== 'once' ? 'protocol' : kindOf(effect, sent)
  const words = redact(`${call}: ${describeFailure(error, { code, called: signal.aborted })}`, secrets)
  return new ProviderError({
    provider,
    kind,
    words,
    cause: error,
    ...(status === undefined ? {} : { status }),
  })
}

const kindOf = (effect: Effect, sent: boolean): 'ambiguous' | 'unavailable' =>
  effect === 'once' && sent ? 'ambiguous' : 'unavailable'

function describeFailure(error: unknown, { code, called }: { code: string | null; called: boolean }): string {
  if (called) return 'called off before the answer came'
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time'
  if (code !== null) return `the connection failed (${code})`
  return error instanceof Error ? error.message : String(error)
}

/** The system or client code, which `fetch` hides one to three causes deep. */
function errorCode(error: unknown): string | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = nextCause(at), depth += 1) {
    const { code } = at as { code?: unknown }
    if (typeof code === 'string') return code
  }
  return null
}

/** Happy-eyeballs gathers one error for each address; they share their nature, so the first speaks for all. */
function nextCause(error: Error): unknown {
  return error.cause ?? (error instanceof AggregateError ? error.errors[0] : undefined)
}
