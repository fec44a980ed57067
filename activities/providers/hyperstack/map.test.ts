import { describe, expect, it } from 'vitest'
import { classifyHyperstack, statusOfHyperstack } from './classify.ts'
import { createBodyOf, createVmMap } from './map.ts'
import { createOfferMap } from './offers.ts'
import { regionOf } from './regions.ts'
import * as schema from './schema.ts'

/** As the vendor's API reference shows a machine, shortened. */
const VM = {
  id: 123_456,
  name: 'berth-rent-01jd0000000000000000000000-1',
  status: 'ACTIVE',
  environment: { id: 12, name: 'berth-canada-1', region: 'CANADA-1', org_id: 3, features: {} },
  flavor: { id: 95, name: 'n3-H100x2', cpu: 56, ram: 360, disk: 100, gpu: 'H100-80G-PCIe', gpu_count: 2 },
  keypair: { name: 'berth-no-login' },
  power_state: 'RUNNING',
  vm_state: 'active',
  fixed_ip: '10.0.1.2',
  floating_ip: '38.80.122.17',
  floating_ip_status: 'ATTACHED',
  port_randomization: false,
  created_at: '2026-08-01T10:00:00',
}

describe('Hyperstack machine', () => {
  it('reads as the vendor shows it', () => {
    expect(setup().instanceOf(VM)).toEqual({
      id: '123456',
      marker: VM.name,
      state: 'running',
      rawStatus: 'ACTIVE',
      ssh: { host: '38.80.122.17', port: 22, user: 'ubuntu' },
      hostId: null,
      gpu: { rawName: 'H100-80G-PCIe', count: 2 },
      upstreamMicrosPerHour: null,
      createdAt: '2026-08-01T10:00:00',
      ports: [{ privatePort: 22, host: '38.80.122.17', publicPort: 22 }],
      statusMessage: null,
    })
  })

  it.each([
    ['CREATING', 'provisioning'],
    ['BUILD', 'provisioning'],
    ['RESTORING', 'provisioning'],
    ['HIBERNATING', 'stopping'],
    ['HIBERNATED', 'stopped'],
    ['SHUTOFF', 'stopped'],
    ['DELETING', 'terminating'],
    ['ERROR', 'failed'],
    ['HARD_REBOOT', 'unknown'],
  ])('%s means %s', (status, state) => {
    const { instanceOf, oddities } = setup()
    expect(instanceOf({ ...VM, status }).state).toBe(state)
    expect(oddities).toEqual(state === 'unknown' ? ['HARD_REBOOT'] : [])
  })

  it.each([
    { floating_ip: null, floating_ip_status: 'DETACHED' },
    { floating_ip: undefined },
    { floating_ip_status: 'ATTACHING' },
    { port_randomization: true },
  ])('is not running before its SSH port can be told: %o', (change) => {
    expect(setup().instanceOf({ ...VM, ...change })).toMatchObject({ state: 'provisioning', ssh: null })
  })

  it('says that being shut off costs as much as running', () => {
    expect(setup().instanceOf({ ...VM, status: 'SHUTOFF' })).toMatchObject({
      ssh: null,
      statusMessage: expect.stringMatching(/in full/),
    })
  })
})

const FLAVOR = {
  id: 95,
  name: 'n3-H100x2',
  region_name: 'CANADA-1',
  cpu: 56,
  ram: 360,
  disk: 100,
  ephemeral: 1500,
  gpu: 'H100-80G-PCIe',
  gpu_count: 2,
  stock_available: true,
}
const DOCKER_IMAGE = 'Ubuntu Server 24.04 LTS R570 CUDA 12.8 with Docker'
const CATALOG = {
  stocks: [{ region: 'CANADA-1', models: [{ model: 'H100-80G-PCIe', configurations: { '2x': 4 } }] }],
  prices: [
    { name: 'H100-80G-PCIe', value: '2.5' },
    { name: 'Public-IP', value: 0.00672 },
  ],
  images: [
    {
      region_name: 'CANADA-1',
      images: [
        'Debian 12 (Bookworm)',
        'Ubuntu Server 22.04 LTS R535 CUDA 12.2 with Docker',
        'Ubuntu Server 24.04 LTS R570 CUDA 12.8',
        'Ubuntu Server 24.04 LTS R535 CUDA 12.2 with Docker',
        DOCKER_IMAGE,
      ].map((name) => ({ name })),
    },
  ],
}

