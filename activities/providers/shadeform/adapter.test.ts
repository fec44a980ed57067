import type { UpstreamOffer } from '@berth/contract/offer'
import { startShadeformEmulator } from '@berth/upstreams/shadeform/start'
import { afterEach, describe, expect, it } from 'vitest'
import { describeProvider } from '../contract-kit/describe-provider.ts'
import { emulatedFaults, EVERY_FAULT } from '../contract-kit/emulated-faults.ts'
import { aLaunch, failureOf, patience, until, untilRunning } from '../contract-kit/pods.ts'
import type { Oddity } from '../http/status-words.ts'
import { createShadeformProvider } from './adapter.ts'

const CREATE = { method: 'POST', path: '/instances/create$' }
const DESTROY = { method: 'POST', path: '/delete$' }

describeProvider('Shadeform', {
  faults: EVERY_FAULT,
  claims: { stopStart: false, logs: false, costSoFar: 'always' },
  makeHarness: setup,
})

describe('Shadeform adapter', () => {
  it('says of every offer which cloud is behind it, by the name of our own account there', async () => {
    const { provider } = await setup()
    const clouds = new Set((await provider.listOffers(patience())).map(({ soldFor }) => soldFor))
    expect([...clouds]).toEqual(expect.arrayContaining(['hyperstack', 'lambda', 'verda', 'massedcompute']))
    expect(clouds).not.toContain('datacrunch')
    expect(provider.capabilities.aggregator).toBe(true)
  })

  it('sells neither spot nor containers, nor what a region has none of', async () => {
    const { provider, control } = await setup()
    control.inventory.set({ cloud: 'massedcompute', free: 0 })
    const offers = await provider.listOffers(patience())
    expect(offers.map(({ soldFor }) => soldFor)).not.toContain('vast')
    expect(offers.map(({ soldFor }) => soldFor)).not.toContain('massedcompute')
    expect(offers.filter(({ spot }) => spot)).toEqual([])
    expect(offers.find(({ key }) => key.startsWith('datacrunch-h200'))?.upstreamMicrosPerHour).toBe(2_990_000)
  })

  it('brings the renter’s keys by a script, and leaves the key registry of the account alone', async () => {
    const { control, launch } = await setup()
    await launch()
    expect(control.requests.count('POST', /sshkeys/)).toBe(0)
    const body = control.requests.list().findLast(({ method }) => method === 'POST')?.body
    expect(body).toMatchObject({
      shade_cloud: true,
      os: 'ubuntu24.04_cuda12.8_shade_os',
      launch_configuration: { type: 'script' },
      envs: [{ name: 'GREETING', value: 'hello' }],
    })
    expect(body).not.toHaveProperty('ssh_key_id')
  })

  it('launches the type, cloud and region of the offer', async () => {
    const { provider, control, image } = await setup()
    const offers = await provider.listOffers(patience())
    for (const offer of offers.filter(({ gpuCount }) => gpuCount === 8)) {
      const request = await aLaunch({ provider, image, choose: () => offer })
      await provider.launch(request, patience())
      expect(control.instances.byMarker(request.marker)).toMatchObject(offer.launchData)
    }
    expect(control.instances.list().length).toBeGreaterThan(0)
  })

  it('prices an offer at what the meter then takes', async () => {
    const { provider, control, launch } = await setup()
    const { request, id } = await launch()
    await untilRunning(provider, id)
    control.clock.advance(3_600_000)
    const cost = await provider.costSoFar?.(id, patience())
    expect(Number(cost) / request.offer.upstreamMicrosPerHour).toBeCloseTo(1, 2)
  })

  it('counts one that is deleting among the living until it is deleted, and tells no cost of one forgotten', async () => {
    const { provider, control, launch } = await setup()
    const { request, id } = await launch()
    await untilRunning(provider, id)
    control.faults.add({ fault: { kind: 'slow_delete', ms: 60_000 } })
    await provider.terminate(id, patience())
    expect(await provider.describe(id, patience())).toMatchObject({ state: 'terminating' })
    expect(await provider.findByMarker(request.marker, patience())).toMatchObject([{ id }])
    expect(control.meter.aliveNow()).toEqual([])
    control.clock.advance(60_000)
    expect(await provider.describe(id, patience())).toMatchObject({ state: 'gone', rawStatus: '404' })
    expect(await failureOf(provider.costSoFar?.(id, patience()) ?? Promise.resolve())).toMatchObject({
      kind: 'invalid_request',
    })
  })

  it('takes "deleted" for gone, and still reads what it cost', async () => {
    const { provider, launch } = await setup({ lingerMs: 60_000 })
    const { id } = await launch()
    await untilRunning(provider, id)
    await provider.terminate(id, patience())
    expect(await provider.describe(id, patience())).toMatchObject({ state: 'gone', rawStatus: 'deleted' })
    expect(await provider.listOwned(patience())).toEqual([])
    expect(await provider.costSoFar?.(id, patience())).toBeGreaterThanOrEqual(0n)
  })

  it('tells a failed boot, one that never comes, and a machine that broke', async () => {
    const { provider, control, launch } = await setup()
    const state = async (id: string) => (await provider.describe(id, patience())).state
    control.faults.add({ fault: { kind: 'boot_error' } })
    const broken = await launch()
    await until(
      () => state(broken.id),
      (seen) => seen === 'failed',
    )
    control.faults.add({ fault: { kind: 'stuck_pending' } })
    const stuck = await launch()
    control.clock.advance(3_600_000)
    expect(await provider.describe(stuck.id, patience())).toMatchObject({
      state: 'provisioning',
      rawStatus: 'pending_provider',
    })
    const { id } = await launch()
    await untilRunning(provider, id)
    control.instances.interrupt(id)
    expect(await state(id)).toBe('failed')
  })

  it('calls a quota what it is, and passes the words on but never the key', async () => {
    const { control, launch, apiKey } = await setup()
    control.faults.add({ fault: { kind: 'quota_exceeded' } })
    expect((await failureOf(launch())).kind).toBe('quota')
    const body = { error_code: 'INVALID', error: `bad os for ${apiKey}` }
    control.faults.add({ match: CREATE, fault: { kind: 'status', status: 400, body } })
    const error = await failureOf(launch())
    expect(error).toMatchObject({ kind: 'invalid_request', words: expect.stringContaining('bad os') })
    expect(JSON.stringify([error, error.message])).not.toContain(apiKey)
  })

  it('calls a create ambiguous whose answer names no instance', async () => {
    const { control, launch } = await setup()
    control.faults.add({ match: CREATE, fault: { kind: 'status', status: 200, body: {} } })
    expect((await failureOf(launch())).kind).toBe('ambiguous')
  })

  it('reports an unknown status word once, and counts only machines that carry a marker of ours', async () => {
    const { provider, control, launch, oddities, image } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    control.instances.setStatus(id, 'migrating')
    for (let i = 0; i < 3; i += 1) await provider.describe(id, patience())
    expect(oddities).toEqual([{ provider: 'shadeform', what: 'instance status', word: 'migrating' }])
    const request = await aLaunch({ provider, image, choose: anA6000 })
    await provider.launch({ ...request, marker: 'cool-gpu-server' }, patience())
    expect((await provider.listOwned(patience())).map((instance) => instance.id)).toEqual([id])
  })

  it('keeps within its own limit, however many ask at once', async () => {
    const { provider, control } = await setup({ requestsPerMinute: 60 })
    const asked = Array.from({ length: 14 }, () => provider.listOwned(patience(500)).catch(() => null))
    await Promise.all(asked)
    expect(control.requests.count('GET', /instances$/)).toBeLessThanOrEqual(13)
  })
})

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function setup({ requestsPerMinute = 60_000, lingerMs = 0 } = {}) {
  const emulator = await startShadeformEmulator({ bootMs: 60, lingerMs })
  const { control, baseUrl, apiKey } = emulator
  const oddities: Oddity[] = []
  const report = (oddity: Oddity): void => void oddities.push(oddity)
  const provider = createShadeformProvider({ apiKey, baseUrl, requestsPerMinute, report })
  closers.push(async () => {
    await provider.close()
    await emulator.close()
  })
  const image = 'shade-os'
  control.inventory.set({ cloud: 'hyperstack', type: 'A6000', free: 9 })
  return {
    provider,
    control,
    apiKey,
    oddities,
    image,
    choose: anA6000,
    faults: faultsOf(emulator),
    secret: apiKey,
    close: async () => undefined,
    async launch() {
      const request = await aLaunch({ provider, image, choose: anA6000 })
      return { request, id: (await provider.launch(request, patience())).id }
    },
  }
}

