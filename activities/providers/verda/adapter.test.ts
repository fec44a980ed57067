import type { UpstreamOffer } from '@berth/contract/offer'
import { createClock, type EmulatorClock } from '@berth/upstreams/kit/clock'
import { startVerdaEmulator } from '@berth/upstreams/verda/start'
import { afterEach, describe, expect, it } from 'vitest'
import { describeProvider } from '../contract-kit/describe-provider.ts'
import { aLaunch, failureOf, inPod, patience, until, untilRunning } from '../contract-kit/pods.ts'
import type { Oddity } from '../http/status-words.ts'
import { markerOf } from '../marker.ts'
import { createVerdaProvider } from './adapter.ts'

const CREATE = { method: 'POST', path: '/v1/instances$' }
const ACTION = { method: 'PUT', path: '/v1/instances$' }

describeProvider('Verda', {
  faults: [
    'auth',
    'rateLimited',
    'unavailable',
    'noCapacity',
    'upstreamFunds',
    'serverErrorAfterLaunch',
    'cutAfterLaunch',
    'cutBeforeLaunch',
    'hangLaunch',
    'hideLaunched',
    'unknownStatus',
    'unknownFields',
    'endFromOutside',
  ],
  claims: { stopStart: true, logs: false, costSoFar: false },
  makeHarness: setup,
})

describe('Verda token', () => {
  it('is asked for once by all callers, and again when it is refused before its hour', async () => {
    const { provider, control } = await setup()
    await Promise.all(Array.from({ length: 5 }, () => provider.listOwned(patience())))
    expect(control.requests.count('POST', /token$/)).toBe(1)
    control.clock.advance(3_600_000)
    expect(await provider.listOwned(patience())).toEqual([])
    control.revokeTokens()
    await Promise.all(Array.from({ length: 5 }, () => provider.listOwned(patience())))
    expect(control.requests.count('POST', /token$/)).toBe(3)
  })

  it('is renewed in the middle of a launch, which then happens once', async () => {
    const { provider, control, launch } = await setup()
    await provider.listOffers(patience())
    control.faults.add({ match: CREATE, fault: { kind: 'unauthorized' } })
    const { request } = await launch()
    expect(control.meter.instances().filter(({ marker }) => marker === request.marker)).toHaveLength(1)
  })

  it('shows the secret to nobody when it is refused', async () => {
    const { makeProvider, control } = await setup()
    const secret = 'a-secret-that-is-wrong'
    const provider = makeProvider({ clientId: 'x', clientSecret: secret })
    const body = { code: 'invalid_request', message: `no client with ${secret}` }
    control.faults.add({ fault: { kind: 'status', status: 400, body } })
    for (let i = 0; i < 2; i += 1) {
      const error = await failureOf(provider.listOwned(patience()))
      expect(error).toMatchObject({ kind: 'auth' })
      expect(JSON.stringify([error, error.message])).not.toContain(secret)
    }
  })
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
})

describe('keys and scripts in the account', () => {
  it('are named by the marker, one set a launch, and go with the instance', async () => {
    const { provider, control, launch } = await setup()
    const one = await launch()
    const other = await launch()
    const names = () => [...control.sshKeys.list(), ...control.scripts.list()].map(({ name }) => name).sort()
    const namesOf = ({ request: { marker } }: typeof one) => [`${marker}.1`, `${marker}.2`, `${marker}.env`]
    expect(names()).toEqual([...namesOf(one), ...namesOf(other)].sort())
    await untilRunning(provider, one.id)
    await provider.terminate(one.id, patience())
    expect(names()).toEqual(namesOf(other))
  })

  it('go at once where the launch was refused for certain, and stay where nobody knows', async () => {
    const { control, launch } = await setup()
    control.faults.add({ fault: { kind: 'no_capacity' } })
    expect(await failureOf(launch())).toMatchObject({ kind: 'no_capacity' })
    expect([control.sshKeys.list(), control.scripts.list()]).toEqual([[], []])
    control.faults.add({ match: CREATE, fault: { kind: 'cut_after_effect' } })
    expect(await failureOf(launch())).toMatchObject({ kind: 'ambiguous' })
    expect(control.sshKeys.list()).toHaveLength(2)
  })

  it('are removed a day later where a launch left them and no instance lives by them', async () => {
    const DAY_MS = 24 * 3_600_000
    const clock = createClock({ frozenAtMs: Date.now() - DAY_MS - 60_000 })
    clock.resume()
    const { provider, control, launch, register } = await setup({ clock })
    const orphan = `${markerOf('rent_01JD0000000000000000000000', 1)}.1`
    await register('/ssh-keys', { name: orphan, key: 'k' })
    await register('/ssh-keys', { name: 'the office', key: 'k' })
    const living = await launch()
    const ended = await launch()
    await untilRunning(provider, ended.id)
    await provider.terminate(ended.id, patience())
    const { marker } = living.request
    expect(control.sshKeys.list().map(({ name }) => name)).toEqual([
      'the office',
      `${marker}.1`,
      `${marker}.2`,
    ])
  })

  it('do not hold up an end when they can not be removed; the operator hears of it', async () => {
    const { provider, control, launch, oddities } = await setup()
    const { id } = await launch()
    await untilRunning(provider, id)
    control.faults.add({ match: { path: '/ssh-keys$' }, fault: { kind: 'status', status: 500 } })
    await provider.terminate(id, patience())
    expect((await provider.describe(id, patience())).state).toBe('gone')
    expect(oddities).toMatchObject([{ what: 'keys left in the account' }])
  })

  it('make a launch that could not register them one that did not happen', async () => {
    const { control, launch } = await setup()
    control.faults.add({ match: { method: 'POST', path: '/ssh-keys$' }, fault: { kind: 'cut_after_effect' } })
    expect(await failureOf(launch())).toMatchObject({ kind: 'unavailable' })
    expect(control.requests.count('POST', /instances$/)).toBe(0)
    expect(control.sshKeys.list()).toEqual([])
  })
})

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

