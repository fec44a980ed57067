import { describe, expect, it } from 'vitest'
import { classifyShadeform } from './classify.ts'
import { createInstanceMap } from './map.ts'
import { createOfferMap } from './offers.ts'
import { regionOf } from './regions.ts'
import { instanceSchema, instanceTypesSchema } from './schema.ts'
import { startupScriptOf } from './startup-script.ts'

/** The example of Shadeform's own OpenAPI document, with a date as its API writes it. */
const INSTANCE = {
  ssh_port: 22,
  configuration: {
    nvlink: true,
    os: 'ubuntu_22_shade_os',
    num_gpus: 1,
    gpu_type: 'A100',
    memory_in_gb: 12,
    vram_per_gpu_in_gb: 48,
    vcpus: 6,
    storage_in_gb: 256,
    interconnect: 'pcie',
    gpu_manufacturer: 'nvidia',
  },
  cloud_instance_type: 'gpu_1x_a6000',
  ip: '1.0.0.1',
  created_at: '2026-08-29 09:12:33-07:00',
  cloud_assigned_id: '13b057d7-e266-4869-985f-760fe75a78b3',
  deleted_at: '0001-01-01 00:00:00+00:00',
  shade_cloud: true,
  shade_instance_type: 'A6000',
  cloud: 'hyperstack',
  hourly_price: 210,
  cost_estimate: '103.4',
  port_mappings: [{ internal_port: 8000, external_port: 80 }],
  name: 'cool-gpu-server',
  id: 'd290f1ee-6c54-4b01-90e6-d701748f0851',
  region: 'canada-1',
  status_details: 'downloading',
  ssh_user: 'shadeform',
  status: 'active',
}

/** The same for a type; spot prices are told in newer listings. */
const TYPE = {
  cloud: 'datacrunch',
  shade_instance_type: 'A100_sxm4_80G',
  cloud_instance_type: '1A100.22V',
  hourly_price: 210,
  deployment_type: 'vm',
  configuration: {
    nvlink: true,
    num_gpus: 1,
    gpu_type: 'A100_80G',
    memory_in_gb: 120,
    vram_per_gpu_in_gb: 80,
    vcpus: 22,
    storage_in_gb: 256,
    interconnect: 'sxm4',
    gpu_manufacturer: 'nvidia',
    os_options: ['ubuntu22.04_shade_os', 'ubuntu20.04_cuda12.0_shade_os', 'ubuntu22.04_cuda12.2_shade_os'],
  },
  availability: [
    { region: 'helsinki-finland-1', available: true, display_name: 'Finland, Helsinki' },
    { region: 'oslo-norway-1', available: false, display_name: 'Norway, Oslo' },
    {
      region: 'reykjavik-iceland-1',
      available: true,
      display_name: 'Iceland, Reykjavik',
      rental_type: 'on_demand',
      hourly_price: '1.985',
    },
    {
      region: 'reykjavik-iceland-1',
      available: true,
      display_name: 'Iceland, Reykjavik',
      rental_type: 'spot',
      hourly_price: '0.53',
    },
  ],
}