describe('Hyperstack offer', () => {
  it('is a flavor in its region, at the price of its GPUs and of an address', () => {
    expect(setup().offersOf()).toEqual([
      expect.objectContaining({
        key: 'n3-h100x2-canada-1',
        gpu: expect.objectContaining({ key: 'nvidia-h100-80gb-pcie' }),
        gpuCount: 2,
        region: { code: 'CANADA-1', country: 'CA', continent: 'NA' },
        disk: { includedGib: 100, maxGib: 100 },
        stock: 'medium',
        upstreamMicrosPerHour: 5_006_720,
        launchData: { flavor: 'n3-H100x2', region: 'CANADA-1', image: DOCKER_IMAGE },
      }),
    ])
  })

  it.each([
    [12, 'high'],
    [3, 'medium'],
    [1, 'low'],
    [undefined, 'unknown'],
  ])('of which %s are left has %s stock', (left, stock) => {
    const stocks = [
      { region: 'CANADA-1', models: [{ model: 'H100-80G-PCIe', configurations: { '2x': left } }] },
    ]
    expect(setup().offersOf({}, { stocks })[0]?.stock).toBe(stock)
  })

  it.each([
    ['that is out of stock', { stock_available: false }, {}],
    [
      'of which no machine of its size is left',
      {},
      { stocks: [{ region: 'CANADA-1', models: [{ model: 'H100-80G-PCIe', configurations: { '2x': 0 } }] }] },
    ],
    ['without a GPU', { gpu: '', gpu_count: 0 }, {}],
    ['that can be taken back', { name: 'n3-H100x2-spot', gpu: 'H100-80G-PCIe-spot' }, {}],
  ])('is not made of a flavor %s', (_what, flavor, catalog) => {
    const { offersOf, oddities } = setup()
    expect(offersOf(flavor, catalog)).toEqual([])
    expect(oddities).toEqual([])
  })

  it.each([
    ['H100-80G-PCIe', {}, { prices: [{ name: 'Public-IP', value: 0.01 }] }],
    ['Public-IP', {}, { prices: [{ name: 'H100-80G-PCIe', value: 2.5 }] }],
    ['CANADA-1', {}, { images: [] }],
    ['X1000', { gpu: 'X1000' }, {}],
  ])('is not made, and the operator hears why, where %s can not be told', (word, flavor, catalog) => {
    const { offersOf, oddities } = setup()
    expect(offersOf(flavor, catalog)).toEqual([])
    expect(oddities).toEqual([word])
  })

  it.each([
    ['NORWAY-1', 'NO', 'EU'],
    ['US-1', 'US', 'NA'],
    ['ATLANTIS-2', null, null],
  ])('in %s is in %s, %s', (code, country, continent) => {
    expect(regionOf(code)).toEqual({ code, country, continent })
  })
})

describe('Hyperstack create body', () => {
  it('opens SSH and the ports asked for, on an address without randomized ports', () => {
    const [offer] = setup().offersOf()
    if (!offer) throw new Error('no offer')
    const launchData = { flavor: 'n3-H100x2', region: 'CANADA-1', image: DOCKER_IMAGE }
    const request = {
      marker: VM.name,
      offer,
      sshPublicKeys: ['ssh-ed25519 A a', 'ssh-ed25519 B b'],
      image: 'x',
      diskGib: 100,
      env: {},
      ports: [22, 8888],
    }
    const body = createBodyOf({ provider: 'hyperstack', request, launchData })
    expect(body).toMatchObject({
      environment_name: 'berth-canada-1',
      key_name: 'berth-no-login',
      assign_floating_ip: true,
      enable_port_randomization: false,
    })
    expect(body.security_rules.map(({ port_range_min }) => port_range_min)).toEqual([22, 8888])
    expect(body.user_data).toContain('ssh-ed25519 B b')
    expect(body.name.length).toBeLessThanOrEqual(50)
  })
})

