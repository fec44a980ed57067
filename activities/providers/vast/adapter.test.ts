import { newId } from '@berth/contract/ids'
import type { UpstreamOffer } from '@berth/contract/offer'
import { startVastEmulator } from '@berth/upstreams/vast/start'
import { afterEach, describe, expect, it } from 'vitest'
import { describeProvider } from '../contract-kit/describe-provider.ts'
import { emulatedFaults, EVERY_FAULT } from '../contract-kit/emulated-faults.ts'
import { aLaunch, failureOf, patience, until, untilGone, untilRunning } from '../contract-kit/pods.ts'
import type { Oddity } from '../http/status-words.ts'
import { markerOf } from '../marker.ts'
import { createVastProvider } from './adapter.ts'

const CREATE = { method: 'PUT', path: '/api/v0/asks/' }
const DESTROY = { method: 'DELETE', path: '/instances/' }

describeProvider('Vast.ai', {
  faults: EVERY_FAULT,
  claims: { stopStart: true, logs: false, costSoFar: 'always' },
  makeHarness: setup,
})

describe('Vast.ai adapter', () => {
  it('offers each machine on demand and by bid, the bid above the least and below the price', async () => {
    const { provider, control } = await setup()
    const offers = await provider.listOffers(patience())
    const searches = control.requests.list().map(({ body }) => body)
    expect(searches).toMatchObject([{ type: 'on-demand' }, { type: 'bid' }])
    for (const bid of offers.filter(({ spot }) => spot)) {
      const ask = offers.find(({ key }) => key === bid.key.replace('bid', 'ask'))
      expect(bid.upstreamMicrosPerHour).toBeLessThan(ask?.upstreamMicrosPerHour ?? 0)
    }
    expect(offers.filter(({ spot }) => spot)).toHaveLength(offers.length / 2)
  })

  it('prices an offer at what the meter then takes, and never below it', async () => {
    const { provider, control, launchOf } = await setup()
    const offers = await provider.listOffers(patience())
    // Why not the same ask: one machine is rented once.
    for (const sold of [offers.find(({ spot }) => !spot), offers.findLast(({ spot }) => spot)]) {
      const { request, id } = await launchOf(sold)
      await untilRunning(provider, id)
      const before = control.meter.costMicros(id)
      control.clock.advance(3_600_000)
      const hour = Number(control.meter.costMicros(id) - before)
      expect(hour).toBeLessThanOrEqual(request.offer.upstreamMicrosPerHour)
      expect(hour).toBeGreaterThan(request.offer.upstreamMicrosPerHour * 0.98)
    }
  })

  it('brings keys and environment within the create, and no secret in the start script', async () => {
    const { control, launch, apiKey } = await setup()
    await launch()
    const body = control.requests.list().findLast(({ method }) => method === 'PUT')?.body
    expect(body).toMatchObject({ runtype: 'ssh_direct', cancel_unavail: true, env: { '-p 8888:8888': '1' } })
    expect(JSON.stringify(body)).not.toContain(apiKey)
    expect(control.requests.count('POST', /ssh/)).toBe(0)
  })

  it('destroys what a refused create left behind', async () => {
    const { provider, control, launch } = await setup()
    control.faults.add({ fault: { kind: 'refused_with_contract' } })
    expect(await failureOf(launch())).toMatchObject({ kind: 'no_capacity', status: 400 })
    expect(control.instances.list()).toEqual([])
    expect(control.meter.instances()).toHaveLength(1)
    control.faults.add({ fault: { kind: 'refused_with_contract' } })
    control.faults.add({ match: { method: 'DELETE' }, fault: { kind: 'status', status: 503 } })
    expect((await failureOf(launch())).kind).toBe('ambiguous')
    expect(await provider.listOwned(patience())).toMatchObject([{ state: 'stopped' }])
  })

  it('rents an ask once: the second renter is told that it is gone', async () => {
    const { provider, launchOf } = await setup()
    const [offer] = await provider.listOffers(patience())
    await launchOf(offer)
    expect((await failureOf(launchOf(offer))).kind).toBe('no_capacity')
    const unknown = offer && { ...offer, launchData: { ...offer.launchData, askId: 7 } }
    expect((await failureOf(launchOf(unknown))).kind).toBe('no_capacity')
  })

  it('says of an outbid instance that it was interrupted, and of a host that left', async () => {
    const { provider, control, launchOf } = await setup()
    const offers = await provider.listOffers(patience())
    for (const spot of [true, false]) {
      const { id } = await launchOf(offers.findLast((offer) => offer.spot === spot))
      await untilRunning(provider, id)
      control.instances.interrupt(id)
      expect(await provider.describe(id, patience())).toMatchObject({ state: 'interrupted', ssh: null })
      await provider.terminate(id, patience())
      await untilGone(provider, id)
    }
  })

  it('tells a container that can not start with the host’s words, and one that waits for its GPU', async () => {
    const { provider, control, launch } = await setup()
    control.faults.add({ fault: { kind: 'boot_error' } })
    const { id } = await launch()
    const failed = await until(
      () => provider.describe(id, patience()),
      ({ state }) => state === 'failed',
    )
    expect(failed.statusMessage).toContain('OCI runtime create failed')
    await provider.terminate(id, patience())
    const other = await launch()
    await untilRunning(provider, other.id)
    await provider.stop?.(other.id, patience())
    control.faults.add({ fault: { kind: 'queued_start' } })
    await provider.start?.(other.id, patience())
    expect((await provider.describe(other.id, patience())).state).toBe('provisioning')
  })

  it('never takes a refused key for an instance that is gone', async () => {
    const { provider, control, launch, baseUrl } = await setup()
    const { id } = await launch()
    const report = (): void => undefined
    const stranger = createVastProvider({ apiKey: 'wrong-key', baseUrl, paceFactor: 0.001, report })
    for (const call of [stranger.describe(id, patience()), stranger.terminate(id, patience())]) {
      expect(await failureOf(call)).toMatchObject({ kind: 'auth', status: 404 })
    }
    control.faults.add({ fault: { kind: 'status', status: 404, body: 'no such page' } })
    expect((await failureOf(provider.describe(id, patience()))).kind).toBe('protocol')
    await stranger.close()
  })

  it('reads every page of a long list', async () => {
    const { provider, control, baseUrl, apiKey } = await setup()
    const [{ askId } = { askId: 0 }] = control.inventory.list() as { askId: number }[]
    const markers = Array.from({ length: 27 }, () => markerOf(newId('rental'), 1))
    for (const label of markers) {
      const body = JSON.stringify({ image: 'x', label, target_state: 'stopped' })
      const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
      await fetch(`${baseUrl}/api/v0/asks/${askId}/`, { method: 'PUT', headers, body })
    }
    const owned = await provider.listOwned(patience())
    expect(owned.map(({ marker }) => marker)).toEqual(markers)
    expect(control.requests.count('GET', /v1\/instances/)).toBe(2)
  })

  it('reports an unknown status word once, and counts only instances that carry a marker of ours', async () => {
    const { provider, control, launch, oddities, image } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    control.instances.setStatus(id, 'defragmenting')
    for (let i = 0; i < 3; i += 1) await provider.describe(id, patience())
    expect(oddities).toEqual([{ provider: 'vast', what: 'instance status', word: 'defragmenting' }])
    const request = await aLaunch({ provider, image })
    await provider.launch({ ...request, marker: 'somebody-elses' }, patience())
    expect((await provider.listOwned(patience())).map((instance) => instance.id)).toEqual([id])
  })

  it('keeps the intervals that the endpoints want, however many ask', async () => {
    const { provider, control } = await setup({ paceFactor: 0.05 })
    await Promise.all(Array.from({ length: 4 }, () => provider.listOwned(patience())))
    const atMs = control.requests.list().map((request) => request.atMs)
    expect((atMs.at(-1) ?? 0) - (atMs[0] ?? 0)).toBeGreaterThanOrEqual(2 * 60)
  })
})

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function setup({ paceFactor = 0.001 } = {}) {
  const emulator = await startVastEmulator({ bootMs: 60 })
  const { control, baseUrl, apiKey } = emulator
  const oddities: Oddity[] = []
  const report = (oddity: Oddity): void => void oddities.push(oddity)
  const provider = createVastProvider({ apiKey, baseUrl, paceFactor, report })
  closers.push(async () => {
    await provider.close()
    await emulator.close()
  })
  const image = 'pytorch/pytorch:2.8.0-cuda12.8-cudnn9-devel'
  async function launchOf(offer: UpstreamOffer | undefined) {
    const request = await aLaunch({ provider, image, choose: () => offer })
    return { request, id: (await provider.launch(request, patience())).id }
  }
  return {
    provider,
    control,
    baseUrl,
    apiKey,
    oddities,
    image,
    choose: dearest,
    faults: faultsOf(emulator),
    secret: apiKey,
    close: async () => undefined,
    launchOf,
    launch: async () => await launchOf(dearest(await provider.listOffers(patience()))),
  }
}

/** On demand; dear, since charges are told to a tenth of a cent and a test will not wait for one. */
const dearest = (offers: UpstreamOffer[]): UpstreamOffer | undefined =>
  offers
    .filter(({ spot }) => !spot)
    .toSorted((a, b) => b.upstreamMicrosPerHour - a.upstreamMicrosPerHour)
    .at(0)

type Emulator = Awaited<ReturnType<typeof startVastEmulator>>

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
      unknownWord: 'defragmenting',
    }),
    noCapacity: () => order({ kind: 'no_such_ask' }),
    upstreamFunds: () => order({ kind: 'insufficient_credit' }),
    quota: () => order({ kind: 'quota_exceeded' }),
    async unknownFields(id: string) {
      const headers = { authorization: `Bearer ${apiKey}` }
      const answer = await fetch(`${baseUrl}/api/v0/instances/${id}/`, { headers })
      const { instances } = (await answer.json()) as { instances: object }
      const body = { instances: { ...instances, moon_phase: 0.5, tags: [{ any: 'thing' }] }, version: 3 }
      order({ kind: 'status', status: 200, body }, { path: `/api/v0/instances/${id}` })
    },
  }
}
