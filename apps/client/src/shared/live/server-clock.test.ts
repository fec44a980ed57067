import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useServerClock } from './server-clock.ts'

const NOW = Date.parse('2026-03-01T12:00:00.000Z')

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.useRealTimers()
})

/** An answer that was made so far ahead of this machine's clock, and was so long on its way. */
function answer({ aheadMs, wayMs }: { aheadMs: number; wayMs: number }): void {
  vi.advanceTimersByTime(1000)
  useServerClock().observe(new Date(Date.now() + aheadMs - wayMs).toISOString())
}

describe('the server’s clock', () => {
  it('is read off the answer that was fastest, not off the last', () => {
    answer({ aheadMs: 5000, wayMs: 900 })
    answer({ aheadMs: 5000, wayMs: 20 })
    answer({ aheadMs: 5000, wayMs: 1400 })
    expect(useServerClock().offsetMs).toBe(4980)
  })

  it('follows when this machine’s own clock is put forward, after a few answers', () => {
    answer({ aheadMs: 5000, wayMs: 20 })
    for (let n = 0; n < 8; n += 1) answer({ aheadMs: -3000, wayMs: 20 })
    expect(useServerClock().offsetMs).toBe(-3020)
  })

  it('ignores what is no instant', () => {
    useServerClock().observe('soon')
    expect(useServerClock().offsetMs).toBe(0)
  })
})
