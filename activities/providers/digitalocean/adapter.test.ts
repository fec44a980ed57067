import { startDigitalOceanEmulator } from '@berth/upstreams/digitalocean/start'
import { afterEach, describe, expect, it } from 'vitest'
import { describeProvider } from '../contract-kit/describe-provider.ts'
import { emulatedFaults, EVERY_FAULT } from '../contract-kit/emulated-faults.ts'
import { aLaunch, failureOf, inPod, patience, until, untilGone, untilRunning } from '../contract-kit/pods.ts'
import type { Oddity } from '../http/status-words.ts'
import { createDigitalOceanProvider } from './adapter.ts'

const CREATE = { method: 'POST', path: '/v2/droplets$' }
const DESTROY = { method: 'DELETE', path: '/droplets/' }

describeProvider('DigitalOcean', {
  faults: EVERY_FAULT,
  claims: { stopStart: true, logs: false, costSoFar: 'never' },
  makeHarness: setup,
})

describe('DigitalOcean adapter', () => {
  it('writes the marker into the name and leaves nothing else of it in the account', async () => {
    const { control, launch } = await setup()
    const { request } = await launch()
    const body = control.requests.list().findLast(({ method }) => method === 'POST')?.body
    expect(body).toMatchObject({ name: request.marker, region: request.offer.region.code })
    expect(Object.keys(body as object).sort()).toEqual(['image', 'name', 'region', 'size', 'user_data'])
    expect(control.requests.list().filter(({ path }) => path.includes('/account/keys'))).toEqual([])
  })

  it('takes the image whose drivers are those of the boards', async () => {
    const { provider } = await setup()
    const offers = await provider.listOffers(patience())
    const imageOf = (size: string) =>
      offers.find(({ launchData }) => launchData['size'] === size)?.launchData['image']
    expect([
      imageOf('gpu-l40sx1-48gb'),
      imageOf('gpu-h100x8-640gb'),
      imageOf('gpu-mi300x1-192gb'),
      imageOf('gpu-mi300x8-1536gb'),
    ]).toEqual(['gpu-h100x1-base', 'gpu-h100x8-base', 'gpu-amd-base', 'gpu-amd-base'])
  })

  it('delivers the boards that were sold, of every size on offer', async () => {
    const { provider } = await setup()
    const offers = (await provider.listOffers(patience())).filter(({ gpu }) => gpu.vendor === 'nvidia')
    for (const size of new Set(offers.map(({ launchData }) => launchData['size']))) {
      const request = await aLaunch({
        provider,
        image: '',
        choose: (all) => all.find(({ launchData }) => launchData['size'] === size),
      })
      const { id } = await provider.launch(request, patience())
      const listed = await inPod(await untilRunning(provider, id), 'nvidia-smi -L')
      expect(listed).toMatchObject({ code: 0 })
      expect(listed.ok && listed.stdout.trim().split('\n')).toHaveLength(request.offer.gpuCount)
    }
  })

  it('sells what the API says it has, and prices it at what the meter takes', async () => {
    const { provider, control, launch } = await setup()
    control.inventory.set({ size: 'gpu-4000adax1-20gb', free: 0 })
    const offers = await provider.listOffers(patience())
    expect(offers.map(({ launchData }) => launchData['size'])).not.toContain('gpu-4000adax1-20gb')
    const { id, request } = await launch()
    control.clock.advance(3_600_000)
    expect(control.meter.costMicros(id)).toBe(BigInt(request.offer.upstreamMicrosPerHour))
  })

  it('reads every page of a long list', async () => {
    const { provider, control, launch } = await setup()
    const all = await provider.listOffers(patience())
    for (const { launchData } of all) control.inventory.set({ size: String(launchData['size']), free: 1000 })
    const { request } = await launch()
    const made = await Promise.all(
      Array.from({ length: 201 }, async (_, index) => {
        const { id } = await provider.launch(
          { ...request, marker: `${request.marker.slice(0, -1)}${index + 2}` },
          patience(),
        )
        return id
      }),
    )
    const owned = (await provider.listOwned(patience())).map(({ id }) => id)
    expect(owned).toEqual(expect.arrayContaining(made))
    expect(owned).toHaveLength(202)
    const pages = control.requests
      .list()
      .filter(({ method, query }) => method === 'GET' && query.includes('type=gpus'))
    expect(pages.map(({ query }) => new URLSearchParams(query).get('page'))).toEqual(['1', '2'])
  })

  it('goes on paying for a droplet that is off, and says so', async () => {
    const { provider, control, launch } = await setup()
    const { id, request } = await launch()
    await untilRunning(provider, id)
    await provider.stop?.(id, patience())
    const stopped = await provider.describe(id, patience())
    expect(stopped).toMatchObject({
      state: 'stopped',
      ssh: null,
      upstreamMicrosPerHour: request.offer.upstreamMicrosPerHour,
    })
    control.clock.advance(3_600_000)
    expect(control.meter.costMicros(id)).toBe(BigInt(request.offer.upstreamMicrosPerHour))
    expect(provider.capabilities.stopStart).toBe('keeps_disk_bills_full')
  })

  it('asks again later for a stop while another event is under way, and does not order a start twice', async () => {
    const { provider, control, launch } = await setup({ bootMs: 400 })
    const { id } = await launch()
    expect(await failureOf(provider.stop?.(id, patience()) ?? Promise.resolve())).toMatchObject({
      kind: 'not_yet',
    })
    await untilRunning(provider, id)
    await provider.stop?.(id, patience())
    for (let i = 0; i < 2; i += 1) await provider.start?.(id, patience())
    expect((await provider.describe(id, patience())).state).toBe('stopped')
    await untilRunning(provider, id)
    expect(control.instances.byMarker((await provider.describe(id, patience())).marker ?? '')?.id).toBe(
      Number(id),
    )
  })

  it('is provisioning while there is no public address, and gone where the create event failed after all', async () => {
    const { provider, control, launch } = await setup()
    control.faults.add({ fault: { kind: 'no_address' } })
    const { id } = await launch()
    const seen = await until(
      () => provider.describe(id, patience()),
      ({ rawStatus }) => rawStatus === 'active',
    )
    expect(seen).toMatchObject({ state: 'provisioning', ssh: null })
    control.faults.add({ fault: { kind: 'create_event_fails' } })
    const failed = await launch()
    await untilGone(provider, failed.id)
    expect(await provider.findByMarker(failed.request.marker, patience())).toEqual([])
  })

  it('does not take a destroyed droplet that is still listed for gone', async () => {
    const { provider, control, launch } = await setup()
    const { id, request } = await launch()
    control.faults.add({ fault: { kind: 'lingering', ms: 300 } })
    await provider.terminate(id, patience())
    expect((await provider.describe(id, patience())).state).toBe('terminating')
    expect(await provider.findByMarker(request.marker, patience())).toHaveLength(1)
    await untilGone(provider, id)
    expect(await provider.findByMarker(request.marker, patience())).toEqual([])
  })

  it('tells the account’s limit from a lack of capacity, and the key to nobody', async () => {
    const { control, launch, apiKey } = await setup()
    control.faults.add({ fault: { kind: 'droplet_limit' } })
    expect(await failureOf(launch())).toMatchObject({ kind: 'quota', status: 422 })
    const body = { id: 'unprocessable_entity', message: `no ${apiKey} here` }
    control.faults.add({ match: CREATE, fault: { kind: 'status', status: 422, body } })
    const error = await failureOf(launch())
    expect(error).toMatchObject({ kind: 'invalid_request', words: expect.stringContaining('[redacted]') })
    expect(JSON.stringify([error, error.message])).not.toContain(apiKey)
  })

  it('reports an unknown status word once, and counts only droplets that carry a marker of ours', async () => {
    const { provider, control, launch, oddities } = await setup()
    const { id, request } = await launch()
    await untilRunning(provider, id)
    control.instances.setStatus(id, 'migrating')
    for (let i = 0; i < 3; i += 1) await provider.describe(id, patience())
    expect(oddities).toEqual([{ provider: 'digitalocean', what: 'droplet status', word: 'migrating' }])
    await provider.launch({ ...request, marker: 'somebody-elses-droplet' }, patience())
    expect((await provider.listOwned(patience())).map((instance) => instance.id)).toEqual([id])
  })

  it('keeps within the quota, however many ask at once', async () => {
    const { provider, control } = await setup({ requestsPerHour: 1_200 })
    const asked = Array.from({ length: 16 }, () => provider.listOwned(patience(500)).catch(() => null))
    await Promise.all(asked)
    expect(control.requests.count('GET', /droplets$/)).toBeLessThanOrEqual(13)
  })
})

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function setup({ requestsPerHour = 5_000_000, bootMs = 40 } = {}) {
  const emulator = await startDigitalOceanEmulator({ bootMs })
  const { control, baseUrl, apiKey } = emulator
  const oddities: Oddity[] = []
  const report = (oddity: Oddity): void => void oddities.push(oddity)
  const provider = createDigitalOceanProvider({ apiKey, baseUrl, requestsPerHour, report })
  closers.push(async () => {
    await provider.close()
    await emulator.close()
  })
  return {
    provider,
    control,
    apiKey,
    oddities,
    image: '',
    faults: faultsOf(emulator),
    secret: apiKey,
    close: async () => undefined,
    async launch() {
      const request = await aLaunch({ provider, image: '' })
      return { request, id: (await provider.launch(request, patience())).id }
    },
  }
}

type Emulator = Awaited<ReturnType<typeof startDigitalOceanEmulator>>

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
      invalidStatus: 422,
      unknownWord: 'migrating',
    }),
    noCapacity: () => order({ kind: 'no_capacity' }),
    upstreamFunds: () => order({ kind: 'account_locked' }),
    quota: () => order({ kind: 'droplet_limit' }),
    notYet: () =>
      order(
        {
          kind: 'status',
          status: 422,
          body: { id: 'unprocessable_entity', message: 'Droplet already has a pending event.' },
        },
        DESTROY,
      ),
    async unknownFields(id: string) {
      const answer = await fetch(`${baseUrl}/droplets/${id}`, {
        headers: { authorization: `Bearer ${apiKey}` },
      })
      const { droplet } = (await answer.json()) as { droplet: object }
      const body = { droplet: { ...droplet, carbon_intensity: 12, racks: [{ any: 'thing' }] }, notes: [] }
      order({ kind: 'status', status: 200, body }, { path: `/v2/droplets/${id}$` })
    },
  }
}
