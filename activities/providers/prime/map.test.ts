import { describe, expect, it } from 'vitest'
import { classifyPrime } from './classify.ts'
import { sshEndpointOf } from './connection.ts'
import { createPodMap } from './map.ts'
import { createOfferMap } from './offers.ts'
import { availabilitySchema, podSchema } from './schema.ts'

/** The example of Prime's API reference for a pod, with what a running one has. */
const POD = {
  id: 'abc123',
  userId: 'u',
  teamId: null,
  walletId: 'w',
  name: 'berth-rent-01jd0000000000000000000000-1',
  type: 'HOSTED',
  providerType: 'runpod',
  status: 'ACTIVE',
  installationStatus: 'FINISHED',
  installationFailure: null,
  installationProgress: 100,
  createdAt: '2026-11-07T05:31:56Z',
  gpuName: 'H100_80GB',
  gpuCount: 1,
  socket: 'SXM5',
  priceHr: 1.23,
  stoppedPriceHr: 0.005,
  provisioningPriceHr: 0,
  primePortMapping: [
    { internal: '22', external: '40022', protocol: 'TCP', usedBy: 'SSH', description: '' },
    { internal: '8080', external: '1234', protocol: 'TCP', usedBy: null, description: null },
    {
      internal: '8888',
      external: 'https://x.example.net',
      protocol: 'TCP',
      usedBy: 'JUPYTER_NOTEBOOK',
      description: '',
    },
  ],
  sshConnection: 'root@135.23.125.123 -p 40022',
  ip: '135.23.125.123',
  resources: { memory: '128', disk: '1000', vcpus: '32' },
  isSpot: null,
}

/** An item as it was recorded, with the resources of another. */
const ITEM = {
  cloudId: 'gpu_1x_a6000',
  gpuType: 'A6000_48GB',
  socket: 'PCIe',
  provider: 'massedcompute',
  region: 'united_states',
  dataCenter: 'us-central-1',
  country: 'US',
  gpuCount: 1,
  gpuMemory: 48,
  disk: {
    minCount: 256,
    defaultCount: 256,
    maxCount: null,
    pricePerUnit: null,
    step: null,
    defaultIncludedInPrice: null,
  },
  vcpu: { defaultCount: 6 },
  memory: { defaultCount: 48 },
  stockStatus: 'Available',
  security: 'secure_cloud',
  prices: { onDemand: 0.54, communityPrice: null, isVariable: null, currency: 'USD' },
  images: ['cuda_12_6_pytorch_2_7', 'ubuntu_22_cuda_12'],
  isSpot: null,
  prepaidTime: null,
}

describe('Prime pod', () => {
  it('reads as the API reference says', () => {
    const { instanceOf } = setup()
    expect(instanceOf(podSchema.parse(POD))).toEqual({
      id: 'abc123',
      marker: 'berth-rent-01jd0000000000000000000000-1',
      state: 'running',
      rawStatus: 'ACTIVE',
      ssh: { host: '135.23.125.123', port: 40_022, user: 'root' },
      hostId: null,
      gpu: { rawName: 'H100_80GB', count: 1 },
      upstreamMicrosPerHour: 1_230_000,
      createdAt: '2026-11-07T05:31:56Z',
      ports: [
        { privatePort: 22, host: '135.23.125.123', publicPort: 40_022 },
        { privatePort: 8080, host: '135.23.125.123', publicPort: 1234 },
      ],
      statusMessage: null,
    })
  })

  it.each([
    ['PROVISIONING', null, 'provisioning'],
    ['PENDING', 'PENDING', 'provisioning'],
    ['ACTIVE', 'PENDING', 'provisioning'],
    ['ACTIVE', 'FINISHED', 'running'],
    ['ACTIVE', null, 'running'],
    ['ACTIVE', 'ERROR', 'failed'],
    ['ACTIVE', 'ROLLED_BACK', 'unknown'],
    ['STOPPED', 'FINISHED', 'stopped'],
    ['ERROR', 'PENDING', 'failed'],
    ['DELETING', 'FINISHED', 'terminating'],
    ['TERMINATED', 'FINISHED', 'gone'],
    ['RESIZING', 'FINISHED', 'unknown'],
  ])('%s with installation %s means %s', (status, installationStatus, state) => {
    const { instanceOf, oddities } = setup()
    expect(instanceOf(podSchema.parse({ ...POD, status, installationStatus })).state).toBe(state)
    expect(oddities).toHaveLength(state === 'unknown' ? 1 : 0)
  })

  it('is not running without an address, and needs little to be read', () => {
    const { instanceOf } = setup()
    const seen = instanceOf(podSchema.parse({ ...POD, sshConnection: [null], ip: [null] }))
    expect(seen).toMatchObject({ state: 'provisioning', ssh: null, ports: [] })
    const bare = podSchema.parse({ id: 'a', status: 'PROVISIONING' })
    expect(instanceOf(bare)).toMatchObject({
      marker: null,
      gpu: null,
      ssh: null,
      upstreamMicrosPerHour: null,
    })
  })
})

