import { afterEach, describe, expect, it, vi } from 'vitest'
import { liveEventSchema } from '@berth/contract/schemas/events'
import { openEventStream } from './event-stream.ts'
import { parserOf } from './parse-event.ts'

const wallet = JSON.stringify({ type: 'wallet.updated', walletId: 'wal_1', at: '2026-03-01T12:00:00Z' })

afterEach(() => {
  vi.useRealTimers()
})

describe('the live stream', () => {
  it('hears named and unnamed events however they are cut into pieces, and ignores what it does not know', async () => {
    const { calls, events } = setup()
    calls[0]?.send(`retry: 2000\n\nevent: wallet.updated\ndata: ${wallet.slice(0, 20)}`)
    calls[0]?.send(`${wallet.slice(20)}\n\ndata: ${wallet}\r\n\r\n: still here\n\n`)
    calls[0]?.send('data: {"type":"from.the.future"}\n\ndata: not json\n\n')
    await settle()
    expect(events.map((event) => event.type)).toEqual(['wallet.updated', 'wallet.updated'])
  })

  it('comes back after a cut with the last id it heard, and says that something may have been missed', async () => {
    const { calls, states, resumed } = setup()
    calls[0]?.send(`id: 41\ndata: ${wallet}\n\nid: 42\ndata: ${wallet}\n\ndata: ${wallet}\n\n`)
    await settle()
    calls[0]?.cut()
    await settle()
    expect(states.at(-1)).toBe('reconnecting')
    await vi.advanceTimersByTimeAsync(1000)
    expect(calls.map(({ lastEventId }) => lastEventId)).toEqual([null, '42'])
    expect(states.at(-1)).toBe('live')
    expect(resumed).toHaveBeenCalledOnce()
  })

  it('keeps the id over answers that are errors', async () => {
    const { calls, answer } = setup()
    calls[0]?.send(`id: 7\ndata: ${wallet}\n\n`)
    await settle()
    answer.status = 503
    calls[0]?.cut()
    await vi.advanceTimersByTimeAsync(3100)
    expect(calls.slice(1).map(({ lastEventId }) => lastEventId)).toEqual(['7', '7'])
  })

  it('waits longer after each failure, half a minute at most', async () => {
    const { calls, answer } = setup({ status: 503 })
    for (let i = 0; i < 10; i += 1) await vi.advanceTimersByTimeAsync(30_000)
    const tried = calls.length
    answer.status = 503
    await vi.advanceTimersByTimeAsync(29_000)
    expect(calls.length).toBeLessThanOrEqual(tried + 1)
  })

  it('does not wait when the device says that it is online again', async () => {
    const { calls } = setup({ status: 503 })
    await vi.advanceTimersByTimeAsync(10_000)
    const tried = calls.length
    globalThis.dispatchEvent(new Event('online'))
    await settle()
    expect(calls).toHaveLength(tried + 1)
  })

  it('takes the line for dead when the device says that it is offline, and resumes once it is back', async () => {
    const { calls, states } = setup()
    calls[0]?.send(`id: 5\ndata: ${wallet}\n\n`)
    await settle()
    globalThis.dispatchEvent(new Event('offline'))
    await settle()
    expect(states.at(-1)).toBe('reconnecting')
    globalThis.dispatchEvent(new Event('online'))
    await settle()
    expect(calls.map(({ lastEventId }) => lastEventId)).toEqual([null, '5'])
    expect(states.at(-1)).toBe('live')
  })

  it('takes a line on which nothing comes, not even a sign of life, for dead', async () => {
    const { calls } = setup()
    await vi.advanceTimersByTimeAsync(24_000)
    calls[0]?.send(': still here\n\n')
    await vi.advanceTimersByTimeAsync(24_000)
    expect(calls).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(2_500)
    expect(calls).toHaveLength(2)
  })

  it('ends when the server no longer knows the session', async () => {
    const { calls, signedOut } = setup({ status: 401 })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toHaveLength(1)
    expect(signedOut).toHaveBeenCalledOnce()
  })

  it('ends when the server will not have it, and says with which answer', async () => {
    const { calls, refused, answer } = setup({ status: 409 })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toHaveLength(1)
    expect(refused.mock.calls.map(([{ status }]) => status)).toEqual([answer.status])
  })

  it('comes back when it was only asked too often', async () => {
    const { calls } = setup({ status: 429 })
    await vi.advanceTimersByTimeAsync(3_000)
    expect(calls.length).toBeGreaterThan(1)
  })

  it('stays closed once closed', async () => {
    const { calls, stream } = setup()
    stream.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toHaveLength(1)
  })
})

describe('an event', () => {
  it('is refused when a field is missing', () => {
    expect(parse('{"type":"rental.updated","at":"2026-03-01T12:00:00Z"}')).toBeNull()
  })
})

const parse = parserOf(liveEventSchema)

const settle = () => vi.advanceTimersByTimeAsync(0)

interface Call {
  lastEventId: string | null
  send: (text: string) => void
  cut: () => void
}

function setup(answer: { status: number } = { status: 200 }) {
  vi.useFakeTimers()
  const calls: Call[] = []
  const events: { type: string }[] = []
  const states: string[] = []
  const resumed = vi.fn<() => void>()
  const signedOut = vi.fn<() => void>()
  const refused = vi.fn<(answer: Response) => void>()
  const fetch: typeof globalThis.fetch = async (_url, init) => {
    const pipe = new TransformStream<Uint8Array, Uint8Array>()
    const writer = pipe.writable.getWriter()
    const cut = () => void writer.abort().catch(() => undefined)
    init?.signal?.addEventListener('abort', cut)
    calls.push({
      lastEventId: new Headers(init?.headers).get('last-event-id'),
      send: (text) => void writer.write(new TextEncoder().encode(text)).catch(() => undefined),
      cut,
    })
    return new Response(answer.status === 200 ? pipe.readable : null, { status: answer.status })
  }
  const stream = openEventStream({
    url: '/v1/events',
    parse,
    onRefused: refused,
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    onResumed: resumed,
    onSignedOut: signedOut,
    random: () => 1,
    fetch,
  })
  return { calls, events, states, resumed, signedOut, refused, stream, answer }
}
