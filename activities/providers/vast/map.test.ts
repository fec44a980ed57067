import { describe, expect, it } from 'vitest'
import { classifyVast, contractLeftBy, saysAbsent } from './classify.ts'
import { createBodyOf, createInstanceMap } from './map.ts'
import { createOfferMap, INCLUDED_DISK_GIB, regionOf, type Tenure } from './offers.ts'
import { instancesSchema, offersSchema } from './schema.ts'

/** The examples of the vendor's own document for GET /api/v1/instances/. */
const INSTANCE = {
  id: 312,
  actual_status: 'running',
  cur_state: 'running',
  next_state: 'running',
  intended_status: 'running',
  label: 'ML Training Job 2025',
  status_msg: 'success, running nvidia/cuda_11.0.3-devel-ubuntu18.04/ssh\n',
  public_ipaddr: '192.0.2.45 ',
  ssh_host: 'ssh123.vast.ai',
  ssh_port: 10_600,
  machine_id: 12,
  start_date: 1_668_804_745.1223,
  gpu_name: 'RTX 4090',
  num_gpus: 1,
  is_bid: false,
  dph_total: 0.8021,
  storage_total_cost: 0.0021,
  ports: {
    '8888/tcp': [{ HostIp: '0.0.0.0', HostPort: '8888' }],
    '22/tcp': [{ HostIp: '0.0.0.0', HostPort: '20000' }],
    '70000/udp': [{ HostIp: '0.0.0.0', HostPort: '20001' }],
    '6006/tcp': null,
  },
}

/** The example for POST /api/v0/bundles/, with a board that exists. */
const ASK = {
  id: 12_345_678,
  gpu_name: 'RTX 4090',
  gpu_arch: 'nvidia',
  num_gpus: 4,
  gpu_ram: 24_564,
  gpu_frac: 0.5,
  cpu_cores: null,
  cpu_cores_effective: 32,
  cpu_ram: 262_144,
  disk_space: 2048.5,
  storage_cost: 0.15,
  dph_base: 1.2,
  dph_total: 1.204167,
  min_bid: 0.6,
  reliability: 0.9999,
  reliability2: 0.9981,
  geolocation: 'Washington, US',
}

describe('Vast.ai instance', () => {
  it('reads as the vendor’s own example says', () => {
    const { read } = setup()
    expect(read({})).toEqual({
      id: '312',
      marker: 'ML Training Job 2025',
      state: 'running',
      rawStatus: 'running',
      ssh: { host: '192.0.2.45', port: 20_000, user: 'root' },
      hostId: '12',
      gpu: { rawName: 'RTX 4090', count: 1 },
      upstreamMicrosPerHour: 802_100,
      createdAt: '2022-11-18T20:52:25.122Z',
      ports: [
        { privatePort: 8888, host: '192.0.2.45', publicPort: 8888 },
        { privatePort: 22, host: '192.0.2.45', publicPort: 20_000 },
      ],
      statusMessage: 'success, running nvidia/cuda_11.0.3-devel-ubuntu18.04/ssh',
    })
  })

  const stopped = { intended_status: 'stopped', cur_state: 'stopped', next_state: 'stopped' }
  it.each([
    ['no word yet', { actual_status: null }, 'provisioning'],
    ['created', { actual_status: 'created' }, 'provisioning'],
    ['loading', { actual_status: 'loading' }, 'provisioning'],
    ['running and about to stop', { next_state: 'stopped' }, 'stopping'],
    ['stopped by us', { ...stopped, actual_status: 'exited' }, 'stopped'],
    ['stopped before it ran', { ...stopped, actual_status: null }, 'stopped'],
    ['outbid', { ...stopped, actual_status: 'exited', is_bid: true }, 'interrupted'],
    ['outbid before it ran', { ...stopped, actual_status: 'loading', is_bid: true }, 'interrupted'],
    [
      'stopped though meant to run',
      { ...stopped, actual_status: 'exited', intended_status: 'running' },
      'interrupted',
    ],
    ['waiting for its GPU', { actual_status: 'exited', cur_state: 'stopped' }, 'provisioning'],
    ['crashed', { actual_status: 'exited' }, 'failed'],
    ['on a host that left', { actual_status: 'offline' }, 'interrupted'],
    ['not heard of', { actual_status: 'unknown' }, 'unknown'],
    ['in a word we do not know', { actual_status: 'melting' }, 'unknown'],
  ])('is, %s: %j, %s', (what, change, state) => {
    const { read, oddities } = setup()
    expect(read(change).state).toBe(state)
    expect(oddities).toEqual(what === 'in a word we do not know' ? ['melting'] : [])
  })

  it('is reached through the proxy where 22 is not published, and not running without either', () => {
    const { read } = setup()
    expect(read({ ports: {} }).ssh).toEqual({ host: 'ssh123.vast.ai', port: 10_600, user: 'root' })
    expect(read({ ports: null, ssh_host: null })).toMatchObject({ state: 'provisioning', ssh: null })
    expect(read({ ports: [70_000], ssh_port: null })).toMatchObject({ state: 'provisioning', ports: [] })
  })

  it('costs its disk while it does not run', () => {
    const { read } = setup()
    expect(read({ actual_status: 'exited' })).toMatchObject({
      upstreamMicrosPerHour: 2_100,
      ssh: null,
      ports: [],
    })
    const bare = { storage_total_cost: null, gpu_name: null, machine_id: null, start_date: null, label: null }
    expect(read({ ...bare, actual_status: 'exited', status_msg: null })).toMatchObject({
      upstreamMicrosPerHour: null,
      gpu: null,
      hostId: null,
      createdAt: null,
      marker: null,
      statusMessage: null,
    })
  })
})

