import { describe, expect, it } from 'vitest'
import { classifyRunPod } from './classify.ts'
import { linesOf } from './logs.ts'
import { createBodyOf, createPodMap } from './map.ts'
import { createOfferMap } from './offers.ts'
import { regionOf } from './regions.ts'
import { gpuTypesSchema, podSchema } from './schema.ts'

/** The example of RunPod's own OpenAPI document for GET /v2/pods/{id}. */
const POD = {
  id: '7h9k2m4n6p',
  name: 'berth-rent-01jd0000000000000000000000-1',
  image: 'runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404',
  disk: 50,
  ports: ['8888/http', '22/tcp'],
  env: { MODEL_NAME: 'llama-3' },
  registry: null,
  status: 'RUNNING',
  actions: ['stop', 'restart', 'terminate'],
  mounts: { persistent: { size: 20, path: '/workspace' } },
  gpu: { id: 'NVIDIA GeForce RTX 4090', count: 1 },
  cloud: 'SECURE',
  dataCenterId: 'US-KS-2',
  ssh: {
    proxy: { host: 'ssh.runpod.io', port: 22, username: '7h9k2m4n6p-64411eb2', command: 'ssh …' },
    direct: { host: '195.26.233.3', port: 34_446, username: 'root', command: 'ssh …' },
  },
  cost: 0.44,
  locked: false,
  runtime: {
    uptime: 3600,
    ports: [
      { private: 22, public: 34_446, type: 'tcp', ip: '195.26.233.3' },
      { private: 8888, public: null, type: 'http', ip: null },
    ],
  },
  createdAt: '2026-06-01T12:00:00Z',
  startedAt: '2026-06-01T12:02:00Z',
}

/** The example for GET /v2/catalog/gpus. */
const GPU = {
  id: 'NVIDIA GeForce RTX 4090',
  name: 'RTX 4090',
  pool: 'ADA_24',
  manufacturer: 'NVIDIA',
  memory: 24,
  secure: true,
  community: true,
  price: { secure: 0.44, community: 0.31, serverless: 1.1 },
  maxCount: { secure: 8, community: 4 },
  availability: 'HIGH',
  dataCenters: [{ id: 'US-KS-2', name: 'US Kansas 2', availability: 'HIGH' }],
}

describe('RunPod pod', () => {
  it('reads as the vendor’s own example says', () => {
    const { instanceOf } = setup()
    expect(instanceOf(podSchema.parse(POD))).toEqual({
      id: '7h9k2m4n6p',
      marker: 'berth-rent-01jd0000000000000000000000-1',
      state: 'running',
      rawStatus: 'RUNNING',
      ssh: { host: '195.26.233.3', port: 34_446, user: 'root' },
      hostId: null,
      gpu: { rawName: 'NVIDIA GeForce RTX 4090', count: 1 },
      upstreamMicrosPerHour: 440_000,
      createdAt: '2026-06-01T12:00:00Z',
      ports: [{ privatePort: 22, host: '195.26.233.3', publicPort: 34_446 }],
      statusMessage: null,
    })
  })

  it.each([
    ['PROVISIONING', 'provisioning'],
    ['STARTING', 'provisioning'],
    ['RUNNING', 'running'],
    ['EXITED', 'stopped'],
    ['ERROR', 'failed'],
    ['TERMINATED', 'gone'],
    ['DEFROSTING', 'unknown'],
  ])('that says %s is %s', (status, state) => {
    expect(setup().instanceOf(podSchema.parse({ ...POD, status })).state).toBe(state)
  })

  it('is not running before it has an address', () => {
    const { instanceOf } = setup()
    const noDirect = podSchema.parse({ ...POD, ssh: { ...POD.ssh, direct: null } })
    expect(instanceOf(noDirect).state).toBe('provisioning')
    expect(instanceOf(podSchema.parse({ ...POD, runtime: null })).state).toBe('provisioning')
  })

  it('fails loudly where a field is missing that we live by', () => {
    for (const field of ['id', 'name', 'status', 'ssh', 'cost', 'runtime']) {
      expect(podSchema.safeParse({ ...POD, [field]: undefined }).success).toBe(false)
    }
  })
})

describe('RunPod offer', () => {
  it('costs its GPUs and its disks, in micro-dollars', () => {
    const [offer] = setup().offersOf(GPU, { count: 2, cloud: 'COMMUNITY' })
    expect(offer).toMatchObject({
      key: 'nvidia-geforce-rtx-4090-2x-community-us-ks-2',
      upstreamMicrosPerHour: 2 * 310_000 + 40 * 137,
      upstreamDiskMicrosPerGibHour: 137,
      region: { code: 'US-KS-2', country: 'US', continent: 'NA' },
      stock: 'high',
    })
  })

  it.each([
    ['beyond the largest machine', { maxCount: { secure: 1, community: 4 } }],
    ['of a cloud that does not have it', { secure: false }],
    ['without a price', { price: { secure: 0, community: 0.31 } }],
    ['out of stock', { dataCenters: [{ id: 'US-KS-2', name: '', availability: 'NONE' }] }],
    ['sold out everywhere', { dataCenters: undefined, availability: 'NONE' }],
    ['of a board nobody can name', { id: 'unknown', memory: 0 }],
  ])('is not made %s', (_why, change) => {
    expect(setup().offersOf({ ...GPU, ...change }, { count: 2, cloud: 'SECURE' })).toEqual([])
  })

  it('leaves the place to the scheduler where RunPod names none, and reports a stock word it does not know', () => {
    const { offersOf, oddities } = setup()
    const [offer] = offersOf(
      { ...GPU, dataCenters: undefined, availability: 'PLENTY' },
      { count: 1, cloud: 'SECURE' },
    )
    expect(offer).toMatchObject({
      stock: 'unknown',
      region: { code: 'ANY' },
      launchData: { dataCenterId: null },
    })
    expect(oddities).toEqual(['PLENTY'])
  })
})