describe('Hyperstack refusals', () => {
  it.each([
    [400, 'Insufficient balance to create the resource', 'upstream_funds'],
    [402, 'Payment required', 'upstream_funds'],
    [400, 'The quota of virtual machines of this organization is exceeded.', 'quota'],
    [409, 'Insufficient resources available for flavor n3-H100x2', 'no_capacity'],
    [400, 'name: must be at most 50 characters', 'invalid_request'],
    [404, 'Flavor not found.', 'no_capacity'],
    [409, 'A virtual machine with this name already exists.', 'ambiguous'],
    [401, 'The API key is invalid or missing.', 'auth'],
    [403, 'Forbidden', 'auth'],
    [429, 'Too Many Requests', 'rate_limited'],
  ])('of a create with %i, "%s", mean %s', (status, message, kind) => {
    expect(refused({ status, message })).toMatchObject({ kind, words: message })
  })

  it.each([
    ['DELETE', '', 400, 'Virtual machine can not be deleted in CREATING state.', 'not_yet'],
    ['DELETE', '', 409, 'Conflict', 'not_yet'],
    ['GET', '/hibernate', 400, 'Virtual machine can not be hibernated in BUILD state.', 'not_yet'],
    ['GET', '/hibernate', 400, 'Flavor does not support hibernation.', 'invalid_request'],
    ['GET', '/hibernate-restore', 409, 'Insufficient resources available for flavor n3-L40x1', 'no_capacity'],
  ])('of %s %s with %i, "%s", mean %s', (method, order, status, message, kind) => {
    expect(refused({ status, message, method, path: `/core/virtual-machines/7${order}` })?.kind).toBe(kind)
  })

  it.each([
    ['not_found', 404],
    ['already_exist', 409],
    ['unauthorized', 401],
    ['server_error', 500],
    [undefined, 400],
    ['something new', 400],
  ])('within a 200 have the status of their reason: %s is %i', (error_reason, status) => {
    expect(statusOfHyperstack(answer(200, { status: false, message: 'No.', error_reason }))).toBe(status)
  })

  it('are none where the answer does not say so, and a 5xx is left to the common rule', () => {
    expect(statusOfHyperstack(answer(200, { status: true, message: 'Fine.' }))).toBe(200)
    expect(statusOfHyperstack(answer(200, []))).toBe(200)
    expect(refused({ status: 503, message: 'Service Unavailable' })).toBeNull()
  })
})

const answer = (status: number, json: unknown) => ({
  status,
  json,
  text: JSON.stringify(json),
  headers: new Headers(),
})

interface Refused {
  status: number
  message: string
  method?: string
  path?: string
}

const refused = ({ status, message, method = 'POST', path = '/core/virtual-machines' }: Refused) =>
  classifyHyperstack(answer(status, { status: false, message }), { method, path })

function setup() {
  const oddities: string[] = []
  const report = ({ word }: { word: string }): void => void oddities.push(word)
  const offersOf = createOfferMap({ provider: 'hyperstack', report })
  const instanceOf = createVmMap({ provider: 'hyperstack', report })
  return {
    oddities,
    instanceOf: (vm: object) => instanceOf(schema.oneVmSchema.parse({ instance: vm }).instance),
    offersOf(flavor: object = {}, catalog: object = {}) {
      const { stocks, prices, images } = { ...CATALOG, ...catalog }
      const data = [{ gpu: 'x', flavors: [{ ...FLAVOR, ...flavor }] }]
      return offersOf({
        flavors: schema.flavorsSchema.parse({ data }).data.flatMap(({ flavors }) => flavors),
        stocks: schema.stocksSchema.parse({ stocks }).stocks,
        prices: schema.pricebookSchema.parse(prices),
        images: schema.imagesSchema.parse({ images }).images,
      })
    },
  }
}