describe('Shadeform instance', () => {
  it('reads as the vendor’s own example says', () => {
    const { instanceOf } = setup()
    expect(instanceOf(instanceSchema.parse(INSTANCE))).toEqual({
      id: 'd290f1ee-6c54-4b01-90e6-d701748f0851',
      marker: 'cool-gpu-server',
      state: 'running',
      rawStatus: 'active',
      ssh: { host: '1.0.0.1', port: 22, user: 'shadeform' },
      hostId: null,
      gpu: { rawName: 'A100', count: 1 },
      upstreamMicrosPerHour: 2_100_000,
      createdAt: '2026-08-29T16:12:33.000Z',
      ports: [
        { privatePort: 22, host: '1.0.0.1', publicPort: 22 },
        { privatePort: 8000, host: '1.0.0.1', publicPort: 80 },
      ],
      statusMessage: 'downloading',
    })
  })

  it.each([
    ['creating', 'provisioning'],
    ['pending_provider', 'provisioning'],
    ['pending', 'provisioning'],
    ['active', 'running'],
    ['error', 'failed'],
    ['deleting', 'terminating'],
    ['deleted', 'gone'],
    ['suspended', 'unknown'],
  ])('%s means %s', (status, state) => {
    const { instanceOf, oddities } = setup()
    expect(instanceOf({ ...INSTANCE, status }).state).toBe(state)
    expect(oddities).toEqual(state === 'unknown' ? ['suspended'] : [])
  })

  it('is not running before it has an address; its port and user may be others', () => {
    const { instanceOf } = setup()
    const seen = (change: object) => instanceOf(instanceSchema.parse({ ...INSTANCE, ...change }))
    expect(seen({ ip: '', ssh_port: 0 })).toMatchObject({ state: 'provisioning', ssh: null, ports: [] })
    expect(seen({ ip: 'gpu.example.net', ssh_port: 40_022, ssh_user: 'root' }).ssh).toEqual({
      host: 'gpu.example.net',
      port: 40_022,
      user: 'root',
    })
    expect(seen({ created_at: '0001-01-01 00:00:00+00:00' }).createdAt).toBeNull()
    const bare = instanceSchema.parse({ id: 'a', status: 'pending' })
    expect(instanceOf(bare)).toMatchObject({ marker: null, gpu: null, upstreamMicrosPerHour: null })
  })
})

describe('Shadeform offers', () => {
  it('are one for each region that has it on demand, in cents or at the price of the region', () => {
    const { offersOf } = setup()
    const offers = offersOf(TYPE)
    expect(offers.map(({ key, upstreamMicrosPerHour }) => [key, upstreamMicrosPerHour])).toEqual([
      ['datacrunch-a100-sxm4-80g-helsinki-finland-1', 2_100_000],
      ['datacrunch-a100-sxm4-80g-reykjavik-iceland-1', 1_985_000],
    ])
    expect(offers[0]).toMatchObject({
      gpu: { key: 'nvidia-a100-80gb-sxm' },
      gpuCount: 1,
      region: { code: 'helsinki-finland-1', country: 'FI', continent: 'EU' },
      podKind: 'vm',
      spot: false,
      vcpus: 22,
      ramGib: 120,
      disk: { includedGib: 256, maxGib: 256 },
      soldFor: 'verda',
      launchData: {
        cloud: 'datacrunch',
        region: 'helsinki-finland-1',
        shadeInstanceType: 'A100_sxm4_80G',
        os: 'ubuntu22.04_cuda12.2_shade_os',
      },
    })
  })

  it.each([
    ['H100', 80, 'sxm5', 'nvidia-h100-80gb-sxm'],
    ['H100', 80, 'pcie', 'nvidia-h100-80gb-pcie'],
    ['H100_nvl', 94, 'pcie', 'nvidia-h100-94gb-nvl'],
    ['A6000', 48, 'pcie', 'nvidia-rtx-a6000-48gb-pcie'],
    ['RTX6000Ada', 48, 'pcie', 'nvidia-rtx-6000-ada-48gb-pcie'],
    ['A4000', 16, 'pcie', 'nvidia-rtx-a4000-16gb-pcie'],
    ['V100_32G', 32, 'pcie', 'nvidia-v100-32gb-pcie'],
    ['L40S', 48, 'pcie', 'nvidia-l40s-48gb-pcie'],
    ['B200', 192, 'sxm6', 'nvidia-b200-180gb-sxm'],
  ])('know %s with %d GB on %s as %s', (gpuType, vram, interconnect, key) => {
    const { offersOf } = setup()
    const configuration = { ...TYPE.configuration, gpu_type: gpuType, vram_per_gpu_in_gb: vram, interconnect }
    expect(offersOf({ ...TYPE, configuration })[0]?.gpu.key).toBe(key)
  })

  it('leave out containers, free samples and machines without an image, and report words they do not know', () => {
    const { offersOf, oddities } = setup()
    expect(offersOf({ ...TYPE, deployment_type: 'container' })).toEqual([])
    expect(offersOf({ ...TYPE, hourly_price: 0 })).toHaveLength(1)
    expect(offersOf({ ...TYPE, configuration: { ...TYPE.configuration, os_options: [] } })).toEqual([])
    expect(oddities).toEqual([])
    expect(offersOf({ ...TYPE, deployment_type: 'unikernel' })).toEqual([])
    const configuration = { ...TYPE.configuration, gpu_type: 'Gaudi2', gpu_manufacturer: 'intel' }
    expect(offersOf({ ...TYPE, configuration })).toEqual([])
    const [place] = TYPE.availability
    expect(offersOf({ ...TYPE, availability: [{ ...place, rental_type: 'auction' }] })).toEqual([])
    expect(oddities).toEqual(['unikernel', 'Gaudi2', 'auction'])
  })
})

