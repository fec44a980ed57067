import { ProviderError } from '../provider-error.ts'

/** At most so many requests in any window of this length; `{ requests: 1, windowMs: 4500 }` is a minimum interval. */
export interface RateLimit {
  requests: number
  windowMs: number
}

/** One account's turnstile: every caller of that account in this process goes through it, in order of arrival. */
export interface Pacer {
  /** Resolves when the caller may send; throws `rate_limited` where the wait would be too long, `unavailable` on abort. */
  acquire(signal: AbortSignal): Promise<void>
  /** Nobody passes for so long: the provider told one caller to wait, and the limit is the account's. */
  pauseFor(ms: number): void
  /** Turns away those who wait and those who come. */
  close(): void
}

export interface PacerOptions {
  provider: string
  /** The provider's published limits; all of them hold at once. */
  limits: RateLimit[]
  /** Times every window: 0.1 for an emulated cloud that lives ten times as fast as the real one. */
  timeScale?: number | undefined
  /** How many may wait; one more is turned away. */
  maxQueued?: number
  /** A caller who would wait longer is turned away at once with the time to come back. */
  maxWaitMs?: number
}

const nowMs = (): number => performance.now()

/** Token buckets over a queue with a bound; monotonic time, so a stepped wall clock can neither open nor shut it. */
export function createPacer(options: PacerOptions): Pacer {
  const { provider, limits, timeScale = 1, maxQueued = 200, maxWaitMs = 60_000 } = options
  const buckets = createBuckets(
    limits.map(({ requests, windowMs }) => ({ requests, windowMs: windowMs * timeScale })),
  )
  const queue: Waiter[] = []
  let pausedUntilMs = 0
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const error = (kind: 'rate_limited' | 'unavailable', words: string, extra: object = {}): ProviderError =>
    new ProviderError({ provider, kind, words, ...extra })
  const shut = (): ProviderError => error('unavailable', 'the adapter was closed')
  const calledOff = ({ reason }: AbortSignal): ProviderError =>
    error('unavailable', 'called off while waiting for its turn; nothing was sent', { cause: reason })

  const waitMsFor = (turns: number): number => Math.max(0, pausedUntilMs - nowMs(), buckets.waitMsFor(turns))

  function admitDue(): void {
    clearTimeout(timer)
    while (queue.length > 0) {
      const waitMs = waitMsFor(1)
      if (waitMs > 0) {
        timer = setTimeout(admitDue, Math.ceil(waitMs))
        return
      }
      buckets.take()
      queue.shift()?.admit()
    }
  }

  function refusal(signal: AbortSignal): ProviderError | null {
    if (closed) return shut()
    if (signal.aborted) return calledOff(signal)
    const waitMs = waitMsFor(queue.length + 1)
    const retryAfterMs = Math.ceil(waitMs)
    if (queue.length >= maxQueued)
      return error('rate_limited', `${queue.length} calls of this account wait already`, { retryAfterMs })
    if (waitMs > maxWaitMs)
      return error('rate_limited', 'this account is over its rate limit', { retryAfterMs })
    return null
  }

  return {
    async acquire(signal) {
      const refused = refusal(signal)
      if (refused) throw refused
      const turn = joinQueue({ queue, signal, calledOff })
      admitDue()
      await turn
    },
    pauseFor(ms) {
      pausedUntilMs = Math.max(pausedUntilMs, nowMs() + ms)
      admitDue()
    },
    close() {
      closed = true
      clearTimeout(timer)
      for (const waiter of queue.splice(0)) waiter.refuse(shut())
    },
  }
}

interface Waiter {
  admit(): void
  refuse(reason: ProviderError): void
}

interface JoinOptions {
  queue: Waiter[]
  signal: AbortSignal
  calledOff: (signal: AbortSignal) => ProviderError
}

/** Resolves at one's turn; an abort leaves the queue, so that nobody waits behind a caller who is gone. */
function joinQueue({ queue, signal, calledOff }: JoinOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      queue.splice(queue.indexOf(waiter), 1)
      reject(calledOff(signal))
    }
    const settle = (): void => signal.removeEventListener('abort', leave)
    const waiter: Waiter = {
      admit() {
        settle()
        resolve()
      },
      refuse(reason) {
        settle()
        reject(reason)
      },
    }
    signal.addEventListener('abort', leave, { once: true })
    queue.push(waiter)
  })
}

/** A fifth of a window's quota may go at once, the rest is spread: a burst never locks the account out for a window. */
const BURST_SHARE = 0.2

/** Several buckets emptied together. A burst of b and a rate of (q - b + 1) per window let at most q pass in any window. */
function createBuckets(limits: readonly RateLimit[]) {
  const buckets = limits.map(({ requests, windowMs }) => {
    const capacity = Math.max(1, Math.floor(requests * BURST_SHARE))
    return { capacity, perMs: (requests - capacity + 1) / windowMs, tokens: capacity }
  })
  let refilledAtMs = nowMs()
  return {
    /** Time until so many more requests may have gone, the last of them included. */
    waitMsFor(turns: number): number {
      const at = nowMs()
      for (const bucket of buckets) {
        bucket.tokens = Math.min(bucket.capacity, bucket.tokens + (at - refilledAtMs) * bucket.perMs)
      }
      refilledAtMs = at
      return Math.max(0, ...buckets.map(({ tokens, perMs }) => (turns - tokens) / perMs))
    },
    take(): void {
      for (const bucket of buckets) bucket.tokens -= 1
    },
  }
}
