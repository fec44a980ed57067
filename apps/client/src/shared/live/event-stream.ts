import { liveEventSchema, type LiveEvent } from '@berth/contract/schemas/events'

export type StreamState = 'connecting' | 'live' | 'reconnecting'

export interface EventStreamOptions {
  url: string
  onEvent: (event: LiveEvent) => void
  onState: (state: StreamState) => void
  /** Runs when the stream is back after a gap: whatever happened meanwhile was not heard. */
  onResumed: () => void
  open?: (url: string) => EventSource
  random?: () => number
}

const EVENT_TYPES = ['rental.updated', 'wallet.updated', 'offers.updated'] as const
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 30_000

/**
 * GET /v1/events with our own reconnecting: the browser gives up for good when the server answers with an error,
 * for instance while it restarts. Waits twice as long each time, with jitter, so that a thousand open pages do not
 * come back in the same second.
 */
export function openEventStream(options: EventStreamOptions): { close: () => void } {
  const { open = (url) => new EventSource(url), random = Math.random } = options
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let heardBefore = false

  function start(): void {
    options.onState(failures === 0 && !heardBefore ? 'connecting' : 'reconnecting')
    source = open(options.url)
    source.addEventListener('open', onOpen)
    source.addEventListener('error', onError)
    source.addEventListener('message', onMessage)
    for (const type of EVENT_TYPES) source.addEventListener(type, onMessage)
  }

  function onOpen(): void {
    failures = 0
    if (heardBefore) options.onResumed()
    heardBefore = true
    options.onState('live')
  }

  function onError(): void {
    options.onState('reconnecting')
    if (source?.readyState !== EventSource.CLOSED) return
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS) * (0.5 + random() / 2)
    failures += 1
    timer = setTimeout(start, waitMs)
  }

  function onMessage(message: MessageEvent<string>): void {
    const event = parseEvent(message.data)
    if (event) options.onEvent(event)
  }

  start()
  return {
    close() {
      clearTimeout(timer)
      source?.close()
    },
  }
}

/** Null for what this page does not know: a newer server may say more than an open tab understands. */
export function parseEvent(data: string): LiveEvent | null {
  try {
    const parsed = liveEventSchema.safeParse(JSON.parse(data))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
