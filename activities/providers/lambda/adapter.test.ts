import type { UpstreamOffer } from '@berth/contract/offer'
import { startLambdaEmulator } from '@berth/upstreams/lambda/start'
import { afterEach, describe, expect, it } from 'vitest'
import { describeProvider } from '../contract-kit/describe-provider.ts'
import { emulatedFaults, EVERY_FAULT } from '../contract-kit/emulated-faults.ts'
import { aLaunch, failureOf, inPod, patience, until, untilRunning } from '../contract-kit/pods.ts'
import type { Oddity } from '../http/status-words.ts'
import { createLambdaProvider } from './adapter.ts'
import { DOOR_KEY_NAME } from './door-key.ts'

const LAUNCH = { method: 'POST', path: '/instance-operations/launch$' }
const DESTROY = { method: 'POST', path: '/terminate$' }

describeProvider('Lambda', {
  faults: EVERY_FAULT,
  claims: { stopStart: false, logs: false, costSoFar: 'never' },
  makeHarness: setup,
})

describe('Lambda adapter', () => {
  it('registers one key of its own that lets nobody in, once, and brings the renter’s by cloud-init', async () => {
    const { control, launch } = await setup()
    await launch()
    await launch()
    expect(control.sshKeys.list().map(({ name }) => name)).toEqual([DOOR_KEY_NAME])
    expect(control.requests.count('GET', /ssh-keys$/)).toBe(1)
    expect(control.requests.count('POST', /ssh-keys$/)).toBe(1)
    const body = control.requests.list().findLast(({ method }) => method === 'POST')?.body
    expect(body).toMatchObject({ ssh_key_names: [DOOR_KEY_NAME] })
  })

  it('takes the key that another process registered, also in the same moment', async () => {
    const { control, launch } = await setup()
    control.sshKeys.add({ name: DOOR_KEY_NAME })
    control.faults.add({
      match: { method: 'GET', path: '/ssh-keys$' },
      fault: { kind: 'status', status: 200, body: { data: [] } },
    })
    await launch()
    expect(control.sshKeys.list()).toHaveLength(1)
  })

  it('registers its key again when somebody removed it', async () => {
    const { control, launch } = await setup()
    await launch()
    for (const { id } of control.sshKeys.list()) control.sshKeys.remove(id)
    await launch()
    expect(control.instances.list()).toHaveLength(2)
  })

  it('calls a type that left the catalog no capacity, so that the next candidate is tried', async () => {
    const { provider, image } = await setup()
    const request = await aLaunch({ provider, image })
    const launchData = { ...request.offer.launchData, instanceType: 'gpu_1x_retired' }
    const error = await failureOf(
      provider.launch({ ...request, offer: { ...request.offer, launchData } }, patience()),
    )
    expect(error).toMatchObject({ kind: 'no_capacity', status: 404 })
  })

  it('launches the type and region of the offer', async () => {
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
    const cost = control.meter.costMicros(id)
    expect(Number(cost) / request.offer.upstreamMicrosPerHour).toBeCloseTo(1, 1)
  })

  it('tells a sick machine, a preempted one, one that lingers, and one that can not see its GPU', async () => {
    const { provider, control, launch } = await setup()
    const state = async (id: string) => (await provider.describe(id, patience())).state
    control.faults.add({ fault: { kind: 'boot_unhealthy' } })
    const sick = await launch()
    await until(
      () => state(sick.id),
      (seen) => seen === 'failed',
    )
    const { id, request } = await launch()
    await untilRunning(provider, id)
    control.instances.interrupt(id)
    expect(await state(id)).toBe('interrupted')
    control.faults.add({ fault: { kind: 'lingering', ms: 60_000 } })
    await provider.terminate(id, patience())
    await until(
      () => state(id),
      (seen) => seen === 'gone',
    )
    expect(await provider.findByMarker(request.marker, patience())).toEqual([])
    control.faults.add({ fault: { kind: 'gpu_broken' } })
    const blind = await launch()
    const running = await untilRunning(provider, blind.id)
    expect(await inPod(running, 'nvidia-smi')).toMatchObject({ code: 127 })
  })

  it('says of a quota what it is, and of a refused address that our account has to pay', async () => {
    const { control, launch } = await setup()
    control.faults.add({ fault: { kind: 'quota_exceeded' } })
    expect((await failureOf(launch())).kind).toBe('quota')
    const body = { error: { code: 'global/invalid-address', message: 'Your billing address is invalid.' } }
    control.faults.add({ match: LAUNCH, fault: { kind: 'status', status: 403, body } })
    expect(await failureOf(launch())).toMatchObject({
      kind: 'upstream_funds',
      words: expect.stringContaining('billing address'),
    })
  })

  it('calls a launch ambiguous whose answer names no instance', async () => {
    const { control, launch } = await setup()
    const body = { data: { instance_ids: [] } }
    control.faults.add({ match: LAUNCH, fault: { kind: 'status', status: 200, body } })
    expect((await failureOf(launch())).kind).toBe('ambiguous')
  })

  it('reports an unknown status word once, counts only machines that carry a marker of ours, and keeps secrets', async () => {
    const { provider, control, launch, oddities, apiKey, image } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    control.instances.setStatus(id, 'migrating')
    for (let i = 0; i < 3; i += 1) await provider.describe(id, patience())
    expect(oddities).toEqual([{ provider: 'lambda', what: 'instance status', word: 'migrating' }])
    const request = await aLaunch({ provider, image })
    await provider.launch({ ...request, marker: 'somebody-elses' }, patience())
    expect((await provider.listOwned(patience())).map((instance) => instance.id)).toEqual([id])
    const leak = { error: { code: 'global/invalid-parameters', message: `no: ${apiKey}` } }
    control.faults.add({ match: LAUNCH, fault: { kind: 'status', status: 400, body: leak } })
    const error = await failureOf(launch())
    expect(error.kind).toBe('invalid_request')
    expect(JSON.stringify([error, error.message])).not.toContain(apiKey)
  })

  it('spreads requests and launches as the account’s limits want, whoever asks', async () => {
    const { provider, control, launch } = await setup({ requestIntervalMs: 40, launchIntervalMs: 300 })
    const reads = Array.from({ length: 4 }, () => provider.listOwned(patience()))
    await Promise.all([launch(), launch(), ...reads])
    const atMs = (path: RegExp): number[] =>
      control.requests
        .list()
        .filter((request) => path.test(request.path))
        .map((request) => request.atMs)
    const [readsMs, launchesMs] = [atMs(/instances$/), atMs(/launch$/)]
    // Why not each gap: on a busy machine two requests may arrive closer together than they were sent.
    expect((readsMs.at(-1) ?? 0) - (readsMs[0] ?? 0)).toBeGreaterThanOrEqual(3 * 40 - 40)
    expect((launchesMs[1] ?? 0) - (launchesMs[0] ?? 0)).toBeGreaterThanOrEqual(200)
  })
})

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function setup({ requestIntervalMs = 1, launchIntervalMs = 1 } = {}) {
  const emulator = await startLambdaEmulator({ bootMs: 60 })
  const { control, baseUrl, apiKey } = emulator
  const oddities: Oddity[] = []
  const report = (oddity: Oddity): void => void oddities.push(oddity)
  const provider = createLambdaProvider({ apiKey, baseUrl, requestIntervalMs, launchIntervalMs, report })
  closers.push(async () => {
    await provider.close()
    await emulator.close()
  })
  const image = 'lambda-stack'
  control.inventory.set({ instanceType: 'gpu_1x_a10', free: 9 })
  return {
    provider,
    control,
    apiKey,
    oddities,
    image,
    choose: anA10,
    faults: faultsOf(emulator),
    secret: apiKey,
    close: async () => undefined,
    async launch() {
      const request = await aLaunch({ provider, image, choose: anA10 })
      return { request, id: (await provider.launch(request, patience())).id }
    },
  }
}

