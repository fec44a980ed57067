import { redact } from '../http/redact.ts'
import { type Effect, transportFailure } from '../http/transport-failure.ts'
import { ProviderError, type ProviderErrorKind } from '../provider-error.ts'

/** One call to the engine: what it is, in words, and what sending it again would do. */
export interface EngineCall {
  what: string
  effect: Effect
  signal: AbortSignal
  timeoutMs?: number
}

/** Runs a call bound in time; whatever goes wrong is a `ProviderError`. */
export type CallEngine = <T>(call: EngineCall, run: (abortSignal: AbortSignal) => Promise<T>) => Promise<T>

const TIMEOUT_MS = 20_000

export function createCallEngine(provider: string): CallEngine {
  return async ({ what, effect, signal, timeoutMs = TIMEOUT_MS }, run) => {
    const bound = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    try {
      bound.throwIfAborted()
      // Why a race: not every method of the client listens to the signal it is given.
      return await Promise.race([run(bound), rejectionOn(bound)])
    } catch (error) {
      throw engineFailure(bound.aborted ? bound.reason : error, { provider, what, effect, signal })
    }
  }
}

function rejectionOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

/** Fine where it is in that state, or has that name, already: that is what was asked for. */
export async function done(outcome: Promise<unknown>): Promise<void> {
  await outcome.catch((error: ProviderError) => {
    if (error.status !== 304 && !/same name as its current name/.test(error.words)) throw error
  })
}

/** False where there is no such thing. */
export async function falseOn404(outcome: Promise<unknown>): Promise<boolean> {
  try {
    await done(outcome)
    return true
  } catch (error) {
    if (error instanceof ProviderError && error.status === 404) return false
    throw error
  }
}

/** Null where there is no such thing. */
export async function nullOn404<T>(outcome: Promise<T>): Promise<T | null> {
  try {
    return await outcome
  } catch (error) {
    if (error instanceof ProviderError && error.status === 404) return null
    throw error
  }
}

/** Words of the engine that tell more than its status: 500 covers everything from a bad image to a full disk. */
const MEANINGS: [ProviderErrorKind, RegExp][] = [
  ['no_capacity', /no space left|cannot allocate memory|port is already allocated|address already in use/i],
  ['no_capacity', /could not select device driver|nvidia-container-cli|unresolvable cdi devices/i],
  [
    'invalid_request',
    /no such image|pull access denied|manifest (for .* )?(unknown|not found)|repository does not exist|invalid reference/i,
  ],
  ['invalid_request', /oci runtime create failed|executable file not found|exec format error/i],
  ['unavailable', /no such host|connection refused|i\/o timeout|tls handshake|deadline exceeded/i],
]

const KIND_OF_STATUS: Readonly<Record<number, ProviderErrorKind>> = {
  304: 'not_yet',
  400: 'invalid_request',
  401: 'auth',
  403: 'auth',
  404: 'invalid_request',
  409: 'not_yet',
}

function engineFailure(
  error: unknown,
  { provider, what, effect, signal }: EngineCall & { provider: string },
): ProviderError {
  const { statusCode: status, message = String(error) } = error as { statusCode?: number; message?: string }
  const told = MEANINGS.find(([, pattern]) => pattern.test(message))?.[0]
  if (status === undefined && (told === undefined || signal.aborted)) {
    return transportFailure(error, { provider, effect, call: what, signal, secrets: [] })
  }
  const kind = told ?? kindOfStatus(status ?? 500, effect)
  const details = { provider, kind, words: redact(`${what}: ${message}`, []), cause: error }
  return new ProviderError(status === undefined ? details : { ...details, status })
}

/** Why 409 on create: a container of that name is there, so an earlier launch with this marker did happen. */
function kindOfStatus(status: number, effect: Effect): ProviderErrorKind {
  if (effect === 'once' && (status === 409 || status >= 500)) return 'ambiguous'
  return KIND_OF_STATUS[status] ?? 'unavailable'
}
