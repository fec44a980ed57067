import { describe, expect, it } from 'vitest'
import { classifyLambda } from './classify.ts'
import { createInstanceMap } from './map.ts'
import { createOfferMap } from './offers.ts'
import { regionOf } from './regions.ts'
import { catalogSchema, oneInstanceSchema } from './schema.ts'

/** The example of Lambda's own OpenAPI document. */
const INSTANCE = {
  id: '0920582c7ff041399e34823a0be62549',
  name: 'My Instance',
  ip: '198.51.100.2',
  private_ip: '10.0.2.100',
  status: 'active',
  ssh_key_names: ['My SSH key'],
  file_system_names: [],
  region: { name: 'us-west-1', description: 'California, USA' },
  instance_type: {
    name: 'gpu_8x_a100',
    description: '8x A100 (40 GB SXM4)',
    gpu_description: 'A100 (40 GB SXM4)',
    price_cents_per_hour: 1032,
    specs: { vcpus: 124, memory_gib: 1800, storage_gib: 6144, gpus: 8 },
  },
  hostname: '198-51-100-2.cloud.lambdalabs.com',
  jupyter_token: '03b7d30d9d3e4d8fa41657bc0d478c1b',
  is_reserved: false,
  actions: { terminate: { available: true } },
}

const TYPE = {
  name: 'gpu_1x_gh200',
  description: '1x GH200 (96 GB)',
  gpu_description: 'GH200 (96 GB)',
  price_cents_per_hour: 149,
  specs: { vcpus: 64, memory_gib: 432, storage_gib: 4096, gpus: 1 },
}

describe('Lambda instance', () => {
  it('reads as the vendor’s own example says, without its Jupyter token', () => {
    const { instanceOf } = setup()
    const parsed = oneInstanceSchema.parse({ data: INSTANCE }).data
    expect(JSON.stringify(parsed)).not.toContain(INSTANCE.jupyter_token)
    expect(instanceOf(parsed)).toEqual({
      id: '0920582c7ff041399e34823a0be62549',
      marker: 'My Instance',
      state: 'running',
      rawStatus: 'active',
      ssh: { host: '198.51.100.2', port: 22, user: 'ubuntu' },
      hostId: null,
      gpu: { rawName: 'A100 (40 GB SXM4)', count: 8 },
      upstreamMicrosPerHour: 10_320_000,
      createdAt: null,
      ports: [{ privatePort: 22, host: '198.51.100.2', publicPort: 22 }],
      statusMessage: null,
    })
  })

  it.each([
    ['booting', 'provisioning'],
    ['active', 'running'],
    ['unhealthy', 'failed'],
    ['terminating', 'terminating'],
    ['terminated', 'gone'],
    ['preempted', 'interrupted'],
    ['hibernated', 'unknown'],
  ])('%s means %s', (status, state) => {
    const { instanceOf, oddities } = setup()
    expect(instanceOf({ ...INSTANCE, status }).state).toBe(state)
    expect(oddities).toEqual(state === 'unknown' ? ['hibernated'] : [])
  })

  it('is not running before it has an address, and needs no name or type to be read', () => {
    const { instanceOf } = setup()
    const bare = oneInstanceSchema.parse({ data: { id: 'a', status: 'active', name: null } }).data
    expect(instanceOf(bare)).toMatchObject({ state: 'provisioning', marker: null, ssh: null, gpu: null })
  })
})

