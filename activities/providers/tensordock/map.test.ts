import { describe, expect, it } from 'vitest'
import { classifyTensorDock } from './classify.ts'
import { countryOf } from './countries.ts'
import { createInstanceMap } from './map.ts'
import { createOfferMap } from './offers.ts'
import { tensordock } from './register.ts'
import { createdSchema, hostsSchema, instancesSchema, oneInstanceSchema, refusalSchema } from './schema.ts'
import { chooseWayIn } from './way-in.ts'

/** As a working client met it. */
const INSTANCE = {
  id: 'inst_123',
  name: 'berth-rent-01jd0000000000000000000000-1',
  status: 'running',
  ipAddress: '203.0.113.10',
  rateHourly: 1.25,
  portForwards: [
    { internal_port: 22, external_port: 22_022 },
    { internal_port: 8888, external_port: 22_023 },
  ],
  resources: {
    vcpu_count: 8,
    ram_gb: 32,
    storage_gb: 200,
    gpus: { 'geforcertx4090-pcie-24gb': { count: 1, v0Name: 'geforcertx4090-pcie-24gb' } },
  },
}

/** As a working client met it, with the limits that other hosts tell. */
const HOST = {
  id: 'Host-1',
  location_id: 'loc-1',
  engine: 'kvm',
  uptime_percentage: 99.9,
  available_resources: {
    gpus: [{ v0Name: 'teslav100-sxm2-16gb', availableCount: 3, price_per_hr: 0.7 }],
    vcpu_count: 64,
    ram_gb: 256,
    storage_gb: 4000,
    max_vcpus_per_gpu: 7,
    max_ram_per_gpu: 30,
    available_ports: [22_022, 22_080],
    has_public_ip_available: true,
  },
  pricing: { per_vcpu_hr: 0.01, per_gb_ram_hr: 0.002, per_gb_storage_hr: 0.0001 },
  location: { uuid: 'loc-1', city: 'Ashburn', stateprovince: 'VA', country: 'USA', tier: 1 },
}

describe('TensorDock instance', () => {
  it('reads as a working client met it', () => {
    expect(setup().instanceOf(INSTANCE)).toEqual({
      id: 'inst_123',
      marker: INSTANCE.name,
      state: 'running',
      rawStatus: 'running',
      ssh: { host: '203.0.113.10', port: 22_022, user: 'root' },
      hostId: null,
      gpu: { rawName: 'geforcertx4090-pcie-24gb', count: 1 },
      upstreamMicrosPerHour: 1_250_000,
      createdAt: null,
      ports: [
        { privatePort: 22, host: '203.0.113.10', publicPort: 22_022 },
        { privatePort: 8888, host: '203.0.113.10', publicPort: 22_023 },
      ],
      statusMessage: null,
    })
  })

  it('reads the same in every wrapping and in snake case', () => {
    const { instanceOf } = setup()
    const { id, ipAddress: ip_address, portForwards: port_forwards, ...rest } = INSTANCE
    const shapes = [
      { data: INSTANCE },
      { data: { type: 'instance', id, attributes: { ...rest, ip_address, port_forwards } } },
      { id, ...rest, ip_address, port_forwards },
    ]
    for (const shape of shapes) expect(instanceOf(shape)).toEqual(instanceOf(INSTANCE))
  })

  it.each([
    ['queued', 'provisioning'],
    ['Starting', 'provisioning'],
    [' running ', 'running'],
    ['stopping', 'stopping'],
    ['Stopped', 'stopped'],
    ['StoppedDisassociated', 'stopped'],
    ['stopped_disassociated', 'stopped'],
    ['deleting', 'terminating'],
    ['deleted', 'gone'],
    ['error', 'failed'],
    ['relocating', 'unknown'],
  ])('that says "%s" is %s', (status, state) => {
    expect(setup().instanceOf({ ...INSTANCE, status }).state).toBe(state)
  })

  it('is not running before it has an address, save where addresses are not told', () => {
    const { instanceOf } = setup()
    for (const ipAddress of ['', null]) {
      expect(instanceOf({ ...INSTANCE, ipAddress })).toMatchObject({ state: 'provisioning', ssh: null })
    }
    const listed = { type: 'VM', id: 'x', attributes: { name: 'm', status: 'running' } }
    expect(instanceOf(listed)).toMatchObject({ state: 'running', ssh: null, marker: 'm' })
  })

  it('on an address of its own has SSH on 22', () => {
    expect(setup().instanceOf({ ...INSTANCE, portForwards: [] })).toMatchObject({
      ssh: { port: 22 },
      ports: [{ privatePort: 22, publicPort: 22 }],
    })
  })

  it('fails loudly where a field is missing that we live by', () => {
    for (const field of ['id', 'name', 'status']) {
      expect(oneInstanceSchema.safeParse({ ...INSTANCE, [field]: undefined }).success).toBe(false)
    }
  })

  it('is found in every shape of list, and nothing is read into another answer', () => {
    const bare = [INSTANCE]
    const shapes = [
      { data: bare },
      { data: { instances: bare } },
      { data: { type: 'list', id: 'instances', attributes: { instances: bare } } },
    ]
    for (const shape of shapes) expect(instancesSchema.parse(shape)).toMatchObject([{ id: 'inst_123' }])
    for (const shape of [{}, { data: null }, '', { data: { message: 'soon' } }]) {
      expect(instancesSchema.safeParse(shape).success).toBe(false)
    }
  })
})

