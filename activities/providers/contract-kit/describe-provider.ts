import { afterEach, describe, expect, it } from 'vitest'
import { ProviderError } from '../provider-error.ts'
import type { FaultOrders, ProviderContract, ProviderHarness } from './harness.ts'
import { flawsOf } from './offer-rules.ts'
import {
  aLaunch,
  endSoon,
  failureOf,
  inPod,
  patience,
  secondDevice,
  stranger,
  until,
  untilGone,
  untilRunning,
} from './pods.ts'

const TEST_TIMEOUT_MS = 60_000

type AnyHarness = Omit<ProviderHarness<never>, 'faults'> & { faults: Partial<FaultOrders> }

/**
 * What every adapter must do, said once: over an emulator or the real thing. A fault is tested where the harness can order
 * it; the error classes that it can not order are the adapter's own unit tests.
 */
export function describeProvider<Fault extends keyof FaultOrders>(
  name: string,
  { makeHarness, faults, claims }: ProviderContract<Fault>,
): void {
  describe(`${name} as a provider`, { timeout: TEST_TIMEOUT_MS }, () => {
    const open: AnyHarness[] = []
    afterEach(async () => {
      for (const harness of open.splice(0)) await harness.close()
    })
    const setup = async (): Promise<AnyHarness> => {
      const harness: AnyHarness = await makeHarness()
      open.push(harness)
      return harness
    }

    it('claims what it can do, and has exactly those methods', async () => {
      const { provider } = await setup()
      expect({
        stopStart: provider.capabilities.stopStart !== 'none',
        logs: provider.capabilities.logs,
        costSoFar: provider.capabilities.billingReadout,
      }).toEqual(claims)
      expect([typeof provider.stop, typeof provider.start]).toEqual(
        claims.stopStart ? ['function', 'function'] : ['undefined', 'undefined'],
      )
      expect(typeof provider.logs).toBe(claims.logs ? 'function' : 'undefined')
      expect(typeof provider.costSoFar).toBe(claims.costSoFar ? 'function' : 'undefined')
    })

    it('lists offers that can be sold', async () => {
      const { provider } = await setup()
      expect(flawsOf(await provider.listOffers(patience()))).toEqual([])
    })

    describeLife({ setup })
    describeLaunchFaults({ setup, has: (fault) => (faults as readonly string[]).includes(fault) })
    describeReadFaults({ setup, has: (fault) => (faults as readonly string[]).includes(fault) })
    if (claims.stopStart) describeStopStart({ setup })
    if (claims.logs) describeLogs({ setup })
    if (claims.costSoFar) describeCost({ setup })
  })
}

interface Parts {
  setup: () => Promise<AnyHarness>
}
interface FaultParts extends Parts {
  has: (fault: keyof FaultOrders) => boolean
}

function describeLife({ setup }: Parts): void {
  it('launches a pod that its renter can use, ends it, and proves that it is gone', async () => {
    const harness = await setup()
    const { provider } = harness
    const request = await aLaunch(harness)
    const launched = await provider.launch(request, patience())
    expect(launched.marker).toBe(request.marker)

    const found = await until(
      () => provider.findByMarker(request.marker, patience()),
      (instances) => instances.length > 0,
    )
    expect(found.map(({ id }) => id)).toEqual([launched.id])
    const running = await untilRunning(provider, launched.id)
    expect(await inPod(running, 'echo $GREETING')).toMatchObject({ ok: true, code: 0, stdout: 'hello\n' })
    expect((await inPod(running, 'true', secondDevice.privateKey)).ok).toBe(true)
    expect(await inPod(running, 'true', stranger.privateKey)).toMatchObject({
      ok: false,
      reason: 'auth_refused',
    })
    expect(await ids(provider.listOwned(patience()))).toContain(launched.id)

    await provider.terminate(launched.id, patience())
    expect((await untilGone(provider, launched.id)).id).toBe(launched.id)
    await provider.terminate(launched.id, patience())
    expect(await provider.findByMarker(request.marker, patience())).toEqual([])
    expect(await ids(provider.listOwned(patience()))).not.toContain(launched.id)
  })

  it('knows a marker from its neighbours', async () => {
    const harness = await setup()
    const request = await aLaunch(harness)
    const { id } = await harness.provider.launch(request, patience())
    expect(await harness.provider.findByMarker(`${request.marker}0`, patience())).toEqual([])
    expect(await harness.provider.findByMarker(request.marker.slice(0, -1), patience())).toEqual([])
    await endSoon(harness.provider, id)
  })

  it('takes ending what never was for done, and calls it gone', async () => {
    const { provider } = await setup()
    await provider.terminate('never-was', patience())
    expect(await provider.describe('never-was', patience())).toMatchObject({ id: 'never-was', state: 'gone' })
  })

  it('refuses an offer that it never made', async () => {
    const harness = await setup()
    const request = await aLaunch(harness)
    const forged = { ...request, offer: { ...request.offer, launchData: {} } }
    expect(await failureOf(harness.provider.launch(forged, patience()))).toMatchObject({
      kind: 'invalid_request',
    })
  })

  it('throws nothing but its own error when it is called off', async () => {
    const { provider } = await setup()
    expect(await failureOf(provider.listOffers(AbortSignal.abort()))).toBeInstanceOf(ProviderError)
  })
}

