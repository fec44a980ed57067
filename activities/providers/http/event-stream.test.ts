import { describe, expect, it } from 'vitest'
import { readEvents } from './event-stream.ts'

describe('event stream', () => {
  it('reads ids, names and data of many lines, whatever the chunks', async () => {
    const events = await setup(
      ['id: 1\nda', 'ta: a\ndata: b\n', '\nid:2\r\nevent: system\r\ndata: c\r\n\r\n'],
      { end: true },
    )
    expect(events).toEqual([
      { id: '1', event: 'message', data: 'a\nb' },
      { id: '2', event: 'system', data: 'c' },
    ])
  })

  it('passes over comments and keep-alives', async () => {
    expect(await setup([': ping\n\n', 'data: x\n\n'], { end: true })).toHaveLength(1)
  })

  it('hangs up on a stream that stays open but has nothing more to say', async () => {
    let cancelled = false
    const events = await setup(['data: x\n\n'], { end: false, onCancel: () => (cancelled = true) })
    expect(events).toHaveLength(1)
    expect(cancelled).toBe(true)
  })

  it('takes no more events than asked for, nor an endless one', async () => {
    expect(await setup(['data: 1\n\ndata: 2\n\ndata: 3\n\n'], { end: false, maxEvents: 2 })).toHaveLength(2)
    expect(await setup(['data: x'.repeat(2_000)], { end: false, maxBytes: 1_000 })).toEqual([])
  })

  it('decodes a character that two chunks share', async () => {
    const [left, right] = [Buffer.from('data: é\n\n').subarray(0, 7), Buffer.from('data: é\n\n').subarray(7)]
    expect((await setup([left, right], { end: true }))[0]?.data).toBe('é')
  })
})

interface Options {
  end: boolean
  onCancel?: () => void
  maxEvents?: number
  maxBytes?: number
}

function setup(
  chunks: (string | Uint8Array)[],
  { end, onCancel, maxEvents = 10, maxBytes = 100_000 }: Options,
) {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(Buffer.from(chunk))
      if (end) controller.close()
    },
    cancel: () => onCancel?.(),
  })
  return readEvents({ body, quietMs: 30, maxEvents, maxBytes })
}