interface LaunchChange {
  diskGib?: number
  choose?: (offers: UpstreamOffer[]) => UpstreamOffer | undefined
}

async function setup({ clock }: { clock?: EmulatorClock } = {}) {
  const emulator = await startVerdaEmulator({ clock })
  const { control, baseUrl, credentials } = emulator
  const oddities: Oddity[] = []
  const report = (oddity: Oddity): void => void oddities.push(oddity)
  const makeProvider = (as = credentials) => {
    const provider = createVerdaProvider({ credentials: as, baseUrl, requestsPerMinute: 60_000, report })
    closers.push(() => provider.close())
    return provider
  }
  const provider = makeProvider()
  closers.push(() => emulator.close())
  const bearer = await tokenOf(emulator)
  control.requests.clear()
  const image = 'any: Verda has its own'
  return {
    provider,
    makeProvider,
    control,
    oddities,
    image,
    faults: faultsOf(emulator, bearer),
    close: async () => undefined,
    async register(path: string, body: object) {
      const headers = {
        authorization: `Bearer ${await tokenOf(emulator)}`,
        'content-type': 'application/json',
      }
      await fetch(baseUrl + path, { method: 'POST', headers, body: JSON.stringify(body) })
    },
    async launch({ choose, ...change }: LaunchChange = {}) {
      const request = { ...(await aLaunch({ provider, image, choose })), ...change }
      return { request, id: (await provider.launch(request, patience())).id }
    },
  }
}

type Emulator = Awaited<ReturnType<typeof startVerdaEmulator>>

async function tokenOf({ baseUrl, credentials }: Emulator): Promise<string> {
  const { clientId: client_id, clientSecret: client_secret } = credentials
  const answer = await fetch(`${baseUrl}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', client_id, client_secret }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

function faultsOf({ control, baseUrl }: Emulator, bearer: string) {
  const order = (
    fault: Parameters<typeof control.faults.add>[0]['fault'],
    match?: { method?: string; path: string },
  ) => void control.faults.add({ fault, ...(match ? { match } : {}) })
  return {
    auth: () => order({ kind: 'unauthorized' }),
    rateLimited: (retryAfterSeconds: number) => order({ kind: 'rate_limited', retryAfterSeconds }),
    unavailable: () => order({ kind: 'status', status: 503 }),
    noCapacity: () => order({ kind: 'no_capacity' }),
    upstreamFunds: () => order({ kind: 'insufficient_funds' }),
    serverErrorAfterLaunch: () => order({ kind: 'after_effect_status', status: 500 }, CREATE),
    cutAfterLaunch: () => order({ kind: 'cut_after_effect' }, CREATE),
    cutBeforeLaunch: () => order({ kind: 'cut' }, CREATE),
    hangLaunch: () => order({ kind: 'hang' }, CREATE),
    hideLaunched: (ms: number) => order({ kind: 'invisible', ms }),
    unknownStatus: (id: string) => void control.instances.setStatus(id, 'teleporting'),
    endFromOutside: (id: string) => void control.instances.kill(id),
    async unknownFields(id: string) {
      const headers = { authorization: `Bearer ${bearer}` }
      const answer = await fetch(`${baseUrl}/instances/${id}`, { headers })
      const body = { ...((await answer.json()) as object), rack: { row: 7 }, tags: [{ any: 'thing' }] }
      order({ kind: 'status', status: 200, body }, { path: `/v1/instances/${id}$` })
    },
  }
}
