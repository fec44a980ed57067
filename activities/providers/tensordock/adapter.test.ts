import type { UpstreamOffer } from '@berth/contract/offer'
import { startTensorDockEmulator } from '@berth/upstreams/tensordock/start'
import { afterEach, describe, expect, it } from 'vitest'
import { describeProvider } from '../contract-kit/describe-provider.ts'
import { emulatedFaults, EVERY_FAULT } from '../contract-kit/emulated-faults.ts'
import { aLaunch, failureOf, inPod, patience, untilRunning } from '../contract-kit/pods.ts'
import type { Oddity } from '../http/status-words.ts'
import type { LaunchRequest } from '../port.ts'
import { createTensorDockProvider } from './adapter.ts'

const CREATE = { method: 'POST', path: '/v2/instances$' }
const DESTROY = { method: 'DELETE', path: '/instances/' }

describeProvider('TensorDock', {
  faults: EVERY_FAULT,
  claims: { stopStart: true, logs: false, costSoFar: 'never' },
  makeHarness: setup,
})

describe('TensorDock adapter', () => {
  it('launches on the host, with the GPUs and the disk that were sold', async () => {
    const { provider, control } = await setup()
    for (const gpuCount of [1, 4]) {
      // Why anew: what was just rented is not on sale any more.
      const offers = await provider.listOffers(patience())
      const offer = offers.find((candidate) => candidate.gpuCount === gpuCount)
      if (!offer) throw new Error(`nothing with ${gpuCount} GPUs`)
      const request = await aLaunch({ provider, image: 'x', choose: () => offer })
      await provider.launch({ ...request, diskGib: 250 }, patience())
      expect(control.instances.byMarker(request.marker)).toMatchObject({
        hostId: offer.launchData['hostId'],
        vcpus: offer.vcpus,
        ramGb: offer.ramGib,
        storageGb: 250,
        gpuCount,
      })
    }
  })

  it('prices an offer at what the meter then takes, and never below it', async () => {
    const { provider, control, launch } = await setup()
    const { request, id } = await launch({ diskGib: 300 })
    const running = await untilRunning(provider, id)
    const { upstreamMicrosPerHour, upstreamDiskMicrosPerGibHour, disk } = request.offer
    const price = upstreamMicrosPerHour + (300 - disk.includedGib) * upstreamDiskMicrosPerGibHour
    expect(running.upstreamMicrosPerHour).toBe(price)
    const before = control.meter.costMicros(id)
    control.clock.advance(3_600_000)
    const cost = Number(control.meter.costMicros(id) - before)
    expect(cost).toBeLessThanOrEqual(price)
    expect(cost).toBeGreaterThan(price * 0.99)
  })

  it.each([
    ['forwarded ports', true],
    ['an address of its own', false],
  ])('reaches a machine through %s', async (_how, forwarded) => {
    const { provider, control, launch } = await setup()
    const reached = (await provider.listOffers(patience())).find(({ region }) =>
      forwarded ? region.code.startsWith('Manassas') : region.code.startsWith('Dallas'),
    )
    const { id } = await launch({ choose: () => reached })
    const running = await untilRunning(provider, id)
    expect(control.instances.list()[0]?.dedicatedIp).toBe(!forwarded)
    expect(running.ports.map(({ privatePort }) => privatePort)).toEqual(forwarded ? [22, 8888] : [22])
    expect(await inPod(running, 'whoami')).toMatchObject({ stdout: 'root\n' })
  })

  it('takes no host that has neither, and none that asks more than it did', async () => {
    const { provider, control, launch, host, changeHost } = await setup()
    const unreachable = { available_ports: [20_000], has_public_ip_available: false }
    await changeHost({ available_resources: { ...host.available_resources, ...unreachable } })
    expect(await failureOf(launch())).toMatchObject({ kind: 'no_capacity' })
    await changeHost({ pricing: { ...host.pricing, per_vcpu_hr: 1 } })
    expect(await failureOf(launch())).toMatchObject({
      kind: 'no_capacity',
      words: expect.stringContaining('higher price'),
    })
    await changeHost({ available_resources: { ...host.available_resources, gpus: [] } })
    expect(await failureOf(launch())).toMatchObject({ kind: 'no_capacity' })
    expect(control.requests.count('POST', /instances$/)).toBe(0)
    expect(await provider.listOwned(patience())).toEqual([])
  })

  it('says no capacity of a host that is gone', async () => {
    const { provider, control, launch } = await setup()
    control.faults.add({ match: { path: '/hostnodes/' }, fault: { kind: 'status', status: 404 } })
    expect(await failureOf(launch())).toMatchObject({ kind: 'no_capacity' })
    expect(await provider.listOwned(patience())).toEqual([])
  })

  it.each([
    ['You need at least $1.00 in your account', 400, 'upstream_funds'],
    ['Hostnode unavailable', 400, 'no_capacity'],
    ['Port 20000 is not available on this hostnode', 400, 'no_capacity'],
    ['Maximum number of instances reached', 400, 'quota'],
    ['name is too long', 400, 'invalid_request'],
    ['Unauthorized', 401, 'auth'],
    ['Rate limit exceeded', 429, 'rate_limited'],
    ['Something went wrong', 500, 'ambiguous'],
  ])('hears "%s" (%i) within a 200', async (error, status, kind) => {
    const { control, launch } = await setup()
    control.faults.add({ match: CREATE, fault: { kind: 'refused_in_200', error, status } })
    expect(await failureOf(launch())).toMatchObject({ kind, status, words: expect.stringContaining(error) })
  })

  it('reads every shape in which an instance may come', async () => {
    const { provider, control, launch } = await setup()
    const swap = () => control.faults.add({ fault: { kind: 'other_shape' } })
    swap()
    const { id, request } = await launch()
    const bare = await untilRunning(provider, id)
    swap()
    expect(await provider.describe(id, patience())).toEqual(bare)
    for (const look of [() => undefined, swap]) {
      look()
      expect(await provider.findByMarker(request.marker, patience())).toMatchObject([
        { id, state: 'running' },
      ])
    }
  })

  it('takes a 404 within a 200 for gone, and any other refusal there for a failure', async () => {
    const { provider, control, launch } = await setup()
    const { id } = await launch()
    const refuse = (error: string, status: number) =>
      control.faults.add({ fault: { kind: 'refused_in_200', error, status } })
    refuse('Instance not found', 404)
    expect((await provider.describe(id, patience())).state).toBe('gone')
    refuse('Instance not found', 404)
    await provider.terminate(id, patience())
    refuse('Something went wrong', 500)
    expect(await failureOf(provider.describe(id, patience()))).toMatchObject({ kind: 'unavailable' })
    refuse('Something went wrong', 503)
    expect(await failureOf(provider.listOwned(patience()))).toMatchObject({ kind: 'unavailable' })
    expect(control.instances.list()).toHaveLength(1)
  })

  it('says no capacity when a stopped machine finds its GPU taken, and sees a host take it back', async () => {
    const { provider, control, launch } = await setup()
    const { id, request } = await launch()
    await untilRunning(provider, id)
    control.instances.interrupt(id)
    expect(await provider.describe(id, patience())).toMatchObject({
      state: 'stopped',
      rawStatus: 'stoppeddisassociated',
    })
    control.inventory.set({ hostId: request.offer.launchData['hostId'], free: 0 })
    expect(await failureOf(provider.start?.(id, patience()) ?? Promise.resolve())).toMatchObject({
      kind: 'no_capacity',
    })
  })

  it('tells a failed boot from one that only waits', async () => {
    const { provider, control, launch } = await setup()
    control.faults.add({ fault: { kind: 'stuck_queued' } })
    const waiting = await launch()
    expect(await provider.describe(waiting.id, patience())).toMatchObject({
      state: 'provisioning',
      ssh: null,
    })
    control.faults.add({ fault: { kind: 'boot_error' } })
    const { id } = await launch()
    await expect.poll(async () => (await provider.describe(id, patience())).state).toBe('failed')
  })

  it('lets a renter’s words be no command, whatever stands in a key or a variable', async () => {
    const { provider, control, launch, secondKey } = await setup()
    const { id } = await launch({ env: { GREETING: "it's $(reboot) `now`" }, sshPublicKeys: [secondKey] })
    const body = control.requests.list().findLast(({ method }) => method === 'POST')?.body
    const { runcmd } = (body as { data: { attributes: { cloud_init: { runcmd: string[] } } } }).data
      .attributes.cloud_init
    expect(runcmd.join('\n')).not.toMatch(/reboot|touch/)
    await untilRunning(provider, id)
    expect(control.instances.list()[0]?.login.env).toEqual({ GREETING: "it's $(reboot) `now`" })
  })

  it('reports an unknown status word once, and counts only what carries a marker of ours', async () => {
    const { provider, control, launch, oddities } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    control.instances.setStatus(id, 'Migrating')
    for (let i = 0; i < 3; i += 1) await provider.describe(id, patience())
    expect(oddities).toEqual([{ provider: 'tensordock', what: 'instance status', word: 'migrating' }])
    await launch({ marker: 'somebody-elses-machine' })
    expect((await provider.listOwned(patience())).map((instance) => instance.id)).toEqual([id])
  })

  it('keeps within a hundred requests a minute, however many ask at once', async () => {
    const { provider, control } = await setup({ requestsPerMinute: 100 })
    await Promise.all(Array.from({ length: 24 }, () => provider.listOwned(patience(500)).catch(() => null)))
    expect(control.requests.count('GET', /instances$/)).toBeLessThanOrEqual(22)
  })
})

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