function describeLaunchFaults({ setup, has }: FaultParts): void {
  const ambiguous: (keyof FaultOrders & `${string}Launch`)[] = [
    'serverErrorAfterLaunch',
    'cutAfterLaunch',
    'cutBeforeLaunch',
  ]
  it.each(ambiguous.filter(has))(
    'calls a launch ambiguous on %s, and the marker tells what happened',
    async (fault) => {
      const harness = await setup()
      const { provider } = harness
      const request = await aLaunch(harness)
      harness.faults[fault]?.()
      expect(await failureOf(provider.launch(request, patience()))).toMatchObject({ kind: 'ambiguous' })
      const found = await provider.findByMarker(request.marker, patience())
      expect(found).toHaveLength(fault === 'cutBeforeLaunch' ? 0 : 1)
      for (const { id } of found) await endSoon(provider, id)
    },
  )

  if (has('hangLaunch'))
    it('calls a launch ambiguous that nobody answers', async () => {
      const harness = await setup()
      const request = await aLaunch(harness)
      harness.faults.hangLaunch?.()
      expect(await failureOf(harness.provider.launch(request, patience(300)))).toMatchObject({
        kind: 'ambiguous',
      })
    })

  const refusals = [
    ['noCapacity', 'no_capacity'],
    ['upstreamFunds', 'upstream_funds'],
  ] as const
  it.each(refusals.filter(([fault]) => has(fault)))(
    'answers %s with %s and leaves nothing alive',
    async (fault, kind) => {
      const harness = await setup()
      const request = await aLaunch(harness)
      harness.faults[fault]?.()
      expect(await failureOf(harness.provider.launch(request, patience()))).toMatchObject({ kind })
      expect(await harness.provider.findByMarker(request.marker, patience())).toEqual([])
    },
  )

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

function describeReadFaults({ setup, has }: FaultParts): void {
  const refusals = [
    ['auth', 'auth'],
    ['unavailable', 'unavailable'],
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

  if (has('unknownStatus'))
    it('never takes a status word it does not know for gone', async () => {
      const { harness, request, id } = await aRunningPod(setup)
      harness.faults.unknownStatus?.(id)
      const seen = await harness.provider.describe(id, patience())
      expect(seen.state).toBe('unknown')
      expect(seen.rawStatus).not.toBe('')
      expect(await ids(harness.provider.listOwned(patience()))).toContain(id)
      expect(await ids(harness.provider.findByMarker(request.marker, patience()))).toEqual([id])
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

async function aRunningPod(setup: Parts['setup']) {
  const harness = await setup()
  const request = await aLaunch(harness)
  const { id } = await harness.provider.launch(request, patience())
  const running = await untilRunning(harness.provider, id)
  return { harness, provider: harness.provider, request, id, running }
}

function describeStopStart({ setup }: Parts): void {
  it('stops a pod, twice is fine, and starts it again for the same renter', async () => {
    const { provider, id } = await aRunningPod(setup)
    for (let i = 0; i < 2; i += 1) await provider.stop?.(id, patience())
    const stopped = await until(
      () => provider.describe(id, patience()),
      ({ state }) => state === 'stopped',
    )
    expect(stopped.ssh).toBeNull()
    expect(await ids(provider.listOwned(patience()))).toContain(id)
    for (let i = 0; i < 2; i += 1) await provider.start?.(id, patience())
    expect(await inPod(await untilRunning(provider, id), 'echo back')).toMatchObject({ stdout: 'back\n' })
    await provider.terminate(id, patience())
    await untilGone(provider, id)
  })

  it('ends a pod that is stopped', async () => {
    const { provider, id } = await aRunningPod(setup)
    await provider.stop?.(id, patience())
    await provider.terminate(id, patience())
    expect((await untilGone(provider, id)).state).toBe('gone')
  })

  it('says that there is nothing to start', async () => {
    const { provider } = await setup()
    await provider.stop?.('never-was', patience())
    expect(await failureOf(provider.start?.('never-was', patience()) ?? Promise.resolve())).toMatchObject({
      kind: 'invalid_request',
    })
  })
}

function describeLogs({ setup }: Parts): void {
  it('reads what the pod said, and goes on after the last line seen', async () => {
    const { provider, id } = await aRunningPod(setup)
    const lines = await until(
      async () => (await provider.logs?.(id, null, patience())) ?? [],
      (said) => said.length > 1,
    )
    expect(new Set(lines.map((line) => line.id)).size).toBe(lines.length)
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).toSorted())
    for (const index of [0, lines.length - 1]) {
      const rest = (await provider.logs?.(id, lines[index]?.id ?? '', patience())) ?? []
      expect(rest.slice(0, lines.length - index - 1)).toEqual(lines.slice(index + 1))
      expect(rest.map((line) => line.id)).not.toContain(lines[index]?.id)
    }
    await provider.terminate(id, patience())
    await untilGone(provider, id)
    expect(await provider.logs?.(id, null, patience())).toEqual([])
  })
}

function describeCost({ setup }: Parts): void {
  it('reads what a pod has cost us, which only grows', async () => {
    const { provider, id } = await aRunningPod(setup)
    const cost = async (): Promise<bigint> => (await provider.costSoFar?.(id, patience())) ?? -1n
    const first = await cost()
    expect(first).toBeGreaterThanOrEqual(0n)
    expect(await until(cost, (now) => now > first)).toBeGreaterThan(first)
    await provider.terminate(id, patience())
  })
}

const ids = async (instances: Promise<{ id: string }[]>): Promise<string[]> =>
  (await instances).map(({ id }) => id)