const anA10 = (offers: UpstreamOffer[]): UpstreamOffer | undefined =>
  offers.find(({ gpu }) => gpu.model === 'A10')

type Emulator = Awaited<ReturnType<typeof startLambdaEmulator>>

function faultsOf({ control, baseUrl, apiKey }: Emulator) {
  const order = (
    fault: Parameters<typeof control.faults.add>[0]['fault'],
    match?: { method?: string; path: string },
  ) => void control.faults.add({ fault, ...(match ? { match } : {}) })
  return {
    ...emulatedFaults({
      control,
      create: LAUNCH,
      destroy: DESTROY,
      invalidStatus: 400,
      unknownWord: 'migrating',
    }),
    noCapacity: () => order({ kind: 'no_capacity' }),
    upstreamFunds: () => order({ kind: 'account_inactive' }),
    quota: () => order({ kind: 'quota_exceeded' }),
    async unknownFields(id: string) {
      const headers = { authorization: `Bearer ${apiKey}` }
      const answer = await fetch(`${baseUrl}/instances/${id}`, { headers })
      const { data } = (await answer.json()) as { data: object }
      const body = {
        data: { ...data, is_reserved: false, tags: [{ key: 'a', value: 'b' }] },
        page_token: null,
      }
      order({ kind: 'status', status: 200, body }, { path: `/instances/${id}$` })
    },
  }
}
