import { expect, it } from 'vitest'
import { type FaultParts, idsOf } from './parts.ts'
import { aLaunch, endSoon, failureOf, patience, until } from './pods.ts'

/** What a launch may meet: it did not happen, or it may have, or it did and cannot be seen yet. */
export function describeLaunchFaults({ setup, has }: FaultParts): void {
  const ambiguous = [
    'serverErrorAfterLaunch',
    'unreadableLaunch',
    'cutAfterLaunch',
    'serverErrorBeforeLaunch',
    'cutBeforeLaunch',
  ] as const
  it.each(ambiguous.filter(has))(
    'calls a launch ambiguous on %s, and the marker tells what happened',
    async (fault) => {
      const harness = await setup()
      const { provider } = harness
      const request = await aLaunch(harness)
      harness.faults[fault]?.()
      expect(await failureOf(provider.launch(request, patience()))).toMatchObject({ kind: 'ambiguous' })
      const found = await provider.findByMarker(request.marker, patience())
      expect(found).toHaveLength(fault.includes('Before') ? 0 : 1)
      for (const { id } of found) await endSoon(provider, id)
    },
  )

  if (has('hangLaunch'))
    it('calls a launch ambiguous that nobody answers', async () => {
      const harness = await setup()
      const request = await aLaunch(harness)
      harness.faults.hangLaunch?.()
      expect(await failureOf(harness.provider.launch(request, patience(1_500)))).toMatchObject({
        kind: 'ambiguous',
      })
    })

  const refusals = [
    ['noCapacity', 'no_capacity'],
    ['invalidRequest', 'invalid_request'],
    ['upstreamFunds', 'upstream_funds'],
    ['quota', 'quota'],
    ['launchUnauthorized', 'auth'],
  ] as const
  it.each(refusals.filter(([fault]) => has(fault)))(
    'answers %s with %s and leaves nothing alive',
    async (fault, kind) => {
      const harness = await setup()
      const request = await aLaunch(harness)
      harness.faults[fault]?.()
      expect(await failureOf(harness.provider.launch(request, patience()))).toMatchObject({
        kind,
        retryable: false,
      })
      expect(await harness.provider.findByMarker(request.marker, patience())).toEqual([])
    },
  )

  if (has('rateLimitedLaunch'))
    it('is told when to launch again, and launches the same attempt then', async () => {
      const harness = await setup()
      const { provider } = harness
      const request = await aLaunch(harness)
      harness.faults.rateLimitedLaunch?.(1)
      expect(await failureOf(provider.launch(request, patience()))).toMatchObject({
        kind: 'rate_limited',
        retryAfterMs: 1_000,
        retryable: true,
      })
      const { id } = await provider.launch(request, patience())
      expect(await idsOf(provider.findByMarker(request.marker, patience()))).toEqual([id])
      await endSoon(provider, id)
    })

  if (has('hideLaunched'))
    it('finds a launched instance that the provider lists late', async () => {
      const harness = await setup()
      const { provider } = harness
      const request = await aLaunch(harness)
      harness.faults.hideLaunched?.(400)
      const { id } = await provider.launch(request, patience())
      expect(await provider.findByMarker(request.marker, patience())).toEqual([])
      await until(
        () => provider.findByMarker(request.marker, patience()),
        (found) => found.length === 1,
      )
      expect(provider.capabilities.listLagSeconds).toBeGreaterThan(1)
      await endSoon(provider, id)
    })
}
