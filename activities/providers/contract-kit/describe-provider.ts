import { afterEach, describe, expect, it } from 'vitest'
import { ProviderError } from '../provider-error.ts'
import { describeLaunchFaults } from './describe-launch-faults.ts'
import { describeOtherFaults } from './describe-other-faults.ts'
import { describeBill, describeCost, describeLogs, describeStopStart } from './describe-what-is-claimed.ts'
import type { FaultOrders, ProviderContract } from './harness.ts'
import { flawsOf } from './offer-rules.ts'
import { type AnyHarness, idsOf, type Parts } from './parts.ts'
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
      expect(typeof provider.costSoFar).toBe(claims.costSoFar === 'never' ? 'undefined' : 'function')
    })

    it('lists offers that can be sold', async () => {
      const { provider } = await setup()
      expect(flawsOf(await provider.listOffers(patience()))).toEqual([])
    })

    describeLife({ setup })
    const has = (fault: keyof FaultOrders): boolean => (faults as readonly string[]).includes(fault)
    describeLaunchFaults({ setup, has })
    describeOtherFaults({ setup, has })
    if (claims.stopStart) describeStopStart({ setup })
    if (claims.logs) describeLogs({ setup })
    if (claims.costSoFar === 'always') describeCost({ setup })
    if (claims.costSoFar === 'after_end') describeBill({ setup })
  })
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
    expect(running.ports.some(({ privatePort }) => privatePort === 8888)).toBe(
      provider.capabilities.ports === 'published',
    )
    expect((await inPod(running, 'true', secondDevice.privateKey)).ok).toBe(true)
    expect(await inPod(running, 'true', stranger.privateKey)).toMatchObject({
      ok: false,
      reason: 'auth_refused',
    })
    expect(await idsOf(provider.listOwned(patience()))).toContain(launched.id)

    await provider.terminate(launched.id, patience())
    expect((await untilGone(provider, launched.id)).id).toBe(launched.id)
    await provider.terminate(launched.id, patience())
    expect(await provider.findByMarker(request.marker, patience())).toEqual([])
    expect(await idsOf(provider.listOwned(patience()))).not.toContain(launched.id)
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
