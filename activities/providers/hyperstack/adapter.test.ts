import { afterEach, describe, expect, it } from 'vitest'
import { describeProvider } from '../contract-kit/describe-provider.ts'
import { EVERY_FAULT } from '../contract-kit/emulated-faults.ts'
import {
  aLaunch,
  endSoon,
  failureOf,
  inPod,
  patience,
  until,
  untilGone,
  untilRunning,
} from '../contract-kit/pods.ts'
import { closeAll, CREATE, setup } from './adapter.test-support.ts'

afterEach(closeAll)

describeProvider('Hyperstack', {
  faults: EVERY_FAULT,
  claims: { stopStart: true, logs: false, costSoFar: 'always' },
  makeHarness: setup,
})

describe('Hyperstack adapter', () => {
  it('says of a quota what it is, of a flavor that left no capacity, and of a name that is taken that it may be ours', async () => {
    const { provider, control, launch, image } = await setup()
    control.faults.add({ fault: { kind: 'quota_exceeded' } })
    expect((await failureOf(launch())).kind).toBe('quota')
    const request = await aLaunch({ provider, image })
    const launchData = { ...request.offer.launchData, flavor: 'n1-retired' }
    const retired = { ...request, offer: { ...request.offer, launchData } }
    expect(await failureOf(provider.launch(retired, patience()))).toMatchObject({ kind: 'no_capacity' })
    await provider.launch(request, patience())
    expect(await failureOf(provider.launch(request, patience()))).toMatchObject({ kind: 'ambiguous' })
    expect(await provider.findByMarker(request.marker, patience())).toHaveLength(1)
  })

  it('is provisioning while the address is missing, whatever the status says', async () => {
    const { provider, control, launch } = await setup()
    control.faults.add({ fault: { kind: 'no_address' } })
    const { id } = await launch()
    await until(
      () => provider.describe(id, patience()),
      ({ rawStatus }) => rawStatus === 'ACTIVE',
    )
    expect(await provider.describe(id, patience())).toMatchObject({ state: 'provisioning', ssh: null })
  })

  it('tells a failed build, which costs nothing and can be ended', async () => {
    const { provider, control, launch } = await setup()
    control.faults.add({ fault: { kind: 'build_error' } })
    const { id } = await launch()
    await until(
      () => provider.describe(id, patience()),
      ({ state }) => state === 'failed',
    )
    expect(await provider.costSoFar?.(id, patience())).toBe(0n)
    await provider.terminate(id, patience())
    await untilGone(provider, id)
  })

  it('prices an offer at what the meter then takes, and reads the same from the bill', async () => {
    const { provider, control, launch } = await setup()
    const { request, id } = await launch()
    await untilRunning(provider, id)
    control.clock.advance(3_600_000)
    const cost = control.meter.costMicros(id)
    expect(Number(cost) / request.offer.upstreamMicrosPerHour).toBeCloseTo(1, 1)
    expect(await provider.costSoFar?.(id, patience())).toBe(cost)
    expect(await provider.costSoFar?.('7', patience())).toBe(0n)
  })

  it('hibernates to stop, sends each order once, and finds the machine at the address it has then', async () => {
    const { provider, control, launch } = await setup()
    const { id } = await launch()
    const before = await untilRunning(provider, id)
    await provider.stop?.(id, patience())
    await until(
      () => provider.describe(id, patience()),
      ({ rawStatus }) => rawStatus === 'HIBERNATED',
    )
    const cost = control.meter.costMicros(id)
    control.clock.advance(3_600_000)
    expect(Number(control.meter.costMicros(id) - cost)).toBeLessThan(20_000)
    await provider.start?.(id, patience())
    const after = await untilRunning(provider, id)
    expect(after.ssh).not.toEqual(before.ssh)
    expect(await inPod(after, 'whoami')).toMatchObject({ stdout: 'ubuntu\n' })
    expect(control.requests.count('GET', /hibernate$/)).toBe(1)
    expect(control.requests.count('GET', /hibernate-restore$/)).toBe(1)
    expect(control.requests.count('GET', /\/stop$/)).toBe(0)
  })

  it('can not start again where no GPU is free', async () => {
    const { provider, control, launch } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    await provider.stop?.(id, patience())
    await until(
      () => provider.describe(id, patience()),
      ({ rawStatus }) => rawStatus === 'HIBERNATED',
    )
    control.faults.add({ fault: { kind: 'no_capacity_on_restore' } })
    expect(await failureOf(provider.start?.(id, patience()) ?? Promise.resolve())).toMatchObject({
      kind: 'no_capacity',
    })
    expect(await provider.describe(id, patience())).toMatchObject({ state: 'stopped' })
  })

  it('does not take a machine for stopped that its renter shut off, since it bills in full', async () => {
    const { provider, control, launch } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    control.instances.interrupt(id)
    expect(await provider.describe(id, patience())).toMatchObject({ rawStatus: 'SHUTOFF' })
    expect(await failureOf(provider.stop?.(id, patience()) ?? Promise.resolve())).toMatchObject({
      kind: 'not_yet',
    })
    await untilRunning(provider, id)
    await provider.stop?.(id, patience())
    await until(
      () => provider.describe(id, patience()),
      ({ rawStatus }) => rawStatus === 'HIBERNATED',
    )
    await endSoon(provider, id)
  })

  it('is started where it was shut off, not restored', async () => {
    const { provider, control, launch } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    control.instances.interrupt(id)
    await provider.start?.(id, patience())
    await untilRunning(provider, id)
    expect(control.requests.count('GET', /hibernate-restore$/)).toBe(0)
  })

  it('reads every page of a list, also where pages are shorter than it asked for', async () => {
    const { provider, launch } = await setup({ longestPage: 2 })
    const launched = [await launch(), await launch(), await launch(), await launch(), await launch()]
    const owned = await provider.listOwned(patience())
    expect(owned.map(({ id }) => id)).toEqual(launched.map(({ id }) => id))
  })

  it('keeps within its own limit, however many ask at once', async () => {
    const { makeProvider, control } = await setup()
    const provider = makeProvider({ requestsPerMinute: 60 })
    const asked = Array.from({ length: 14 }, () => provider.listOwned(patience(500)).catch(() => null))
    await Promise.all(asked)
    expect(control.requests.count('GET', /virtual-machines$/)).toBeLessThanOrEqual(13)
  })

  it('hears a refusal that comes within a success', async () => {
    const { provider, control, launch } = await setup()
    const body = { status: false, message: 'Virtual machine not found.', error_reason: 'not_found' }
    control.faults.add({ fault: { kind: 'status', status: 200, body } })
    expect(await provider.describe('7', patience())).toMatchObject({ state: 'gone' })
    const { id } = await launch()
    const failed = { status: false, message: 'Something went wrong', error_reason: 'server_error' }
    control.faults.add({ fault: { kind: 'status', status: 200, body: failed } })
    expect(await failureOf(provider.terminate(id, patience()))).toMatchObject({ kind: 'unavailable' })
    control.faults.add({ match: CREATE, fault: { kind: 'status', status: 200, body: failed } })
    expect(await failureOf(launch())).toMatchObject({ kind: 'ambiguous' })
  })

  it('reports an unknown status word once, counts only what carries a marker of ours, and keeps its key to itself', async () => {
    const { provider, control, launch, oddities, apiKey, image } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    control.instances.setStatus(id, 'TELEPORTING')
    for (let i = 0; i < 3; i += 1) await provider.describe(id, patience())
    expect(oddities).toEqual([{ provider: 'hyperstack', what: 'machine status', word: 'TELEPORTING' }])
    const request = await aLaunch({ provider, image })
    await provider.launch({ ...request, marker: 'somebody-elses' }, patience())
    expect((await provider.listOwned(patience())).map((instance) => instance.id)).toEqual([id])
    const leak = { status: false, message: `no: ${apiKey}` }
    control.faults.add({ match: CREATE, fault: { kind: 'status', status: 400, body: leak } })
    const error = await failureOf(launch())
    expect(JSON.stringify([error, error.message])).not.toContain(apiKey)
  })
})