describe('Prime connection', () => {
  it.each([
    ['root@135.23.125.123 -p 22', { host: '135.23.125.123', port: 22, user: 'root' }],
    ['ssh ubuntu@203.0.113.7 -p 2222', { host: '203.0.113.7', port: 2222, user: 'ubuntu' }],
    ['ssh -p 40022 root@gpu.example.net', { host: 'gpu.example.net', port: 40_022, user: 'root' }],
    ['ubuntu@203.0.113.7', { host: '203.0.113.7', port: 22, user: 'ubuntu' }],
    [[null, 'ubuntu@5.6.7.8', 'ubuntu@5.6.7.9'], { host: '5.6.7.8', port: 22, user: 'ubuntu' }],
    [[null], null],
    [[], null],
    ['', null],
    ['pending', null],
    [null, null],
    [undefined, null],
  ])('%o is %o', (connection, endpoint) => {
    expect(sshEndpointOf(connection)).toEqual(endpoint)
  })
})

describe('Prime offers', () => {
  it('are the whole configuration with its default disk, and know the cloud behind them', () => {
    const { offersOf } = setup()
    expect(offersOf([ITEM])).toEqual([
      {
        key: 'massedcompute-gpu-1x-a6000-1x-us-central-1',
        gpu: expect.objectContaining({ key: 'nvidia-rtx-a6000-48gb-pcie' }),
        gpuCount: 1,
        region: { code: 'us-central-1', country: 'US', continent: 'NA' },
        podKind: 'vm',
        spot: false,
        vcpus: 6,
        ramGib: 48,
        disk: { includedGib: 256, maxGib: 256 },
        stock: 'unknown',
        reliability: null,
        upstreamMicrosPerHour: 540_000,
        upstreamDiskMicrosPerGibHour: 0,
        soldFor: 'massedcompute',
        launchData: {
          provider: 'massedcompute',
          cloudId: 'gpu_1x_a6000',
          gpuType: 'A6000_48GB',
          socket: 'PCIe',
          gpuCount: 1,
          dataCenterId: 'us-central-1',
          country: 'US',
          security: 'secure_cloud',
          image: 'ubuntu_22_cuda_12',
          sizedDisk: true,
          vcpus: 6,
          memory: 48,
        },
      },
    ])
  })

  it('add what is paid apart, and let the disk grow only where every size can be had', () => {
    const { offersOf } = setup()
    const disk = { minCount: 50, defaultCount: 100, maxCount: 900, pricePerUnit: 0.0001, step: 1 }
    const one = (change: object) => offersOf([{ ...ITEM, ...change }])[0]
    expect(one({ disk: { ...disk, defaultIncludedInPrice: true } })).toMatchObject({
      disk: { includedGib: 100, maxGib: 900 },
      upstreamMicrosPerHour: 540_000,
      upstreamDiskMicrosPerGibHour: 100,
    })
    expect(one({ disk: { ...disk, defaultIncludedInPrice: false } })?.upstreamMicrosPerHour).toBe(550_000)
    expect(one({ disk: { ...disk, step: 50 } })).toMatchObject({
      disk: { includedGib: 100, maxGib: 100 },
      upstreamDiskMicrosPerGibHour: 0,
    })
    expect(one({ disk: null })).toMatchObject({
      disk: { includedGib: 0, maxGib: 0 },
      launchData: { sizedDisk: false },
    })
    const vcpu = { defaultCount: 10, pricePerUnit: 0.003, defaultIncludedInPrice: false }
    expect(one({ vcpu })?.upstreamMicrosPerHour).toBe(570_000)
  })

  it.each([
    ['H100_80GB', 'SXM5', 'nvidia-h100-80gb-sxm'],
    ['H100_80GB', 'PCIe', 'nvidia-h100-80gb-pcie'],
    ['A100_80GB', 'SXM4', 'nvidia-a100-80gb-sxm'],
    ['A100_40GB', 'PCIe', 'nvidia-a100-40gb-pcie'],
    ['RTX4090_24GB', 'PCIe', 'nvidia-rtx-4090-24gb-pcie'],
    ['L40S_48GB', 'PCIe', 'nvidia-l40s-48gb-pcie'],
    ['H200_141GB', 'SXM5', 'nvidia-h200-141gb-sxm'],
    ['B200_180GB', 'SXM6', 'nvidia-b200-180gb-sxm'],
    ['MI300X_192GB', null, 'amd-mi300x-192gb-oam'],
  ])('know %s on %s as %s', (gpuType, socket, key) => {
    const { offersOf } = setup()
    expect(offersOf([{ ...ITEM, gpuType, socket }])[0]?.gpu.key).toBe(key)
  })

  it.each([
    ['sold out', { stockStatus: 'Unavailable' }],
    ['without a GPU', { gpuType: 'CPU_NODE' }],
    ['paid in advance', { prepaidTime: 24 }],
    ['of a price that moves', { prices: { onDemand: 1, isVariable: true } }],
    ['of no price', { prices: { onDemand: null } }],
    ['in another currency', { prices: { onDemand: 1, currency: 'EUR' } }],
  ])('leave out what is %s', (_why, change) => {
    expect(setup().offersOf([{ ...ITEM, ...change }])).toEqual([])
  })

  it('keep the cheapest of the same, tell community from secure, and report words they do not know', () => {
    const { offersOf, oddities } = setup()
    const community = {
      ...ITEM,
      security: 'community_cloud',
      prices: { onDemand: 0.5, communityPrice: 0.3 },
    }
    const dear = { ...ITEM, prices: { onDemand: 0.9 } }
    const offers = offersOf([dear, ITEM, dear, community, { ...ITEM, cloudId: 'x', stockStatus: 'Plenty' }])
    expect(offers.map(({ key, upstreamMicrosPerHour }) => [key, upstreamMicrosPerHour])).toEqual([
      ['massedcompute-gpu-1x-a6000-1x-us-central-1', 540_000],
      ['massedcompute-gpu-1x-a6000-1x-us-central-1-community', 300_000],
      ['massedcompute-x-1x-us-central-1', 540_000],
    ])
    expect(offersOf([{ ...ITEM, gpuType: 'TPU' }])).toEqual([])
    expect(oddities).toEqual(['Plenty', 'TPU'])
  })

  it('have a region also where only the country, or nothing, is told', () => {
    const { offersOf } = setup()
    const region = (change: object) => offersOf([{ ...ITEM, ...change }])[0]?.region
    expect(region({ dataCenter: null })).toEqual({ code: 'US', country: 'US', continent: 'NA' })
    expect(region({ dataCenter: null, country: null })).toEqual({
      code: 'ANY',
      country: null,
      continent: null,
    })
    expect(region({ country: 'Finland' })).toEqual({ code: 'us-central-1', country: null, continent: null })
  })
})