describe('Vast.ai offers', () => {
  it('cost the machine and the disk in the price, by the shorter month', () => {
    const { offer } = setup()
    const diskMicros = Math.ceil(150_000 / 720)
    expect(offer({})).toMatchObject({
      key: 'ask-12345678',
      gpu: { key: 'nvidia-rtx-4090-24gb-pcie' },
      gpuCount: 4,
      region: { code: 'Washington, US', country: 'US', continent: 'NA' },
      spot: false,
      vcpus: 32,
      ramGib: 128,
      disk: { includedGib: INCLUDED_DISK_GIB, maxGib: 2048 },
      reliability: 0.9981,
      upstreamMicrosPerHour: 1_200_000 + diskMicros * INCLUDED_DISK_GIB,
      upstreamDiskMicrosPerGibHour: diskMicros,
      launchData: { askId: 12_345_678, bidMicrosPerHour: null },
    })
    expect(offer({ dph_total: 1.3 })?.upstreamMicrosPerHour).toBe(1_300_000)
  })

  it.each([
    [0.6, 660_000],
    [0.123456, 136_000],
    [0, 1_000],
    [undefined, 1_320_000],
  ])('bid a tenth over the least of $%s', (least, bidMicrosPerHour) => {
    const { offer } = setup()
    const diskMicros = Math.ceil(150_000 / 720) * INCLUDED_DISK_GIB
    expect(offer({ min_bid: least }, 'bid')).toMatchObject({
      key: 'bid-12345678',
      spot: true,
      upstreamMicrosPerHour: bidMicrosPerHour + diskMicros,
      launchData: { bidMicrosPerHour },
    })
  })

  it.each([
    ['H100 SXM', 81_559, 'nvidia-h100-80gb-sxm'],
    ['H100 NVL', 95_830, 'nvidia-h100-94gb-nvl'],
    ['A100 SXM4', 81_920, 'nvidia-a100-80gb-sxm'],
    ['A100 PCIE', 40_960, 'nvidia-a100-40gb-pcie'],
    ['RTX A5000', 24_564, 'nvidia-rtx-a5000-24gb-pcie'],
    ['Q RTX 8000', 46_080, 'nvidia-quadro-rtx-8000-48gb-pcie'],
    ['RTX 3060', 12_288, 'nvidia-rtx-3060-12gb-pcie'],
  ])('know %s with %d MiB as %s', (name, mib, key) => {
    expect(setup().offer({ gpu_name: name, gpu_ram: mib })?.gpu.key).toBe(key)
  })

  it('are not made of a board without memory, and bear what hosts leave out', () => {
    const { offer, oddities } = setup()
    expect(offer({ gpu_ram: 0 })).toBeNull()
    expect(oddities).toEqual(['RTX 4090'])
    const silent = { cpu_ram: null, cpu_cores_effective: null, geolocation: null, reliability2: null }
    expect(offer({ ...silent, reliability: undefined })).toMatchObject({
      ramGib: null,
      vcpus: null,
      reliability: null,
      region: { code: 'ANY', country: null },
    })
  })
})

describe('Vast.ai region', () => {
  it.each([
    ['Washington, US', 'US', 'NA'],
    ['Taiwan, TW', 'TW', 'AS'],
    ['SE', 'SE', 'EU'],
    ['California, United States', null, null],
    ['Atlantis, XX', 'XX', null],
  ])('%s is in %s, %s', (geolocation, country, continent) => {
    expect(regionOf(geolocation)).toEqual({ code: geolocation, country, continent })
  })
})

