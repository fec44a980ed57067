import type { Response } from 'express'

/** A reader this far behind is cut off; it comes back with Last-Event-ID and misses nothing. */
const MAX_BUFFERED_BYTES = 256 * 1024
const HEARTBEAT_MS = 10_000
/** Told to the browser: how soon to come back after a cut. */
const RETRY_MS = 2_000

export interface ServerEvent {
  /** What the reader resumes from; absent for events that cannot be resumed. */
  id?: string
  type: string
  data: unknown
}

export interface EventStream {
  send: (event: ServerEvent) => void
  close: () => void
  /** Runs once when the stream ends, whoever ended it. */
  onClose: (listener: () => void) => void
}

/** Turns an answer into server-sent events: headers, heartbeat, a bounded buffer. */
export function openEventStream(
  response: Response,
  { heartbeatMs = HEARTBEAT_MS }: { heartbeatMs?: number } = {},
): EventStream {
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    // Why: nginx would otherwise collect events before passing them on.
    'X-Accel-Buffering': 'no',
  })
  response.flushHeaders()
  const listeners = new Set<() => void>()
  let open = true
  const close = (): void => {
    if (!open) return
    open = false
    clearInterval(heartbeat)
    for (const listener of listeners) listener()
    response.end()
  }
  const write = (text: string): void => {
    if (!open) return
    if (response.writableLength > MAX_BUFFERED_BYTES) {
      close()
      response.destroy()
      return
    }
    response.write(text)
  }
  const heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs)
  response.on('close', close)
  response.on('error', close)
  write(`retry: ${RETRY_MS}\n\n`)
  return {
    close,
    send: ({ id, type, data }) => {
      // Why: JSON holds no raw line break, so the frame cannot be broken from inside.
      write(`${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    onClose: (listener) => {
      if (open) listeners.add(listener)
      else listener()
    },
  }
}