describe('Prime refusals', () => {
  it.each([
    [400, 'No capacity left in this data center', 'no_capacity'],
    [400, 'requested configuration is not available', 'no_capacity'],
    [500, 'No capacity', null],
    [404, 'No offer with this cloudId', 'no_capacity'],
    [409, 'conflict', 'no_capacity'],
    [402, 'pay', 'upstream_funds'],
    [400, 'Insufficient balance in your wallet', 'upstream_funds'],
    [403, 'Quota exceeded for this provider', 'quota'],
    [400, 'diskSize must be a multiple of 10', null],
    [401, 'Invalid token', null],
    [429, 'quota', null],
  ])('%d "%s" is %s on create', (status, detail, kind) => {
    expect(refused(status, { detail })?.kind ?? null).toBe(kind)
  })

  it('tell field by field what is wrong, and mean nothing special on other calls', () => {
    const detail = [{ loc: ['body', 'pod', 'name'], msg: 'too long' }, { msg: 'odd' }]
    expect(refused(422, { detail })).toEqual({
      kind: 'invalid_request',
      words: 'pod.name: too long; body: odd',
    })
    expect(refused(402, { detail: 'pay' }, '/ssh_keys/')).toBeNull()
    expect(refused(409, '<html>')).toMatchObject({ words: '<html>' })
  })
})

function refused(status: number, json: unknown, path = '/pods/') {
  const text = typeof json === 'string' ? json : JSON.stringify(json)
  return classifyPrime({ status, json, text, headers: new Headers() }, { method: 'POST', path })
}

function setup() {
  const oddities: string[] = []
  const report = ({ word }: { word: string }): void => void oddities.push(word)
  const offersOf = createOfferMap({ provider: 'prime', report })
  return {
    oddities,
    instanceOf: createPodMap({ provider: 'prime', report }),
    offersOf: (items: object[]) =>
      offersOf(availabilitySchema.parse({ items, totalCount: items.length }).items),
  }
}
