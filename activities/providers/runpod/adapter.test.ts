import type { UpstreamOffer } from '@berth/contract/offer'
import { startRunPodEmulator } from '@berth/upstreams/runpod/start'
import { afterEach, describe, expect, it } from 'vitest'
import { describeProvider } from '../contract-kit/describe-provider.ts'
import { emulatedFaults, EVERY_FAULT } from '../contract-kit/emulated-faults.ts'
import { aLaunch, failureOf, patience, until, untilRunning } from '../contract-kit/pods.ts'
import type { Oddity } from '../http/status-words.ts'
import { probePod } from '../ssh/probe-pod.ts'
import { createVerificationKey } from '../ssh/verification-key.ts'
import { createRunPodProvider } from './adapter.ts'

const CREATE = { method: 'POST', path: '/v2/pods$' }
const DESTROY = { method: 'DELETE', path: '/v2/pods/' }

describeProvider('RunPod', {
  faults: EVERY_FAULT,
  claims: { stopStart: true, logs: true, costSoFar: 'always' },
  makeHarness: setup,
})

describe('RunPod adapter', () => {
  it('asks for every count in both clouds, and always says the count', async () => {
    const { provider, control, launch } = await setup()
    const offers = await provider.listOffers(patience())
    const asked = control.requests.list().map(({ query }) => new URLSearchParams(query))
    expect(asked.map((query) => `${query.get('cloud')} ${query.get('count')}`).sort()).toEqual(
      ['COMMUNITY', 'SECURE'].flatMap((cloud) => [1, 2, 4, 8].map((count) => `${cloud} ${count}`)),
    )
    expect(new Set(offers.map(({ gpuCount }) => gpuCount))).toEqual(new Set([1, 2, 4, 8]))
    await launch()
    const body = control.requests.list().findLast(({ method }) => method === 'POST')?.body
    expect(body).toMatchObject({ gpu: { count: expect.any(Number) }, ports: ['22/tcp', '8888/tcp'] })
  })

  it('launches where the offer says, in the cloud it says', async () => {
    const { provider, control } = await setup()
    const offers = await provider.listOffers(patience())
    for (const cloud of ['SECURE', 'COMMUNITY']) {
      const offer = offers.find(
        ({ launchData, region }) => launchData['cloud'] === cloud && region.country !== 'US',
      )
      if (!offer) throw new Error(`no ${cloud} offer outside the US`)
      const request = await aLaunch({ provider, image: 'x', choose: () => offer })
      await provider.launch(request, patience())
      expect(control.instances.byMarker(request.marker)).toMatchObject({
        cloud,
        dataCenterId: offer.region.code,
      })
    }
  })

  it('prices an offer at what the meter then takes, and never below it', async () => {
    const { provider, control, launch } = await setup()
    const { request, id } = await launch()
    control.clock.advance(3_600_000)
    const cost = await provider.costSoFar?.(id, patience())
    expect(Number(cost)).toBeLessThanOrEqual(request.offer.upstreamMicrosPerHour + 1_000)
    expect(Number(cost)).toBeGreaterThan(request.offer.upstreamMicrosPerHour * 0.9)
  })

  it('takes RUNNING without a runtime for provisioning', async () => {
    const { provider, control, launch } = await setup()
    control.faults.add({ fault: { kind: 'running_without_runtime' } })
    const { id } = await launch()
    const seen = await until(
      () => provider.describe(id, patience()),
      ({ rawStatus }) => rawStatus === 'RUNNING',
    )
    expect(seen).toMatchObject({ state: 'provisioning', ssh: null })
  })

  it('tells a failed boot, a pod that lost its host, and one that lingers after its end', async () => {
    const { provider, control, launch } = await setup()
    const state = async (id: string) => (await provider.describe(id, patience())).state
    control.faults.add({ fault: { kind: 'boot_error' } })
    const broken = await launch()
    await until(
      () => state(broken.id),
      (seen) => seen === 'failed',
    )
    const { id, request } = await launch()
    await untilRunning(provider, id)
    control.instances.interrupt(id)
    expect(await state(id)).toBe('stopped')
    control.faults.add({ fault: { kind: 'lingering', ms: 60_000 } })
    await provider.terminate(id, patience())
    expect(await state(id)).toBe('gone')
    expect(await provider.findByMarker(request.marker, patience())).toEqual([])
  })

  it('says no capacity when a stopped pod finds its GPU taken, and when a pool is closed to us', async () => {
    const { provider, control, launch } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    await provider.stop?.(id, patience())
    control.faults.add({ fault: { kind: 'no_capacity_on_start' } })
    expect(await failureOf(provider.start?.(id, patience()) ?? Promise.resolve())).toMatchObject({
      kind: 'no_capacity',
    })
    control.faults.add({ fault: { kind: 'forbidden' } })
    expect(await failureOf(launch())).toMatchObject({ kind: 'no_capacity', status: 403 })
  })

  it('passes the words of a refused request on, and the key to nobody', async () => {
    const { provider, control, launch, apiKey } = await setup()
    const body = {
      title: 'Unprocessable Entity',
      status: 422,
      detail: `no: ${apiKey}`,
      errors: ['$.image: too long'],
    }
    control.faults.add({ match: CREATE, fault: { kind: 'status', status: 422, body } })
    const error = await failureOf(launch())
    expect(error).toMatchObject({
      kind: 'invalid_request',
      words: expect.stringContaining('$.image: too long'),
    })
    expect(JSON.stringify([error, error.message])).not.toContain(apiKey)
    control.faults.add({
      match: CREATE,
      fault: { kind: 'status', status: 400, body: { detail: 'exactly one of gpu or cpu' } },
    })
    expect((await failureOf(launch())).kind).toBe('invalid_request')
    expect(await provider.listOwned(patience())).toEqual([])
  })

  it('reports an unknown status word once, and counts only pods that carry a marker of ours', async () => {
    const { provider, control, launch, oddities } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    control.instances.setStatus(id, 'MIGRATING')
    for (let i = 0; i < 3; i += 1) await provider.describe(id, patience())
    expect(oddities).toEqual([{ provider: 'runpod', what: 'pod status', word: 'MIGRATING' }])
    const request = await aLaunch({ provider, image: 'x' })
    await provider.launch({ ...request, marker: 'somebody-elses-pod' }, patience())
    expect((await provider.listOwned(patience())).map((instance) => instance.id)).toEqual([id])
  })

  it('delivers a pod that the probe can look into, and one with the wrong board is found out', async () => {
    const { provider, control, image } = await setup()
    const key = createVerificationKey()
    const probeOne = async () => {
      const request = await aLaunch({ provider, image, choose: (offers) => offers.find(isNvidia) })
      const keys = [...request.sshPublicKeys, key.publicKey]
      const { id } = await provider.launch({ ...request, sshPublicKeys: keys }, patience())
      const { ssh } = await untilRunning(provider, id)
      if (!ssh) throw new Error('no address')
      const expected = { ...request.offer.gpu, count: request.offer.gpuCount }
      return probePod({ ssh, privateKey: key.privateKey, expected, timeoutMs: 5_000 })
    }
    expect(await probeOne()).toMatchObject({ ok: true, gpus: [{ memoryMib: expect.any(Number) }] })
    control.faults.add({ fault: { kind: 'wrong_gpu', name: 'NVIDIA H100 PCIe', memoryMib: 81_559 } })
    expect(await probeOne()).toMatchObject({ ok: false, reason: 'gpu_mismatch' })
  })

  it('keeps within the quota, however many ask at once', async () => {
    const { provider, control } = await setup({ requestsPerMinute: 60 })
    const asked = Array.from({ length: 14 }, () => provider.listOwned(patience(500)).catch(() => null))
    await Promise.all(asked)
    expect(control.requests.count('GET', /pods$/)).toBeLessThanOrEqual(13)
  })
})

