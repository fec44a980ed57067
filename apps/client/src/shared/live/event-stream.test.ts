import { afterEach, describe, expect, it, vi } from 'vitest'
import { openEventStream, parseEvent } from './event-stream.ts'

class FakeSource extends EventTarget {
  static readonly CLOSED = 2
  readyState = 0
  closed = false
  close() {
    this.closed = true
  }
}

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the live stream', () => {
  it('hears named and unnamed events, and ignores what it does not know', () => {
    const { sources, events } = setup()
    const wallet = JSON.stringify({ type: 'wallet.updated', walletId: 'wal_1', at: '2026-03-01T12:00:00Z' })
    sources[0]?.dispatchEvent(new MessageEvent('wallet.updated', { data: wallet }))
    sources[0]?.dispatchEvent(new MessageEvent('message', { data: wallet }))
    sources[0]?.dispatchEvent(new MessageEvent('message', { data: '{"type":"from.the.future"}' }))
    sources[0]?.dispatchEvent(new MessageEvent('message', { data: 'not json' }))
    expect(events.map((event) => event.type)).toEqual(['wallet.updated', 'wallet.updated'])
  })

  it('opens a new stream after the browser has given up, and says that something may have been missed', async () => {
    const { sources, states, resumed } = setup()
    sources[0]?.dispatchEvent(new Event('open'))
    giveUp(sources[0])
    expect(states.at(-1)).toBe('reconnecting')
    await vi.advanceTimersByTimeAsync(1000)
    expect(sources).toHaveLength(2)
    sources[1]?.dispatchEvent(new Event('open'))
    expect(states.at(-1)).toBe('live')
    expect(resumed).toHaveBeenCalledOnce()
  })

  it('waits longer after each failure, half a minute at most', async () => {
    const { sources } = setup()
    for (let i = 0; i < 10; i += 1) {
      giveUp(sources.at(-1))
      await vi.advanceTimersByTimeAsync(30_000)
    }
    expect(sources).toHaveLength(11)
    giveUp(sources.at(-1))
    await vi.advanceTimersByTimeAsync(29_999)
    expect(sources).toHaveLength(11)
  })

  it('leaves reconnecting to the browser while the browser still tries', async () => {
    const { sources, states } = setup()
    sources[0]?.dispatchEvent(new Event('error'))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sources).toHaveLength(1)
    expect(states.at(-1)).toBe('reconnecting')
  })

  it('stays closed once closed', async () => {
    const { sources, stream } = setup()
    giveUp(sources[0])
    stream.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sources).toHaveLength(1)
  })
})

describe('an event', () => {
  it('is refused when a field is missing', () => {
    expect(parseEvent('{"type":"rental.updated","at":"2026-03-01T12:00:00Z"}')).toBeNull()
  })
})

function giveUp(source: FakeSource | undefined): void {
  if (!source) throw new Error('no stream was opened')
  source.readyState = FakeSource.CLOSED
  source.dispatchEvent(new Event('error'))
}

function setup() {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeSource)
  const sources: FakeSource[] = []
  const events: { type: string }[] = []
  const states: string[] = []
  const resumed = vi.fn<() => void>()
  const stream = openEventStream({
    url: '/v1/events',
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    onResumed: resumed,
    random: () => 1,
    open: () => {
      const source = new FakeSource()
      sources.push(source)
      return source as unknown as EventSource
    },
  })
  return { sources, events, states, resumed, stream }
}
