import { describe, expect, it } from 'vitest'
import { classifyDigitalOcean } from './classify.ts'
import { createBodyOf, createDropletMap } from './map.ts'
import { createOfferMap } from './offers.ts'
import { regionOf } from './regions.ts'
import { dropletSchema, sizeSchema } from './schema.ts'

/** As the vendor's document shows a droplet, with the fields of a GPU one. */
const DROPLET = {
  id: 3_164_444,
  name: 'berth-rent-01jd0000000000000000000000-1',
  memory: 245_760,
  vcpus: 20,
  disk: 720,
  locked: false,
  status: 'active',
  created_at: '2026-07-21T18:37:44Z',
  size: { slug: 'gpu-h100x1-80gb', price_hourly: 3.39 },
  size_slug: 'gpu-h100x1-80gb',
  networks: {
    v4: [
      { ip_address: '10.128.192.124', netmask: '255.255.0.0', gateway: 'nil', type: 'private' },
      { ip_address: '192.241.165.154', netmask: '255.255.255.0', gateway: '192.241.165.1', type: 'public' },
    ],
    v6: [],
  },
  tags: [],
  gpu_info: { count: 1, vram: { amount: 80, unit: 'gib' }, model: 'nvidia_h100' },
}

const SIZE = {
  slug: 'gpu-h100x8-640gb',
  memory: 1_966_080,
  vcpus: 160,
  disk: 2046,
  transfer: 60,
  price_monthly: 17_796.48,
  price_hourly: 23.92,
  regions: ['nyc2', 'ams3'],
  available: true,
  description: 'H100 GPU - 8X',
  gpu_info: { count: 8, vram: { amount: 640, unit: 'gib' }, model: 'nvidia_h100' },
}

describe('DigitalOcean droplet', () => {
  it('reads as the vendor’s own example says', () => {
    expect(setup().instanceOf(DROPLET)).toEqual({
      id: '3164444',
      marker: 'berth-rent-01jd0000000000000000000000-1',
      state: 'running',
      rawStatus: 'active',
      ssh: { host: '192.241.165.154', port: 22, user: 'root' },
      hostId: null,
      gpu: { rawName: 'nvidia_h100', count: 1 },
      upstreamMicrosPerHour: 3_390_000,
      createdAt: '2026-07-21T18:37:44Z',
      ports: [{ privatePort: 22, host: '192.241.165.154', publicPort: 22 }],
      statusMessage: null,
    })
  })

  it.each([
    ['new', 'provisioning'],
    ['active', 'running'],
    ['off', 'stopped'],
    ['archive', 'terminating'],
    ['resizing', 'unknown'],
  ])('that says %s is %s', (status, state) => {
    expect(setup().instanceOf({ ...DROPLET, status }).state).toBe(state)
  })

  it('is not running before it has a public address', () => {
    const { instanceOf } = setup()
    const [privateOnly] = DROPLET.networks.v4
    expect(instanceOf({ ...DROPLET, networks: { v4: [privateOnly], v6: [] } }).state).toBe('provisioning')
    expect(instanceOf({ ...DROPLET, networks: {} }).state).toBe('provisioning')
  })

  it('fails loudly where a field is missing that we live by', () => {
    for (const field of ['id', 'name', 'status', 'networks', 'size', 'created_at']) {
      expect(dropletSchema.safeParse({ ...DROPLET, [field]: undefined }).success).toBe(false)
    }
  })
})

describe('DigitalOcean offer', () => {
  it('is one for each region, at the price of the whole machine with its disk', () => {
    expect(setup().offersOf(SIZE)).toMatchObject([
      {
        key: 'gpu-h100x8-640gb-nyc2',
        gpu: { key: 'nvidia-h100-80gb-sxm' },
        gpuCount: 8,
        region: { code: 'nyc2', country: 'US', continent: 'NA' },
        ramGib: 1920,
        disk: { includedGib: 2046, maxGib: 2046 },
        stock: 'unknown',
        upstreamMicrosPerHour: 23_920_000,
        launchData: { size: 'gpu-h100x8-640gb', region: 'nyc2', image: 'gpu-h100x8-base' },
      },
      { key: 'gpu-h100x8-640gb-ams3', region: { country: 'NL', continent: 'EU' } },
    ])
  })

  it.each([
    ['nvidia_rtx4000_ada', 20, 'nvidia-rtx-4000-ada-20gb-pcie'],
    ['nvidia_rtx6000_ada', 48, 'nvidia-rtx-6000-ada-48gb-pcie'],
    ['nvidia_l40s', 48, 'nvidia-l40s-48gb-pcie'],
    ['nvidia_h200', 141, 'nvidia-h200-141gb-sxm'],
    ['amd_mi300x', 192, 'amd-mi300x-192gb-oam'],
    ['amd_mi325x', 256, 'amd-mi325x-256gb-oam'],
  ])('of %s with %i GB is of %s', (model, amount, key) => {
    const [offer] = setup().offersOf({
      ...SIZE,
      gpu_info: { count: 1, vram: { amount, unit: 'gib' }, model },
    })
    expect(offer?.gpu.key).toBe(key)
  })

  it.each([
    ['without a GPU', { gpu_info: undefined }],
    ['not available', { available: false }],
    ['that is spot', { slug: 'gpu-mi350x1-288gb-spot' }],
    ['sold nowhere', { regions: [] }],
    ['without a price', { price_hourly: 0 }],
    ['of a board nobody can name', { gpu_info: { ...SIZE.gpu_info, model: 'tpu_v5' } }],
  ])('is not made of a size %s', (_why, change) => {
    expect(setup().offersOf({ ...SIZE, ...change })).toEqual([])
  })

  it('reports a board that it can not name', () => {
    const { offersOf, oddities } = setup()
    offersOf({ ...SIZE, gpu_info: { ...SIZE.gpu_info, model: 'tpu_v5' } })
    expect(oddities).toEqual(['tpu_v5'])
  })

  it('in a city that we do not know has no country', () => {
    expect(regionOf('osl1')).toEqual({ code: 'osl1', country: null, continent: null })
  })
})

