import type { UpstreamOffer } from '@berth/contract/offer'
import { startPrimeEmulator } from '@berth/upstreams/prime/start'
import { afterEach, describe, expect, it } from 'vitest'
import { describeProvider } from '../contract-kit/describe-provider.ts'
import { emulatedFaults, EVERY_FAULT } from '../contract-kit/emulated-faults.ts'
import { aLaunch, failureOf, inPod, patience, until, untilGone, untilRunning } from '../contract-kit/pods.ts'
import type { Oddity } from '../http/status-words.ts'
import { createPrimeProvider } from './adapter.ts'

const CREATE = { method: 'POST', path: '/pods/$' }
const DESTROY = { method: 'DELETE', path: '/pods/' }
const OLD_MARKER = 'berth-rent-01jd0000000000000000000000-1'

describeProvider('Prime Intellect', {
  faults: EVERY_FAULT,
  claims: { stopStart: false, logs: false, costSoFar: 'after_end' },
  makeHarness: setup,
})

describe('Prime adapter', () => {
  it('reads every page of the marketplace and of its own pods', async () => {
    const { provider, control, launch } = await setup()
    control.inventory.set({ provider: 'hyperstack', free: 500 })
    for (let pods = 0; pods < 101; pods += 1) await launch()
    control.requests.clear()
    expect(await provider.listOwned(patience())).toHaveLength(101)
    expect(control.requests.list().map(({ path, query }) => `${path}?${query}`)).toEqual([
      '/api/v1/pods/?offset=0&limit=100',
      '/api/v1/pods/?offset=100&limit=100',
    ])
  })

  it('says of every offer which cloud is behind it, by the name of our own account there', async () => {
    const { provider, control } = await setup()
    control.inventory.set({ free: 3 })
    const offers = await provider.listOffers(patience())
    const clouds = new Set(offers.map(({ soldFor }) => soldFor))
    expect([...clouds]).toEqual(expect.arrayContaining(['hyperstack', 'lambda', 'verda', 'runpod', 'crusoe']))
    expect(offers.find(({ soldFor }) => soldFor === 'runpod')?.podKind).toBe('container')
    expect(offers.find(({ soldFor }) => soldFor === 'verda')?.podKind).toBe('vm')
  })

  it('leaves out what is sold out, paid in advance or priced anew every hour, and tells spot apart', async () => {
    const { provider, control } = await setup()
    control.inventory.set({ free: 3 })
    control.inventory.set({ provider: 'massedcompute', free: 0 })
    const offers = await provider.listOffers(patience())
    const clouds = offers.map(({ soldFor }) => soldFor)
    for (const cloud of ['latitude', 'akash', 'massedcompute']) expect(clouds).not.toContain(cloud)
    const a100s = offers.filter(({ soldFor, gpu }) => soldFor === 'verda' && gpu.model === 'A100')
    expect(a100s.map(({ spot, key }) => [key, spot])).toEqual([
      ['datacrunch-1a100-22v-1x-fin-01', false],
      ['datacrunch-1a100-22v-spot-1x-fin-01-spot', true],
    ])
  })

  it('tells what an ended pod was billed, also long after it can be read no more', async () => {
    const { provider, control, launch } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    control.clock.advance(3_600_000)
    await provider.terminate(id, patience())
    control.clock.advance(86_400_000)
    await untilGone(provider, id)
    expect(control.meter.costMicros(id)).toBeGreaterThan(0n)
    expect(await provider.costSoFar?.(id, patience())).toBe(control.meter.costMicros(id))
  })

  it('registers the renter’s keys for one pod alone, and removes them when it ends', async () => {
    const { provider, control, launch } = await setup()
    const own = control.sshKeys.list()
    const { request, id } = await launch()
    expect(control.sshKeys.list().filter(({ name }) => name === request.marker)).toHaveLength(1)
    const key = control.sshKeys.list().find(({ name }) => name === request.marker)
    expect(key?.publicKey.split('\n')).toEqual(request.sshPublicKeys)
    await untilRunning(provider, id)
    await provider.terminate(id, patience())
    await untilGone(provider, id)
    expect(control.sshKeys.list()).toEqual(own)
  })

  it('leaves no key of a refused launch, and keeps that of an ambiguous one for the pod that may be there', async () => {
    const { provider, control, launch, found } = await setup()
    control.faults.add({ fault: { kind: 'no_capacity' } })
    expect((await failureOf(launch())).kind).toBe('no_capacity')
    expect(control.sshKeys.list()).toHaveLength(1)
    control.faults.add({ match: CREATE, fault: { kind: 'cut_after_effect' } })
    expect((await failureOf(launch())).kind).toBe('ambiguous')
    const [pod] = await found()
    const running = await untilRunning(provider, pod?.id ?? '')
    expect(await inPod(running, 'echo in')).toMatchObject({ stdout: 'in\n' })
  })

  it('forgets the key of a pod that is gone already', async () => {
    const { provider, control, launch } = await setup()
    const { id, request } = await launch()
    control.instances.kill(id)
    await provider.forget?.(request.marker, patience())
    expect(control.sshKeys.list().map(({ name }) => name)).toEqual(['ours'])
  })

  it('says for certain that nothing was made when the key can not be registered', async () => {
    const { control, launch } = await setup()
    control.faults.add({
      match: { method: 'POST', path: '/ssh_keys/$' },
      fault: { kind: 'cut_after_effect' },
    })
    expect((await failureOf(launch())).kind).toBe('unavailable')
    expect(control.instances.list()).toEqual([])
  })

  it('sweeps out keys of launches long over, and none of a pod that lives or a launch under way', async () => {
    const { provider, control, launch } = await setup()
    const keyOf = (name: string) => control.sshKeys.list().filter((key) => key.name === name)
    const living = await launch()
    const { publicKey = '' } = control.sshKeys.list()[0] ?? {}
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString()
    const old = control.sshKeys.add({ name: OLD_MARKER, publicKey })
    const fresh = control.sshKeys.add({ name: OLD_MARKER.replace('-1', '-2'), publicKey })
    const ended = await launch()
    const listed = control.sshKeys.list().map(({ id, name }) => ({
      id,
      name,
      createdAt: id === fresh?.id ? new Date().toISOString() : hourAgo,
    }))
    const body = { totalCount: listed.length, data: listed }
    control.faults.add({
      match: { method: 'GET', path: '/ssh_keys/$' },
      fault: { kind: 'status', status: 200, body },
    })
    await provider.terminate(ended.id, patience())
    expect(keyOf(ended.request.marker)).toEqual([])
    expect(control.sshKeys.list().map(({ id }) => id)).not.toContain(old?.id)
    expect(control.sshKeys.list().map(({ id }) => id)).toContain(fresh?.id)
    expect(keyOf(living.request.marker)).toHaveLength(1)
    expect(control.sshKeys.list()[0]?.name).toBe('ours')
  })

  it('ends a pod also when its key can not be removed, and tells the operator', async () => {
    const { provider, control, launch, oddities } = await setup()
    const { id, request } = await launch()
    control.faults.add({
      match: { method: 'GET', path: '/ssh_keys/$' },
      fault: { kind: 'status', status: 503 },
    })
    await provider.terminate(id, patience())
    expect((await provider.describe(id, patience())).state).toBe('gone')
    expect(oddities).toMatchObject([
      { what: 'ssh key left behind', word: expect.stringContaining(request.marker) },
    ])
  })

  it('launches every kind of offer as it says, whatever shape its cloud tells the address in', async () => {
    const { provider, control, image } = await setup()
    control.inventory.set({ free: 2 })
    const offers = await provider.listOffers(patience())
    for (const cloud of ['hyperstack', 'massedcompute', 'runpod', 'verda']) {
      const offer = offers.find(({ soldFor }) => soldFor === cloud)
      if (!offer) throw new Error(`nothing of ${cloud}`)
      const request = await aLaunch({ provider, image, choose: () => offer })
      const { id } = await provider.launch(request, patience())
      const { provider: behind, cloudId } = offer.launchData
      expect(control.instances.byMarker(request.marker)).toMatchObject({ provider: behind, cloudId })
      const running = await untilRunning(provider, id)
      expect(running.ssh?.user).toBe(cloud === 'runpod' ? 'root' : 'ubuntu')
      expect(await inPod(running, 'nvidia-smi -L')).toMatchObject({ code: 0 })
    }
  })

  it('prices an offer at what the meter then takes, disk that is paid apart included', async () => {
    const { provider, control, image } = await setup()
    control.inventory.set({ provider: 'datacrunch', free: 2 })
    control.inventory.set({ provider: 'runpod', free: 2 })
    const offers = await provider.listOffers(patience())
    for (const cloud of ['verda', 'runpod']) {
      const offer = offers.find(({ soldFor }) => soldFor === cloud)
      if (!offer) throw new Error(`nothing of ${cloud}`)
      const request = await aLaunch({ provider, image, choose: () => offer })
      const extraGib = offer.disk.maxGib - offer.disk.includedGib
      const { id } = await provider.launch({ ...request, diskGib: offer.disk.maxGib }, patience())
      await untilRunning(provider, id)
      control.clock.advance(3_600_000)
      const agreed = offer.upstreamMicrosPerHour + extraGib * offer.upstreamDiskMicrosPerGibHour
      expect(Number(control.meter.costMicros(id)) / agreed).toBeCloseTo(1, 2)
      expect(extraGib > 0).toBe(cloud === 'runpod')
    }
  })

  it('tells a failed boot, a failed installation, a cloud that never delivers, and a pod that lingers', async () => {
    const { provider, control, launch } = await setup()
    const seen = async (id: string) => await provider.describe(id, patience())
    control.faults.add({ fault: { kind: 'boot_error' } })
    const broken = await launch()
    expect(
      await until(
        () => seen(broken.id),
        ({ state }) => state === 'failed',
      ),
    ).toMatchObject({ rawStatus: 'ERROR' })
    control.faults.add({ fault: { kind: 'installation_fails' } })
    const half = await launch()
    expect(
      await until(
        () => seen(half.id),
        ({ state }) => state === 'failed',
      ),
    ).toMatchObject({
      rawStatus: 'ACTIVE',
      statusMessage: 'dpkg was interrupted',
    })
    control.faults.add({ fault: { kind: 'stuck_pending' } })
    const stuck = await launch()
    control.clock.advance(3_600_000)
    expect(await seen(stuck.id)).toMatchObject({ state: 'provisioning', rawStatus: 'PENDING' })
    control.faults.add({ fault: { kind: 'lingering', ms: 60_000 } })
    await provider.terminate(stuck.id, patience())
    expect(await seen(stuck.id)).toMatchObject({
      state: 'gone',
      rawStatus: 'TERMINATED',
      ssh: null,
      ports: [],
    })
    await provider.terminate(stuck.id, patience())
    expect(control.requests.count('DELETE', new RegExp(`/pods/${stuck.id}$`))).toBe(1)
    expect(await provider.findByMarker(stuck.request.marker, patience())).toEqual([])
  })

  it('says field by field what is wrong with a request, and the key to nobody', async () => {
    const { control, launch, apiKey } = await setup()
    const detail = [{ type: 'missing', loc: ['body', 'pod', 'gpuType'], msg: `Field required ${apiKey}` }]
    control.faults.add({ match: CREATE, fault: { kind: 'status', status: 422, body: { detail } } })
    const error = await failureOf(launch())
    expect(error).toMatchObject({
      kind: 'invalid_request',
      words: expect.stringContaining('pod.gpuType: Field required'),
    })
    expect(JSON.stringify([error, error.message])).not.toContain(apiKey)
  })

  it('reports an unknown status word once, and counts only pods that carry a marker of ours', async () => {
    const { provider, control, launch, oddities, image } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    control.instances.setStatus(id, 'RESIZING')
    for (let i = 0; i < 3; i += 1) await provider.describe(id, patience())
    expect(oddities).toEqual([{ provider: 'prime', what: 'pod status', word: 'RESIZING' }])
    const request = await aLaunch({ provider, image, choose: anA4000 })
    await provider.launch({ ...request, marker: 'somebody-elses' }, patience())
    expect((await provider.listOwned(patience())).map((instance) => instance.id)).toEqual([id])
  })

  it('keeps within its own limit, however many ask at once', async () => {
    const { provider, control } = await setup({ requestsPerMinute: 60 })
    const asked = Array.from({ length: 14 }, () => provider.listOwned(patience(500)).catch(() => null))
    await Promise.all(asked)
    expect(control.requests.count('GET', /pods\/$/)).toBeLessThanOrEqual(13)
  })
})

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL3nJiCaTXoPFGEZXJLuoJ1kxFvKu7xwSyVNs9YS+kGU own'

