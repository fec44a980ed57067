import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { aRunningPod, type FaultParts, idsOf } from './parts.ts'
import { endSoon, failureOf, patience, untilGone } from './pods.ts'

/** What a look or an end may meet, and what may happen to a pod behind our back. */
export function describeOtherFaults({ setup, has }: FaultParts): void {
  const refusals = [
    ['auth', 'auth'],
    ['unavailable', 'unavailable'],
    ['unreadable', 'protocol'],
  ] as const
  it.each(refusals.filter(([fault]) => has(fault)))('says of %s that it is %s', async (fault, kind) => {
    const { provider, faults } = await setup()
    faults[fault]?.()
    expect(await failureOf(provider.listOwned(patience()))).toMatchObject({ kind })
  })

  if (has('rateLimited'))
    it('passes on how long a rate limit wants it to wait', async () => {
      const { provider, faults } = await setup()
      faults.rateLimited?.(7)
      expect(await failureOf(provider.listOwned(patience()))).toMatchObject({
        kind: 'rate_limited',
        retryAfterMs: 7_000,
      })
    })

  if (has('rateLimitedSilently'))
    it('makes the whole account wait, also where it is not told how long', async () => {
      const { provider, faults } = await setup()
      faults.rateLimitedSilently?.()
      expect(await failureOf(provider.listOwned(patience()))).toMatchObject({ kind: 'rate_limited' })
      expect(await failureOf(provider.listOwned(patience(100)))).toMatchObject({
        kind: 'unavailable',
        words: expect.stringContaining('nothing was sent'),
      })
    })

  if (has('echo'))
    it('never repeats its credentials, though the upstream does', async () => {
      const { provider, faults, secret = '' } = await setup()
      expect(secret).not.toBe('')
      faults.echo?.(`no entry with ${secret} today`)
      const error = await failureOf(provider.listOwned(patience()))
      expect(error.words).toContain('no entry with [redacted] today')
      expect(inspect(error, { depth: 9 })).not.toContain(secret)
    })

  if (has('notYet'))
    it('says of an end that is refused for now that it is to be ordered again', async () => {
      const { harness, provider, id } = await aRunningPod(setup)
      harness.faults.notYet?.()
      expect(await failureOf(provider.terminate(id, patience()))).toMatchObject({
        kind: 'not_yet',
        retryable: true,
      })
      expect((await provider.describe(id, patience())).state).toBe('running')
      await provider.terminate(id, patience())
      await untilGone(provider, id)
    })

  if (has('cutAfterEnd'))
    it('orders an end again that nobody confirmed, and finds that it was carried out', async () => {
      const { harness, provider, id } = await aRunningPod(setup)
      harness.faults.cutAfterEnd?.()
      expect(await failureOf(provider.terminate(id, patience()))).toMatchObject({
        kind: 'unavailable',
        retryable: true,
      })
      await endSoon(provider, id)
      await untilGone(provider, id)
    })

  if (has('unknownStatus'))
    it('never takes a status word it does not know for gone', async () => {
      const { harness, request, id } = await aRunningPod(setup)
      harness.faults.unknownStatus?.(id)
      const seen = await harness.provider.describe(id, patience())
      expect(seen.state).toBe('unknown')
      expect(seen.rawStatus).not.toBe('')
      expect(await idsOf(harness.provider.listOwned(patience()))).toContain(id)
      expect(await idsOf(harness.provider.findByMarker(request.marker, patience()))).toEqual([id])
    })

  if (has('unknownFields'))
    it('does not stumble over fields it does not know', async () => {
      const { harness, id } = await aRunningPod(setup)
      await harness.faults.unknownFields?.(id)
      expect(await harness.provider.describe(id, patience())).toMatchObject({ id, state: 'running' })
      await harness.provider.terminate(id, patience())
    })

  if (has('endFromOutside'))
    it('sees that a pod was ended by somebody else', async () => {
      const { harness, request, id } = await aRunningPod(setup)
      await harness.faults.endFromOutside?.(id)
      await untilGone(harness.provider, id)
      expect(await harness.provider.findByMarker(request.marker, patience())).toEqual([])
    })
}
