import { describe, expect, it } from 'vitest'
import { createClock } from './clock.ts'

describe('the emulated clock', () => {
  it('runs timers at their own instant and in order when it jumps', () => {
    const clock = createClock({ frozenAtMs: 1000 })
    const ran: [string, number][] = []
    clock.schedule(500, () => ran.push(['late', clock.nowMs()]))
    clock.schedule(100, () => {
      ran.push(['early', clock.nowMs()])
      clock.schedule(100, () => ran.push(['chained', clock.nowMs()]))
    })
    clock.advance(1000)
    expect(ran).toEqual([
      ['early', 1100],
      ['chained', 1200],
      ['late', 1500],
    ])
    expect(clock.nowMs()).toBe(2000)
  })

  it('stands still when frozen and goes on from there when resumed', async () => {
    const clock = createClock()
    clock.freeze()
    const at = clock.nowMs()
    await new Promise((resolve) => setTimeout(resolve, 15))
    expect(clock.nowMs()).toBe(at)
    clock.resume()
    expect(clock.nowMs() - at).toBeLessThan(10)
    clock.close()
  })

  it('runs what is due now even when frozen, and nothing else', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const ran: string[] = []
    clock.schedule(0, () => ran.push('now'))
    clock.schedule(1, () => ran.push('later'))
    await expect.poll(() => ran).toEqual(['now'])
  })

  it('forgets a timer that was called off, and refuses to go back', () => {
    const clock = createClock({ frozenAtMs: 100 })
    let ran = false
    const cancel = clock.schedule(10, () => {
      ran = true
    })
    cancel()
    clock.advance(100)
    expect(ran).toBe(false)
    expect(() => clock.set(50)).toThrow(/only goes forward/)
  })
})