describe('RunPod region', () => {
  it.each([
    ['US-KS-2', 'US', 'NA'],
    ['CA-MTL-1', 'CA', 'NA'],
    ['EU-RO-1', 'RO', 'EU'],
    ['EUR-IS-1', 'IS', 'EU'],
    ['AP-JP-1', 'JP', 'AS'],
    ['SEA-SG-1', 'SG', 'AS'],
    ['OC-AU-1', 'AU', 'OC'],
    ['EU-XYZ-1', null, 'EU'],
    ['MOON', null, null],
  ])('%s is in %s, %s', (code, country, continent) => {
    expect(regionOf(code)).toEqual({ code, country, continent })
  })
})

describe('RunPod create body', () => {
  it('brings the keys by env, whatever the renter put there, and always opens 22', () => {
    const { offersOf } = setup()
    const [offer] = offersOf(GPU, { count: 1, cloud: 'SECURE' })
    if (!offer) throw new Error('no offer')
    const request = {
      marker: 'm',
      offer,
      sshPublicKeys: ['ssh-ed25519 A a', 'ssh-ed25519 B b'],
      image: 'x',
      diskGib: 5,
      env: { PUBLIC_KEY: 'mine', A: '=1' },
      ports: [22, 8888],
    }
    const body = createBodyOf(request, { gpuId: 'g', gpuCount: 1, cloud: 'SECURE', dataCenterId: null })
    expect(body).toEqual({
      name: 'm',
      image: 'x',
      gpu: { id: 'g', count: 1 },
      cloud: 'SECURE',
      disk: 20,
      mounts: { persistent: { size: 10, path: '/workspace' } },
      ports: ['22/tcp', '8888/tcp'],
      env: { PUBLIC_KEY: 'ssh-ed25519 A a\nssh-ed25519 B b', A: '=1' },
    })
  })
})

describe('RunPod refusals', () => {
  it.each([
    'There are no longer any instances available with the requested specifications. Please refresh and try again.',
    'There are no instances currently available',
    'This machine does not have the resources to deploy your pod',
    'There are not enough free GPUs on the host machine to start this pod.',
    'No GPU capacity in US-KS-2',
  ])('takes a 400 that says "%s" for lack of capacity', (detail) => {
    expect(refused(400, { detail })?.kind).toBe('no_capacity')
  })

  it.each([
    'exactly one of gpu or cpu must be set',
    'mounts.persistent is invalid on CPU pods',
    'gpu.id "x" is not a known GPU type',
  ])('takes a 400 that says "%s" for a rule we broke', (detail) => {
    expect(refused(400, { detail })?.kind).toBe('invalid_request')
  })

  it('reads 403 as one closed pool on create, and as our credentials elsewhere', () => {
    expect(refused(403, { detail: 'access denied' })?.kind).toBe('no_capacity')
    expect(refused(403, { detail: 'access denied' }, 'GET')?.kind).toBe('auth')
  })

  it('leaves a 5xx to the common rule', () => {
    expect(refused(500, { error: 'create pod: …' })).toBeNull()
  })
})

describe('RunPod logs', () => {
  it('are read from their events; one that does not read is passed over and reported', () => {
    const { oddities, report } = setup()
    const event = (data: string) => ({ id: null, event: 'message', data })
    const events = [
      event('{"ts":"2026-06-01T12:00:00Z","line":"hello","source":"container"}'),
      event('not json'),
    ]
    expect(linesOf(events, { provider: 'runpod', report })).toEqual([
      { id: '2026-06-01T12:00:00Z#0', at: '2026-06-01T12:00:00Z', line: 'hello' },
    ])
    expect(oddities).toEqual([expect.stringMatching(/^event: /)])
    expect(oddities.join()).not.toContain('not json')
  })
})

function refused(status: number, json: unknown, method = 'POST') {
  return classifyRunPod(
    { status, json, text: JSON.stringify(json), headers: new Headers() },
    { method, path: '/pods' },
  )
}

function setup() {
  const oddities: string[] = []
  const report = ({ word }: { word: string }): void => void oddities.push(word)
  const offersOf = createOfferMap({ provider: 'runpod', report })
  return {
    oddities,
    report,
    instanceOf: createPodMap({ provider: 'runpod', report }),
    offersOf: (type: object, query: Parameters<typeof offersOf>[1]) =>
      gpuTypesSchema.parse({ gpus: [type] }).gpus.flatMap((parsed) => offersOf(parsed, query)),
  }
}