const anA6000 = (offers: UpstreamOffer[]): UpstreamOffer | undefined =>
  offers.find(({ key }) => key.startsWith('hyperstack-a6000'))

type Emulator = Awaited<ReturnType<typeof startShadeformEmulator>>

function faultsOf({ control, baseUrl, apiKey }: Emulator) {
  const order = (
    fault: Parameters<typeof control.faults.add>[0]['fault'],
    match?: { method?: string; path: string },
  ) => void control.faults.add({ fault, ...(match ? { match } : {}) })
  return {
    ...emulatedFaults({
      control,
      create: CREATE,
      destroy: DESTROY,
      invalidStatus: 400,
      unknownWord: 'migrating',
    }),
    noCapacity: () => order({ kind: 'out_of_stock' }),
    upstreamFunds: () => order({ kind: 'insufficient_funds' }),
    quota: () => order({ kind: 'quota_exceeded' }),
    async unknownFields(id: string) {
      const answer = await fetch(`${baseUrl}/instances/${id}/info`, { headers: { 'x-api-key': apiKey } })
      const body = { ...((await answer.json()) as object), rental_type: 'on_demand', zones: [{ any: 1 }] }
      order({ kind: 'status', status: 200, body }, { path: `/instances/${id}/info$` })
    },
  }
}