describe('Vast.ai create body', () => {
  it('hands keys and environment over in base64, whatever is in them, and bids in dollars', () => {
    const { offer } = setup()
    const sold = offer({}, 'bid')
    if (!sold) throw new Error('no offer')
    const request = {
      marker: 'm',
      offer: sold,
      sshPublicKeys: ['ssh-ed25519 A a"; rm -rf /', 'ssh-ed25519 B b'],
      image: 'x',
      diskGib: 40,
      env: { A: '=1', BERTH_SSH_KEYS: 'mine' },
      ports: [22, 8888],
    }
    const launchData = { askId: 1, bidMicrosPerHour: 660_000 }
    const { onstart, env, ...body } = createBodyOf({ provider: 'vast', request, launchData })
    expect(body).toEqual({
      image: 'x',
      label: 'm',
      disk: 40,
      runtype: 'ssh_direct',
      target_state: 'running',
      cancel_unavail: true,
      price: 0.66,
    })
    expect(onstart).not.toContain('rm -rf')
    expect(Object.keys(env).toSorted()).toEqual(['-p 8888:8888', 'A', 'BERTH_ENVIRONMENT', 'BERTH_SSH_KEYS'])
    const decoded = Buffer.from(env['BERTH_SSH_KEYS'] ?? '', 'base64').toString()
    expect(decoded).toBe('ssh-ed25519 A a"; rm -rf /\nssh-ed25519 B b\n')
    expect(Buffer.from(env['BERTH_ENVIRONMENT'] ?? '', 'base64').toString()).toContain('A==1\n')
    expect(
      createBodyOf({ provider: 'vast', request, launchData: { askId: 1, bidMicrosPerHour: null } }),
    ).not.toHaveProperty('price')
  })
})

describe('Vast.ai refusals', () => {
  it.each([
    [410, { error: 'no_such_ask' }, 'no_capacity'],
    [
      404,
      { error: 'invalid_args', msg: 'error 404/3603: no_such_ask Instance type by id 1 is not available.' },
      'no_capacity',
    ],
    [400, { error: 'invalid_price', msg: 'low' }, 'no_capacity'],
    [400, { error: 'insufficient_credit' }, 'upstream_funds'],
    [400, { error: 'invalid_args', msg: 'env must be object' }, 'invalid_request'],
    [401, { error: 'auth_error' }, 'auth'],
    [403, { error: 'auth_error' }, 'auth'],
    [404, { error: 'auth_error', msg: 'Invalid user key' }, 'auth'],
    [404, { error: 'no_such_instance' }, 'invalid_request'],
  ])('%d %j is %s', (status, json, kind) => {
    expect(refused(status, json)?.kind).toBe(kind)
  })

  it('leave what they do not know, and every 5xx, to the common rule', () => {
    expect(refused(400, { error: 'brand_new' })).toBeNull()
    expect(refused(404, 'no such page')).toBeNull()
    expect(refused(500, { error: 'no_such_ask' })).toBeNull()
  })

  it('wait longer than the interval that was missed, and as told where Vast tells', () => {
    const detail = { detail: 'API requests too frequent endpoint threshold=4.5' }
    expect(refused(429, detail)).toMatchObject({ kind: 'rate_limited', retryAfterMs: 6_750 })
    expect(refused(429, detail, { 'retry-after': '9' })).not.toHaveProperty('retryAfterMs')
    expect(refused(429, 'Too many')).toEqual({ kind: 'rate_limited', words: 'Too many' })
  })

  it('tell an absent instance from a refused key, and name what a refused create left', () => {
    const words = (json: object): string => refused(404, json)?.words ?? ''
    expect(saysAbsent(words({ error: 'no_such_instance' }))).toBe(true)
    expect(saysAbsent(words({ error: 'not_found', msg: 'Instance not found' }))).toBe(true)
    expect(saysAbsent(words({ error: 'auth_error', msg: 'Invalid user key' }))).toBe(false)
    expect(contractLeftBy(refused(400, { error: 'invalid_price', new_contract: 77 })?.words ?? '')).toBe('77')
    expect(contractLeftBy('no contract 77')).toBeNull()
  })
})

function refused(status: number, json: unknown, headers: Record<string, string> = {}) {
  const text = typeof json === 'string' ? json : JSON.stringify(json)
  return classifyVast({ status, json, text, headers: new Headers(headers) }, { method: 'PUT', path: '/' })
}

function setup() {
  const oddities: string[] = []
  const report = ({ word }: { word: string }): void => void oddities.push(word)
  const instanceOf = createInstanceMap({ provider: 'vast', report })
  const offerOf = createOfferMap({ provider: 'vast', report })
  return {
    oddities,
    read(change: object) {
      const [instance] = instancesSchema.parse({ instances: [{ ...INSTANCE, ...change }] }).instances
      if (!instance) throw new Error('no instance')
      return instanceOf(instance)
    },
    offer(change: object, tenure: Tenure = 'on-demand') {
      const [ask] = offersSchema.parse({ offers: [{ ...ASK, ...change }] }).offers
      if (!ask) throw new Error('no ask')
      return offerOf(ask, tenure)
    },
  }
}