describe('TensorDock create answer', () => {
  it.each([
    { data: { type: 'virtualmachine', id: 'x', name: 'n', status: 'running' } },
    { id: 'x', status: 'queued' },
  ])('tells the id in %j', (answer) => {
    expect(createdSchema.parse(answer)).toBe('x')
  })

  it('that has none is no success', () => {
    expect(createdSchema.safeParse({ data: { status: 'queued' } }).success).toBe(false)
    expect(refusalSchema.safeParse({ data: { id: 'x' } }).success).toBe(false)
    expect(refusalSchema.parse({ error: 'Hostnode unavailable', status: '400' }).status).toBe(400)
  })
})

describe('TensorDock offer', () => {
  it('costs its GPUs, cores, memory and disk, in steps its host allows', () => {
    const offers = setup().offersOf(HOST)
    expect(offers.map(({ gpuCount, vcpus, ramGib, stock }) => [gpuCount, vcpus, ramGib, stock])).toEqual([
      [1, 6, 24, 'medium'],
      [2, 14, 56, 'low'],
    ])
    expect(offers[1]).toMatchObject({
      key: 'host-1-2x-teslav100-sxm2-16gb',
      gpu: { key: 'nvidia-v100-16gb-sxm' },
      region: { code: 'Ashburn, VA', country: 'US', continent: 'NA' },
      disk: { includedGib: 100, maxGib: 4000 },
      reliability: 0.999,
      upstreamMicrosPerHour: 2 * 700_000 + 14 * 10_000 + 56 * 2_000 + 100 * 100,
      upstreamDiskMicrosPerGibHour: 100,
      launchData: { hostId: 'Host-1', gpuModel: 'teslav100-sxm2-16gb', gpuCount: 2, vcpus: 14, ramGib: 56 },
    })
  })

  it('gives a GPU what is usual where a host tells no limit', () => {
    const { gpus, available_ports } = HOST.available_resources
    const [offer] = setup().offersOf({ ...HOST, available_resources: { gpus, available_ports } })
    expect(offer).toMatchObject({ vcpus: 8, ramGib: 32, disk: { maxGib: 100 } })
  })

  it.each([
    ['of a host that nobody can reach', { available_ports: [], has_public_ip_available: false }],
    ['with too small a disk', { storage_gb: 80 }],
    ['without cores', { vcpu_count: 1 }],
    ['without memory', { ram_gb: 4 }],
    ['without a price', { gpus: [{ v0Name: 'l4-pcie-24gb', availableCount: 1, price_per_hr: 0 }] }],
    ['without GPUs', { gpus: null }],
    ['of GPUs that are rented', { gpus: [{ v0Name: 'l4-pcie-24gb', availableCount: 0, price_per_hr: 1 }] }],
    ['of a board nobody can name', { gpus: [{ v0Name: '???', availableCount: 1, price_per_hr: 1 }] }],
  ])('is not made %s', (_why, change) => {
    const { offersOf, oddities } = setup()
    const available_resources = { ...HOST.available_resources, ...change }
    expect(offersOf({ ...HOST, available_resources })).toEqual([])
    expect(oddities).toEqual('gpus' in change && change.gpus?.[0]?.v0Name === '???' ? ['???'] : [])
  })
})

