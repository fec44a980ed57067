import { afterEach, describe, expect, it } from 'vitest'
import { describeProvider } from '../contract-kit/describe-provider.ts'
import { EVERY_FAULT } from '../contract-kit/emulated-faults.ts'
import { aLaunch, failureOf, inPod, patience, until, untilRunning } from '../contract-kit/pods.ts'
import { ACTION, closeAll, setup } from './adapter.test-support.ts'

afterEach(closeAll)

describeProvider('Verda', {
  faults: EVERY_FAULT,
  claims: { stopStart: true, logs: false, costSoFar: 'never' },
  makeHarness: setup,
})

describe('Verda adapter', () => {
  it('sells on demand and as spot, and launches exactly what was sold', async () => {
    const { provider, control } = await setup()
    const offers = await provider.listOffers(patience())
    for (const spot of [true, false]) {
      const offer = offers.find((candidate) => candidate.spot === spot && candidate.gpuCount > 1)
      if (!offer) throw new Error(`nothing with several GPUs where spot is ${spot}`)
      const request = await aLaunch({ provider, image: 'x', choose: () => offer })
      await provider.launch({ ...request, diskGib: 300 }, patience())
      const { instanceType, location, image } = offer.launchData
      expect(control.instances.byMarker(request.marker)).toMatchObject({
        instanceType,
        location,
        image,
        isSpot: spot,
        volumes: [{ sizeGb: 300, onSpotDiscontinue: spot ? 'delete_permanently' : 'keep_detached' }],
      })
    }
  })

  it('prices an offer with its disk at what the meter then takes, and never below it', async () => {
    const { provider, control, launch } = await setup()
    const { request, id } = await launch({ diskGib: 250 })
    await untilRunning(provider, id)
    const before = control.meter.costMicros(id)
    control.clock.advance(3_600_000)
    const cost = Number(control.meter.costMicros(id) - before)
    const { upstreamMicrosPerHour, upstreamDiskMicrosPerGibHour, disk } = request.offer
    const price = upstreamMicrosPerHour + (250 - disk.includedGib) * upstreamDiskMicrosPerGibHour
    expect(cost).toBeLessThanOrEqual(price)
    expect(cost).toBeGreaterThan(price * 0.98)
  })

  it('leaves no volume behind that would go on billing', async () => {
    const { provider, control, launch } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    await provider.terminate(id, patience())
    expect(control.volumes.detached()).toEqual([])
    expect(control.meter.aliveNow()).toEqual([])
  })

  it('can not end what is still provisioned, and says to come back', async () => {
    const { provider, control, launch } = await setup()
    control.faults.add({ fault: { kind: 'stuck_provisioning' } })
    const { id } = await launch()
    expect(await failureOf(provider.terminate(id, patience()))).toMatchObject({
      kind: 'not_yet',
      retryable: true,
    })
    expect(await provider.describe(id, patience())).toMatchObject({ state: 'provisioning' })
  })

  it('hears a refusal that comes within a success', async () => {
    const { provider, control, launch } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    const refuse = (error: string, statusCode: number) =>
      control.faults.add({ match: ACTION, fault: { kind: 'refused_in_207', error, statusCode } })
    refuse("Can't discontinue a provisioning instance", 400)
    expect(await failureOf(provider.terminate(id, patience()))).toMatchObject({ kind: 'not_yet' })
    refuse('Internal error', 500)
    expect(await failureOf(provider.terminate(id, patience()))).toMatchObject({ kind: 'unavailable' })
    refuse('Invalid instance id', 404)
    await provider.terminate(id, patience())
    expect(control.instances.list()).toHaveLength(1)
  })

  it('tells a failed boot, one that found no machine after all, and a spot machine taken back', async () => {
    const { provider, control, launch } = await setup()
    const look = async (id: string) => await provider.describe(id, patience())
    for (const kind of ['boot_error', 'boot_no_capacity'] as const) {
      control.faults.add({ fault: { kind } })
      const { id } = await launch()
      await until(
        () => look(id),
        ({ state }) => state === 'failed',
      )
      await provider.terminate(id, patience())
      expect((await look(id)).state).toBe('gone')
    }
    const spot = await launch({ choose: (offers) => offers.find((offer) => offer.spot) })
    await untilRunning(provider, spot.id)
    control.instances.interrupt(spot.id)
    expect(await look(spot.id)).toMatchObject({ state: 'gone' })
    expect(await provider.findByMarker(spot.request.marker, patience())).toEqual([])
    expect(control.meter.aliveNow()).toEqual([])
  })

  it('passes over a discontinued instance that is still listed', async () => {
    const { provider, control, launch } = await setup()
    const { id, request } = await launch()
    await untilRunning(provider, id)
    control.faults.add({ fault: { kind: 'lingering', ms: 60_000 } })
    await provider.terminate(id, patience())
    expect(await provider.describe(id, patience())).toMatchObject({
      state: 'gone',
      rawStatus: 'discontinued',
    })
    expect(await provider.findByMarker(request.marker, patience())).toEqual([])
    await provider.terminate(id, patience())
  })

  it('starts what is stopped, at the address it has then', async () => {
    const { provider, control, launch } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    await provider.stop?.(id, patience())
    const before = control.meter.costMicros(id)
    control.clock.advance(3_600_000)
    expect(control.meter.costMicros(id)).toBeGreaterThan(before)
    await provider.start?.(id, patience())
    expect(await inPod(await untilRunning(provider, id), 'whoami')).toMatchObject({ stdout: 'root\n' })
  })

  it('reports an unknown status word once, and counts only what carries a marker of ours', async () => {
    const { provider, control, launch, oddities } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    control.instances.setStatus(id, 'teleporting')
    for (let i = 0; i < 3; i += 1) await provider.describe(id, patience())
    expect(oddities).toEqual([{ provider: 'verda', what: 'instance status', word: 'teleporting' }])
    const request = await aLaunch({ provider, image: 'x' })
    await provider.launch({ ...request, marker: 'somebody-elses-machine' }, patience())
    expect((await provider.listOwned(patience())).map((instance) => instance.id)).toEqual([id])
  })

  it('keeps within its own limit, however many ask at once', async () => {
    const { makeProvider, control } = await setup()
    const provider = makeProvider(undefined, { requestsPerMinute: 60 })
    const asked = Array.from({ length: 14 }, () => provider.listOwned(patience(500)).catch(() => null))
    await Promise.all(asked)
    expect(control.requests.count('GET', /instances$/)).toBeLessThanOrEqual(13)
  })
})