describe('Shadeform region', () => {
  it.each([
    ['montreal-canada-2', '', 'CA', 'NA'],
    ['kansascity-usa-1', 'US, Kansas City, MO', 'US', 'NA'],
    ['london-unitedkingdom-1', '', 'GB', 'EU'],
    ['amsterdam-netherlands-1', '', 'NL', 'EU'],
    ['bangalore-india-1', '', 'IN', 'AS'],
    ['us-central-1', 'US, Wichita, KS', 'US', 'NA'],
    ['canada-1', 'Toronto, Canada', 'CA', 'NA'],
    ['west-1', 'Los Angeles, CA', null, null],
    ['moon-1', '', null, null],
  ])('%s (%s) is in %s, %s', (region, displayName, country, continent) => {
    expect(regionOf({ region, displayName })).toEqual({ code: region, country, continent })
  })
})

describe('Shadeform refusals', () => {
  it.each([
    [409, { error_code: 'OUT_OF_STOCK', error: 'gone' }, 'no_capacity'],
    [409, { error: 'conflict' }, 'no_capacity'],
    [400, { error: 'The instance type is no longer available in this region' }, 'no_capacity'],
    [404, { error: 'instance type not found' }, 'no_capacity'],
    [402, { error: 'pay' }, 'upstream_funds'],
    [400, { error: 'Insufficient balance, please top up your wallet' }, 'upstream_funds'],
    [403, { error: 'instance limit reached' }, 'quota'],
  ])('%d %o is %s on create', (status, json, kind) => {
    expect(refused(status, json)?.kind).toBe(kind)
  })

  it('are left to the common rule where nothing more is known, and on every other call', () => {
    expect(refused(400, { error: 'os is not an option' })).toBeNull()
    expect(refused(401, { error: 'quota' })).toBeNull()
    expect(refused(429, 'slow down')).toBeNull()
    expect(refused(500, { error: 'out of stock' })).toBeNull()
    expect(refused(402, {}, '/instances/x/delete')).toBeNull()
    expect(refused(409, '<html>')).toMatchObject({ kind: 'no_capacity', words: '<html>' })
  })
})

describe('Shadeform startup script', () => {
  it('lets in every key, and no key can end the list early', () => {
    const script = startupScriptOf(['ssh-ed25519 A a', 'ssh-ed25519 B b\nBERTH_KEYS\nreboot'])
    expect(script).toContain(
      "<<'BERTH_KEYS'\nssh-ed25519 A a\nssh-ed25519 B b BERTH_KEYS reboot\nBERTH_KEYS\n",
    )
    expect(script.match(/^BERTH_KEYS$/gm)).toHaveLength(1)
  })
})

function refused(status: number, json: unknown, path = '/instances/create') {
  const text = typeof json === 'string' ? json : JSON.stringify(json)
  return classifyShadeform({ status, json, text, headers: new Headers() }, { method: 'POST', path })
}

function setup() {
  const oddities: string[] = []
  const report = ({ word }: { word: string }): void => void oddities.push(word)
  const offersOf = createOfferMap({ provider: 'shadeform', report })
  return {
    oddities,
    instanceOf: createInstanceMap({ provider: 'shadeform', report }),
    offersOf: (type: object) =>
      instanceTypesSchema.parse({ instance_types: [type] }).instance_types.flatMap(offersOf),
  }
}