describe('DigitalOcean create body', () => {
  it('brings keys and environment by user data, makes the mailed password void, and names no tag', () => {
    const [offer] = setup().offersOf(SIZE)
    if (!offer) throw new Error('no offer')
    const request = {
      marker: 'berth-rent-01jd0000000000000000000000-1',
      offer,
      sshPublicKeys: ['ssh-ed25519 A a', 'ssh-ed25519 B b'],
      image: 'ignored',
      diskGib: 2046,
      env: { MODEL: 'llama-3' },
      ports: [8888],
    }
    const launchData = { size: 'gpu-h100x8-640gb', region: 'nyc2', image: 'gpu-h100x8-base' }
    const { user_data: userData, ...body } = createBodyOf({ provider: 'digitalocean', request, launchData })
    expect(body).toEqual({ name: request.marker, ...launchData })
    expect(JSON.parse(userData.replace('#cloud-config\n', ''))).toEqual({
      ssh_authorized_keys: ['ssh-ed25519 A a', 'ssh-ed25519 B b'],
      write_files: [{ path: '/etc/environment', append: true, content: 'MODEL=llama-3\n' }],
      disable_root: false,
      ssh_pwauth: false,
      chpasswd: { expire: false },
      runcmd: [['usermod', '--password', '*', 'root']],
    })
  })
})

describe('DigitalOcean refusals', () => {
  it.each([
    [422, 'Size is not available in this region.', 'no_capacity'],
    [422, 'The size is currently unavailable', 'no_capacity'],
    [422, 'creating this/these droplet(s) will exceed your droplet limit', 'quota'],
    [422, 'Droplet already has a pending event.', 'not_yet'],
    [422, 'Name Only valid hostname characters are allowed.', 'invalid_request'],
    [422, 'Your account is on hold. Please add a payment method.', 'upstream_funds'],
    [403, 'You do not have access for the attempted action.', 'auth'],
    [403, 'Your account is locked. Please update your payment method.', 'upstream_funds'],
    [402, '', 'upstream_funds'],
    [401, 'Unable to authenticate you', 'auth'],
    [400, 'tag_name can not be combined with type', 'invalid_request'],
  ])('%i "%s" is %s', (status, message, kind) => {
    expect(refused(status, message)?.kind).toBe(kind)
  })

  it('leaves a 5xx to the common rule', () => {
    expect(refused(500, 'Server Error')).toBeNull()
  })

  it('waits for a burst as long as it is told, and for an hour’s quota at most two minutes', () => {
    const inSeconds = (ms: number): string => String((Date.now() + ms) / 1000)
    const wait = (headers: Record<string, string>) => refused(429, 'Too many requests', headers)?.retryAfterMs
    expect(wait({ 'retry-after': '9', 'ratelimit-reset': inSeconds(60_000) })).toBe(9_000)
    expect(wait({ 'ratelimit-reset': inSeconds(30_000) })).toBeGreaterThan(25_000)
    expect(wait({ 'ratelimit-reset': inSeconds(3_000_000) })).toBe(120_000)
    expect(wait({ 'ratelimit-reset': inSeconds(-5_000) })).toBe(0)
    expect(wait({})).toBeUndefined()
  })
})

function refused(status: number, message: string, headers: Record<string, string> = {}) {
  const json = { id: 'x', message }
  return classifyDigitalOcean(
    { status, json, text: JSON.stringify(json), headers: new Headers(headers) },
    { method: 'POST', path: '/droplets' },
  )
}

function setup() {
  const oddities: string[] = []
  const report = ({ word }: { word: string }): void => void oddities.push(word)
  const instanceOf = createDropletMap({ provider: 'digitalocean', report })
  const offersOf = createOfferMap({ provider: 'digitalocean', report })
  return {
    oddities,
    instanceOf: (droplet: object) => instanceOf(dropletSchema.parse(droplet)),
    offersOf: (size: object) => offersOf(sizeSchema.parse(size)),
  }
}
