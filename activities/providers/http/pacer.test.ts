import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ProviderError } from '../provider-error.ts'
import { createPacer, type PacerOptions } from './pacer.ts'

describe('pacer', () => {
  afterEach(() => vi.useRealTimers())

  it('never lets more through in any window than the provider allows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 120 }),
        fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 10 }),
        async (requests, callers, gaps) => {
          const { pacer, passed } = setup({ limits: [{ requests, windowMs: 1_000 }], maxWaitMs: 1e9 })
          for (let i = 0; i < callers; i += 1) {
            void pacer.acquire(never()).then(passed)
            await vi.advanceTimersByTimeAsync(gaps[i] ?? 0)
          }
          await vi.runAllTimersAsync()
          expect(passed.at).toHaveLength(callers)
          for (const from of passed.at) {
            const inWindow = passed.at.filter((at) => at >= from && at < from + 1_000)
            expect(inWindow.length).toBeLessThanOrEqual(requests)
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('keeps a minimum interval where the quota is one', async () => {
    const { pacer, passed } = setup({ limits: [{ requests: 1, windowMs: 4_500 }] })
    for (let i = 0; i < 3; i += 1) void pacer.acquire(never()).then(passed)
    await vi.runAllTimersAsync()
    expect(passed.at.map((at) => Math.round(at - (passed.at[0] ?? 0)))).toEqual([0, 4_500, 9_000])
  })

  it('holds every limit at once', async () => {
    const { pacer, passed } = setup({
      limits: [
        { requests: 100, windowMs: 1_000 },
        { requests: 1, windowMs: 500 },
      ],
    })
    for (let i = 0; i < 3; i += 1) void pacer.acquire(never()).then(passed)
    await vi.advanceTimersByTimeAsync(999)
    expect(passed.at).toHaveLength(2)
  })

  it('lets nobody pass while the provider told one caller to wait', async () => {
    const { pacer, passed } = setup({ limits: [{ requests: 10, windowMs: 1_000 }] })
    pacer.pauseFor(12_000)
    void pacer.acquire(never()).then(passed)
    await vi.advanceTimersByTimeAsync(11_999)
    expect(passed.at).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(2)
    expect(passed.at).toHaveLength(1)
  })

  it('turns away a caller who would wait too long and says when to come back', async () => {
    const { pacer } = setup({ limits: [{ requests: 10, windowMs: 1_000 }], maxWaitMs: 5_000 })
    pacer.pauseFor(3_600_000)
    const error = (await pacer.acquire(never()).catch((thrown: unknown) => thrown)) as ProviderError
    expect(error).toMatchObject({ kind: 'rate_limited', retryAfterMs: 3_600_000 })
  })

  it('turns away the caller who finds the queue full', async () => {
    const { pacer } = setup({ limits: [{ requests: 1, windowMs: 1_000 }], maxQueued: 2 })
    for (let i = 0; i < 3; i += 1) void pacer.acquire(never())
    await expect(pacer.acquire(never())).rejects.toMatchObject({ kind: 'rate_limited' })
  })

  it('gives the place of a caller who left to the next in line', async () => {
    const { pacer, passed } = setup({ limits: [{ requests: 1, windowMs: 1_000 }] })
    const leaving = new AbortController()
    await pacer.acquire(never())
    const left = pacer.acquire(leaving.signal).catch((error: unknown) => error)
    void pacer.acquire(never()).then(passed)
    leaving.abort(new Error('the rental was stopped'))
    expect(await left).toMatchObject({ kind: 'unavailable' })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(passed.at).toHaveLength(1)
  })

  it('refuses those who wait and those who come once it is closed', async () => {
    const { pacer } = setup({ limits: [{ requests: 1, windowMs: 1_000 }] })
    await pacer.acquire(never())
    const waiting = pacer.acquire(never()).catch((error: unknown) => error)
    pacer.close()
    expect(await waiting).toMatchObject({ kind: 'unavailable' })
    await expect(pacer.acquire(never())).rejects.toMatchObject({ kind: 'unavailable' })
  })
})

const never = (): AbortSignal => new AbortController().signal

function setup(options: Omit<PacerOptions, 'provider'>) {
  vi.useFakeTimers()
  const at: number[] = []
  const passed = Object.assign(() => void at.push(performance.now()), { at })
  return { pacer: createPacer({ provider: 'test', ...options }), passed }
}