describe('Lambda offers', () => {
  it('are one for each region with capacity, at the price of the whole machine', () => {
    const { offersOf } = setup()
    const offers = offersOf(TYPE, ['us-west-1', 'europe-central-1'])
    expect(offers.map(({ key }) => key)).toEqual(['gpu-1x-gh200-us-west-1', 'gpu-1x-gh200-europe-central-1'])
    expect(offers[1]).toMatchObject({
      gpu: { key: 'nvidia-gh200-96gb-unknown', model: 'GH200', memoryGib: 96 },
      gpuCount: 1,
      region: { code: 'europe-central-1', country: 'DE', continent: 'EU' },
      podKind: 'vm',
      vcpus: 64,
      ramGib: 432,
      disk: { includedGib: 4096, maxGib: 4096 },
      stock: 'unknown',
      upstreamMicrosPerHour: 1_490_000,
      launchData: { instanceType: 'gpu_1x_gh200', region: 'europe-central-1' },
    })
  })

  it.each([
    ['H100 (80 GB SXM5)', 'nvidia-h100-80gb-sxm'],
    ['A100 (40 GB PCIe)', 'nvidia-a100-40gb-pcie'],
    ['A10 (24 GB PCIe)', 'nvidia-a10-24gb-pcie'],
    ['RTX A6000 (48 GB)', 'nvidia-rtx-a6000-48gb-pcie'],
    ['Quadro RTX 6000 (24 GB)', 'nvidia-quadro-rtx-6000-24gb-pcie'],
    ['Tesla V100 (16 GB SXM2)', 'nvidia-v100-16gb-sxm'],
    ['B200 (180 GB SXM6)', 'nvidia-b200-180gb-sxm'],
  ])('know %s as %s', (gpuDescription, key) => {
    const { offersOf } = setup()
    expect(offersOf({ ...TYPE, gpu_description: gpuDescription }, ['us-east-1'])[0]?.gpu.key).toBe(key)
  })

  it('sell machines without a GPU as such, and report a board whose memory they can not tell', () => {
    const { offersOf, oddities } = setup()
    const cpu = { ...TYPE, gpu_description: 'N/A', specs: { ...TYPE.specs, gpus: 0 } }
    expect(offersOf(cpu, ['us-east-1'])[0]).toMatchObject({ gpuCount: 0, gpu: { vendor: 'none' } })
    const secret = { ...TYPE, gpu_description: 'X1000' }
    expect(offersOf(secret, ['us-east-1'])).toEqual([])
    expect(offersOf(secret, [])).toEqual([])
    expect(oddities).toEqual(['X1000'])
  })
})

describe('Lambda region', () => {
  it.each([
    ['us-southeast-9', 'US', 'NA'],
    ['asia-northeast-1', 'JP', 'AS'],
    ['me-west-1', 'IL', 'AS'],
    ['australia-east-1', 'AU', 'OC'],
    ['europe-north-7', null, 'EU'],
    ['moon-1', null, null],
  ])('%s is in %s, %s', (code, country, continent) => {
    expect(regionOf(code)).toEqual({ code, country, continent })
  })
})

describe('Lambda refusals', () => {
  it.each([
    [400, 'instance-operations/launch/insufficient-capacity', 'no_capacity'],
    [400, 'instance-operations/launch/file-system-in-wrong-region', 'invalid_request'],
    [400, 'global/invalid-parameters', 'invalid_request'],
    [400, 'global/quota-exceeded', 'quota'],
    [404, 'global/object-does-not-exist', 'no_capacity'],
    [401, 'global/invalid-api-key', 'auth'],
    [403, 'global/account-inactive', 'upstream_funds'],
    [403, 'global/invalid-address', 'upstream_funds'],
    [400, 'provider/quota', 'unavailable'],
  ])('%d %s is %s on launch', (status, code, kind) => {
    expect(refused(status, { error: { code, message: 'Words.' } })).toMatchObject({
      kind,
      words: `Words. [${code}]`,
    })
  })

  it('leave what they do not know, and every 5xx, to the common rule', () => {
    expect(refused(400, { error: { code: 'global/new', message: '' } })).toBeNull()
    expect(refused(503, { error: { code: 'provider/internal-unavailable', message: '' } })).toBeNull()
    expect(refused(502, '<html>')).toBeNull()
  })

  it('wait the launch interval after 429 on launch unless told otherwise, and the common time elsewhere', () => {
    expect(refused(429, 'Too Many Requests')).toMatchObject({ kind: 'rate_limited', retryAfterMs: 12_000 })
    expect(refused(429, '', { headers: { 'retry-after': '3' } })).not.toHaveProperty('retryAfterMs')
    expect(refused(429, '', { path: '/instances' })).not.toHaveProperty('retryAfterMs')
  })
})

function refused(
  status: number,
  json: unknown,
  {
    headers = {},
    path = '/instance-operations/launch',
  }: { headers?: Record<string, string>; path?: string } = {},
) {
  const text = typeof json === 'string' ? json : JSON.stringify(json)
  return classifyLambda({ status, json, text, headers: new Headers(headers) }, { method: 'POST', path })
}

function setup() {
  const oddities: string[] = []
  const report = ({ word }: { word: string }): void => void oddities.push(word)
  const offersOf = createOfferMap({ provider: 'lambda', report })
  return {
    oddities,
    instanceOf: createInstanceMap({ provider: 'lambda', report }),
    offersOf(type: object, regions: string[]) {
      const item = { instance_type: type, regions_with_capacity_available: regions.map((name) => ({ name })) }
      return Object.values(catalogSchema.parse({ data: { x: item } }).data).flatMap(offersOf)
    },
  }
}
