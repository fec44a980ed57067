export interface ServerMessage {
  /** What to resume from; null where the event cannot be resumed. */
  id: string | null
  data: string
}

/**
 * The messages of a `text/event-stream` body, one by one, and null for each sign of life that says nothing else. An
 * id counts from the message that brought it on; a message cut off by the end of the stream is none.
 */
export async function* readServerEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerMessage | null, void, void> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const frames = (rest + value).replaceAll('\r\n', '\n').split('\n\n')
      rest = frames.pop() ?? ''
      yield null
      for (const frame of frames) {
        const message = parseFrame(frame)
        if (message) yield message
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** Null for comments and for frames without data. */
function parseFrame(frame: string): ServerMessage | null {
  let id: string | null = null
  const data: string[] = []
  for (const line of frame.split('\n')) {
    const [, field = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? []
    if (field === 'id') id = value
    if (field === 'data') data.push(value)
  }
  return data.length === 0 ? null : { id, data: data.join('\n') }
}
