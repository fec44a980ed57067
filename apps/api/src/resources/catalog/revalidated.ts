interface RevalidatedOptions<T> {
  load: () => Promise<T>
  ttlMs: number
  now: () => number
  onLoaded: (value: T) => void
  /** A load that nobody waits for has failed; what was loaded before stays. */
  onError: (error: unknown) => void
}

/** A value that is answered from memory and brought up to date behind the answer. */
export interface Revalidated {
  /** Settles when the first value is there, at once after that. Rejects when the first load fails. */
  first: () => Promise<void>
  /** Starts a load where there is no value or it is past its time; never waits, never throws. */
  touch: () => void
  /** Something is known to have changed: loads again, whatever the age. Settles when that is done; never rejects. */
  invalidate: () => Promise<void>
}

/** After a failed load the next one waits so long, however many queries arrive meanwhile. */
const RETRY_MS = 2_000

/**
 * Stale-while-revalidate. Loads coalesce: at most one runs at a time, and news that arrives while one runs leads to
 * exactly one more after it, since the running one may have read the state before the news.
 */
export function revalidated<T>({ load, ttlMs, now, onLoaded, onError }: RevalidatedOptions<T>): Revalidated {
  let isLoaded = false
  let reloadAt = 0
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null

  const run = async (): Promise<void> => {
    try {
      const value = await load()
      isLoaded = true
      reloadAt = now() + ttlMs
      onLoaded(value)
    } catch (error) {
      reloadAt = now() + Math.min(ttlMs, RETRY_MS)
      throw error
    } finally {
      running = null
    }
  }
  const start = (): Promise<void> => (running ??= run())
  const startNext = (): Promise<void> => {
    next = null
    return start().catch(onError)
  }

  return {
    first: async () => {
      if (!isLoaded) await start()
    },
    touch: () => {
      if (!running && now() >= reloadAt) void start().catch(onError)
    },
    invalidate: () => {
      if (!running) return startNext()
      return (next ??= running.then(startNext, startNext))
    },
  }
}