async function setup({ requestsPerMinute = 600_000 } = {}) {
  const emulator = await startPrimeEmulator({ bootMs: 60 })
  const { control, baseUrl, apiKey } = emulator
  const oddities: Oddity[] = []
  const report = (oddity: Oddity): void => void oddities.push(oddity)
  const provider = createPrimeProvider({ apiKey, baseUrl, requestsPerMinute, report })
  closers.push(async () => {
    await provider.close()
    await emulator.close()
  })
  const image = 'ubuntu_22_cuda_12'
  control.inventory.set({ provider: 'hyperstack', cloudId: 'n3-RTX-A4000x1', free: 9 })
  control.sshKeys.add({ name: 'ours', publicKey: PUBLIC_KEY })
  return {
    provider,
    control,
    apiKey,
    oddities,
    image,
    choose: anA4000,
    faults: faultsOf(emulator),
    secret: apiKey,
    close: async () => undefined,
    found: () => provider.listOwned(patience()),
    async launch() {
      const request = await aLaunch({ provider, image, choose: anA4000 })
      return { request, id: (await provider.launch(request, patience())).id }
    },
  }
}

const anA4000 = (offers: UpstreamOffer[]): UpstreamOffer | undefined =>
  offers.find(({ key }) => key.startsWith('hyperstack-n3-rtx-a4000'))

type Emulator = Awaited<ReturnType<typeof startPrimeEmulator>>

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
      unknownWord: 'RESIZING',
    }),
    noCapacity: () => order({ kind: 'no_capacity' }),
    upstreamFunds: () => order({ kind: 'insufficient_funds' }),
    quota: () => order({ kind: 'quota_exceeded' }),
    async unknownFields(id: string) {
      const answer = await fetch(`${baseUrl}/pods/${id}`, { headers: { authorization: `Bearer ${apiKey}` } })
      const body = { ...((await answer.json()) as object), finalizerStatus: 'SUCCESS', nodes: [{ any: 1 }] }
      order({ kind: 'status', status: 200, body }, { path: `/pods/${id}$` })
    },
  }
}