type LaunchChange = Partial<LaunchRequest> & {
  choose?: (offers: UpstreamOffer[]) => UpstreamOffer | undefined
}

interface Host {
  id: string
  available_resources: object
  pricing: object
}

async function setup({ requestsPerMinute = 60_000 } = {}) {
  const emulator = await startTensorDockEmulator()
  const { control, baseUrl, apiKey } = emulator
  const oddities: Oddity[] = []
  const report = (oddity: Oddity): void => void oddities.push(oddity)
  const provider = createTensorDockProvider({ apiKey, baseUrl, requestsPerMinute, report })
  closers.push(async () => {
    await provider.close()
    await emulator.close()
  })
  const cheapest = (await provider.listOffers(patience())).toSorted(
    (a, b) => a.upstreamMicrosPerHour - b.upstreamMicrosPerHour,
  )[0]
  const hostId = String(cheapest?.launchData['hostId'])
  const headers = { authorization: `Bearer ${apiKey}` }
  const read = async (path: string) => await (await fetch(baseUrl + path, { headers })).json()
  const { data: host } = (await read(`/hostnodes/${hostId}`)) as { data: Host }
  control.requests.clear()
  const image = 'any: TensorDock has its own'
  return {
    provider,
    control,
    oddities,
    image,
    host,
    secondKey:
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHlVvNxvYd7X0l0Jbqf3x0m8mQ7bq0V6J0o8m0cKq3bA "; touch /tmp/x; #',
    faults: faultsOf(emulator, read),
    secret: apiKey,
    close: async () => undefined,
    /** The host as it shows itself at the next look before a launch. */
    changeHost: async (change: object) =>
      void control.faults.add({
        match: { path: `/hostnodes/${hostId}$` },
        fault: { kind: 'status', status: 200, body: { data: { ...host, ...change } } },
      }),
    async launch({ choose, ...change }: LaunchChange = {}) {
      const request = { ...(await aLaunch({ provider, image, choose })), ...change }
      return { request, id: (await provider.launch(request, patience())).id }
    },
  }
}

type Emulator = Awaited<ReturnType<typeof startTensorDockEmulator>>

function faultsOf({ control }: Emulator, read: (path: string) => Promise<unknown>) {
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
      unknownWord: 'Migrating',
    }),
    noCapacity: () => order({ kind: 'hostnode_unavailable' }),
    upstreamFunds: () => order({ kind: 'low_balance' }),
    quota: () => order({ kind: 'quota_exceeded' }),
    notYet: () => order({ kind: 'refused_in_200', error: 'Instance is busy', status: 409 }, DESTROY),
    async unknownFields(id: string) {
      const body = {
        ...((await read(`/instances/${id}`)) as object),
        timezone: 'UTC',
        tags: [{ any: 'thing' }],
      }
      order({ kind: 'status', status: 200, body }, { path: `/v2/instances/${id}$` })
    },
  }
}