const isNvidia = ({ gpu, gpuCount }: UpstreamOffer): boolean => gpu.model === 'RTX 4090' && gpuCount === 1

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function setup({ requestsPerMinute = 60_000 } = {}) {
  const emulator = await startRunPodEmulator({ bootMs: 60 })
  const { control, baseUrl, apiKey } = emulator
  const oddities: Oddity[] = []
  const report = (oddity: Oddity): void => void oddities.push(oddity)
  const provider = createRunPodProvider({ apiKey, baseUrl, requestsPerMinute, report })
  const close = async (): Promise<void> => {
    await provider.close()
    await emulator.close()
  }
  closers.push(close)
  const image = 'runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404'
  return {
    provider,
    control,
    apiKey,
    oddities,
    image,
    faults: faultsOf(emulator),
    secret: apiKey,
    close: async () => undefined,
    async launch() {
      const request = await aLaunch({ provider, image })
      return { request, id: (await provider.launch(request, patience())).id }
    },
  }
}

type Emulator = Awaited<ReturnType<typeof startRunPodEmulator>>

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
      unknownWord: 'MIGRATING',
    }),
    noCapacity: () => order({ kind: 'no_capacity' }),
    upstreamFunds: () => order({ kind: 'insufficient_balance' }),
    quota: () => order({ kind: 'quota_exceeded' }),
    async unknownFields(id: string) {
      const answer = await fetch(`${baseUrl}/pods/${id}`, { headers: { authorization: `Bearer ${apiKey}` } })
      const body = { ...((await answer.json()) as object), carbonIntensity: 12, tags: [{ any: 'thing' }] }
      order({ kind: 'status', status: 200, body }, { path: `/v2/pods/${id}$` })
    },
  }
}