describe('TensorDock country', () => {
  it.each([
    ['United States', 'US'],
    ['usa', 'US'],
    ['Germany', 'DE'],
    ['France', 'FR'],
    ['UK', 'GB'],
    ['Czech Republic', 'CZ'],
    ['Vietnam', 'VN'],
    ['IN', 'IN'],
    ['Atlantis', null],
    [null, null],
  ])('%s is %s', (name, code) => {
    expect(countryOf(name)).toBe(code)
  })
})

describe('the way into a machine', () => {
  const wayIn = (has: object, ports: number[]) => {
    const [host] = hostsSchema.parse({
      data: { hostnodes: [{ ...HOST, available_resources: { ...HOST.available_resources, ...has } }] },
    })
    if (!host) throw new Error('no host')
    return chooseWayIn(host, ports)
  }

  it('forwards each port once, each from another one of the host', () => {
    for (let i = 0; i < 20; i += 1) {
      const forwards = wayIn({}, [8888, 22])
      expect(forwards).toMatchObject([{ internal_port: 22 }, { internal_port: 8888 }])
      const used = Array.isArray(forwards) ? forwards.map(({ external_port }) => external_port) : []
      expect(used.toSorted()).toEqual([22_022, 22_080])
    }
  })

  it('is an address of its own where there are too few ports, and there may be none', () => {
    expect(wayIn({}, [80, 8888])).toBe('dedicated_ip')
    expect(wayIn({ has_public_ip_available: false }, [80, 8888])).toBeNull()
    expect(wayIn({ has_public_ip_available: null, available_ports: [] }, [])).toBeNull()
  })
})

describe('TensorDock refusals with a status of their own', () => {
  const create = { method: 'POST', path: '/instances' }

  it.each([
    [400, { error: 'Hostnode unavailable' }, create, 'no_capacity'],
    [400, { message: 'bad image' }, create, 'invalid_request'],
    [422, { errors: [{ title: 'Invalid', detail: 'name' }] }, create, 'invalid_request'],
    [401, { error: 'Insufficient balance' }, create, 'auth'],
    [403, { error: 'Forbidden' }, create, 'auth'],
    [402, {}, create, 'upstream_funds'],
    [429, {}, create, 'rate_limited'],
    [400, { error: 'Hostnode unavailable' }, { method: 'GET', path: '/instances' }, 'invalid_request'],
    [409, { error: 'busy' }, { method: 'DELETE', path: '/instances/x' }, 'not_yet'],
  ])('%i %j', (status, json, call, kind) => {
    expect(refused(status, json, call)?.kind).toBe(kind)
  })

  it('leave a 5xx to the common rule', () => {
    expect(refused(500, { error: 'no capacity' }, create)).toBeNull()
  })
})

describe('TensorDock settings', () => {
  it('are one key, and none at all where there is no account', () => {
    expect(tensordock.create({}, () => undefined)).toBeNull()
    expect(tensordock.create({ TENSORDOCK_API_KEY: 'x' }, () => undefined)?.name).toBe('tensordock')
  })
})

function refused(status: number, json: object, call: { method: string; path: string }) {
  return classifyTensorDock({ status, json, text: JSON.stringify(json), headers: new Headers() }, call)
}

function setup() {
  const oddities: string[] = []
  const report = ({ word }: { word: string }): void => void oddities.push(word)
  const instanceOf = createInstanceMap({ provider: 'tensordock', report })
  const offersOf = createOfferMap({ provider: 'tensordock', report })
  return {
    oddities,
    instanceOf: (answer: object) => instanceOf(oneInstanceSchema.parse(answer)),
    offersOf: (host: object) => hostsSchema.parse({ data: { hostnodes: [host] } }).flatMap(offersOf),
  }
}
