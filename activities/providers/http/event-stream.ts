/** One event of a text/event-stream (WHATWG server-sent events). */
export interface ServerSentEvent {
  id: string | null
  event: string
  data: string
}

/** How long to listen to a stream that may stay open for ever. */
export interface EventReading {
  /** A stream that says nothing for so long has told what it had; it would otherwise stay open for ever. */
  quietMs: number
  maxEvents: number
  /** A stream this long in one event is none we know. */
  maxBytes: number
}

/** Reads what a live stream has to say now: until it ends, falls quiet, or has said enough; then hangs up. */
export async function readEvents({
  body,
  quietMs,
  maxEvents,
  maxBytes,
}: EventReading & { body: ReadableStream<Uint8Array> }): Promise<ServerSentEvent[]> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const events: ServerSentEvent[] = []
  let pending = ''
  let bytes = 0
  try {
    while (events.length < maxEvents && bytes < maxBytes) {
      const chunk = await readOrQuiet(reader, quietMs)
      if (chunk === null) break
      bytes += chunk.byteLength
      pending += decoder.decode(chunk, { stream: true })
      const blocks = pending.split(/\r?\n\r?\n/)
      pending = blocks.pop() ?? ''
      events.push(...blocks.map(parseEvent).filter((event) => event !== null))
    }
    return events.slice(0, maxEvents)
  } finally {
    // Why ignored: hanging up on a stream that is already broken has nothing left to tell.
    await reader.cancel().catch(() => undefined)
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>

async function readOrQuiet(reader: Reader, quietMs: number): Promise<Uint8Array | null> {
  let timer: NodeJS.Timeout | undefined
  const quiet = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), quietMs)
  })
  const read = reader.read().then(({ done, value }) => (done ? null : value))
  // Why: after a quiet end nobody waits for this read any more, and hanging up may reject it.
  read.catch(() => undefined)
  try {
    return await Promise.race([read, quiet])
  } finally {
    clearTimeout(timer)
  }
}

function parseEvent(block: string): ServerSentEvent | null {
  const event: ServerSentEvent = { id: null, event: 'message', data: '' }
  const data: string[] = []
  for (const line of block.split(/\r?\n/)) {
    const [, field, value = ''] = /^([^:]+):? ?(.*)$/.exec(line) ?? []
    if (field === 'data') data.push(value)
    else if (field === 'id') event.id = value
    else if (field === 'event') event.event = value
  }
  return data.length === 0 ? null : { ...event, data: data.join('\n') }
}
