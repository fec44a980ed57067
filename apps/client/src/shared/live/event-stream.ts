import { readServerEvents } from './read-server-events.ts'

export type StreamState = 'connecting' | 'live' | 'reconnecting'

export interface EventStreamOptions<T> {
  url: string
  /** Null for what this page does not know: a newer server may say more than an open tab understands. */
  parse: (data: string) => T | null | Promise<T | null>
  onEvent: (event: T) => void
  onState: (state: StreamState) => void
  /** Runs when the stream is back after a gap: events that cannot be resumed were not heard. */
  onResumed: () => void
  /** The server no longer knows who is listening; the stream stays closed. */
  onSignedOut: () => void
  /** The server will not have this stream at all (it is no passing trouble); it stays closed. */
  onRefused?: (answer: Response) => void
  fetch?: typeof globalThis.fetch
  random?: () => number
}

const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 30_000
/** The server gives a sign of life every 10 seconds; two lost ones mean that the line is dead. */
const LONGEST_SILENCE_MS = 25_000

/** Asking too often passes by itself. */
const PASSING = 429

/**
 * A stream of server-sent events, opened again for as long as the page lives, each time with the id of the last event
 * heard, so that the server tells what was missed. Read with `fetch`, because an EventSource forgets that id when a server answers
 * with an error, and never says which. Waits twice as long each time, with jitter, so that a thousand open pages do
 * not come back in the same second.
 */
export function openEventStream<T>(options: EventStreamOptions<T>): { close: () => void } {
  const { fetch: fetcher = (...input) => globalThis.fetch(...input), random = Math.random } = options
  const closed = new AbortController()
  let lastEventId: string | null = null
  let failures = 0
  let heardBefore = false

  async function listenOnce(): Promise<'final' | 'ended'> {
    const silence = new AbortController()
    const cut = () => silence.abort()
    let alarm = setTimeout(cut, LONGEST_SILENCE_MS)
    // Why not wait for the silence: a device that knows it is offline is not to call a dead line live.
    globalThis.addEventListener('offline', cut)
    try {
      const response = await fetcher(options.url, {
        headers: {
          accept: 'text/event-stream',
          ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
        },
        cache: 'no-store',
        signal: AbortSignal.any([closed.signal, silence.signal]),
      })
      if (isFinal(response.status)) {
        if (response.status === 401) options.onSignedOut()
        else options.onRefused?.(response)
        return 'final'
      }
      if (!response.ok || !response.body) return 'ended'
      onOpen()
      for await (const message of readServerEvents(response.body)) {
        clearTimeout(alarm)
        alarm = setTimeout(cut, LONGEST_SILENCE_MS)
        if (!message) continue
        lastEventId = message.id ?? lastEventId
        const event = await options.parse(message.data)
        if (event) options.onEvent(event)
      }
      return 'ended'
    } catch {
      // Why: cut, refused and silent are one case, and the loop comes back to it.
      return 'ended'
    } finally {
      clearTimeout(alarm)
      globalThis.removeEventListener('offline', cut)
    }
  }

  function onOpen(): void {
    failures = 0
    if (heardBefore) options.onResumed()
    heardBefore = true
    options.onState('live')
  }

  async function keepListening(): Promise<void> {
    options.onState('connecting')
    while (!closed.signal.aborted) {
      if ((await listenOnce()) === 'final' || closed.signal.aborted) return
      options.onState('reconnecting')
      const waitMs = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS) * (0.5 + random() / 2)
      failures += 1
      await sleep(waitMs, closed.signal)
    }
  }

  void keepListening()
  return { close: () => closed.abort() }
}

/** Ends early when closed, and when the device comes back online: that is news worth acting on at once. */
function sleep(waitMs: number, closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      closed.removeEventListener('abort', end)
      globalThis.removeEventListener('online', end)
      resolve()
    }
    const timer = setTimeout(end, waitMs)
    closed.addEventListener('abort', end)
    globalThis.addEventListener('online', end)
  })
}

const isFinal = (status: number): boolean => status >= 400 && status < 500 && status !== PASSING
