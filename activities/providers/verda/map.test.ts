import { describe, expect, it } from 'vitest'
import { classifyVerda } from './classify.ts'
import { createInstanceMap, volumeIdsOf } from './map.ts'
import { createOfferMap, type VerdaPlace } from './offers.ts'
import { verda } from './register.ts'
import { actionResultsSchema, instanceSchema, instanceTypesSchema, newIdSchema } from './schema.ts'

/** As the vendor's mock server answers it. */
const INSTANCE = {
  id: 'deadc0de-a5d2-4972-ae4e-d429115d055b',
  ip: '198.51.100.7',
  status: 'running',
  created_at: '2026-06-01T12:00:00Z',
  cpu: { description: '30 CPU', number_of_cores: 30 },
  gpu: { description: '1x H100 SXM5 80GB', number_of_gpus: 1 },
  gpu_memory: { description: '80GB GPU RAM', size_in_gigabytes: 80 },
  hostname: 'berth-rent-01jd0000000000000000000000-1',
  description: 'x',
  location: 'FIN-03',
  price_per_hour: 3.95,
  is_spot: false,
  instance_type: '1H100.80S.30V',
  os_volume_id: 'vol-os',
  volume_ids: ['vol-os', 'vol-data'],
}

/** Recorded from /instance-types. */
const TYPE = {
  instance_type: '2H100.80S.60V',
  model: 'H100',
  name: 'H100 SXM5 80GB',
  manufacturer: 'NVIDIA',
  cpu: { description: '60 CPU', number_of_cores: 60 },
  gpu: { description: '2x H100 SXM5 80GB', number_of_gpus: 2 },
  gpu_memory: { description: '160GB GPU RAM', size_in_gigabytes: 160 },
  memory: { description: '240GB RAM', size_in_gigabytes: 240 },
  price_per_hour: '7.90',
  spot_price: '3.40',
  currency: 'usd',
  supported_os: ['ubuntu-22.04', 'ubuntu-24.04'],
}
const PLACE: VerdaPlace = { location: 'FIN-01', country: 'FI', isSpot: false }

describe('Verda instance', () => {
  it('reads as the vendor’s own clients read it', () => {
    expect(setup().instanceOf(instanceSchema.parse(INSTANCE))).toEqual({
      id: INSTANCE.id,
      marker: INSTANCE.hostname,
      state: 'running',
      rawStatus: 'running',
      ssh: { host: '198.51.100.7', port: 22, user: 'root' },
      hostId: null,
      gpu: { rawName: '1x H100 SXM5 80GB', count: 1 },
      upstreamMicrosPerHour: 3_950_000,
      createdAt: '2026-06-01T12:00:00Z',
      ports: [{ privatePort: 22, host: '198.51.100.7', publicPort: 22 }],
      statusMessage: null,
    })
  })

  it.each([
    ['new', 'provisioning'],
    ['ordered', 'provisioning'],
    ['provisioning', 'provisioning'],
    ['validating', 'provisioning'],
    ['pending', 'provisioning'],
    ['offline', 'stopped'],
    ['hibernating', 'stopped'],
    ['deleting', 'terminating'],
    ['discontinued', 'gone'],
    ['notfound', 'gone'],
    ['error', 'failed'],
    ['no_capacity', 'failed'],
    ['unknown', 'unknown'],
    ['transmuting', 'unknown'],
  ])('that says %s is %s', (status, state) => {
    expect(setup().instanceOf(instanceSchema.parse({ ...INSTANCE, status })).state).toBe(state)
  })

  it('is not running before it has an address, and has none while it is off', () => {
    const { instanceOf } = setup()
    expect(instanceOf(instanceSchema.parse({ ...INSTANCE, ip: null }))).toMatchObject({
      state: 'provisioning',
      ssh: null,
    })
    expect(instanceOf(instanceSchema.parse({ ...INSTANCE, status: 'offline' })).ssh).toBeNull()
  })

  it('names each of its volumes once', () => {
    expect(volumeIdsOf(instanceSchema.parse(INSTANCE))).toEqual(['vol-os', 'vol-data'])
    expect(volumeIdsOf(instanceSchema.parse({ ...INSTANCE, os_volume_id: null, volume_ids: null }))).toEqual(
      [],
    )
  })

  it('fails loudly where a field is missing that we live by', () => {
    for (const field of ['id', 'status', 'hostname', 'created_at']) {
      expect(instanceSchema.safeParse({ ...INSTANCE, [field]: undefined }).success).toBe(false)
    }
  })
})

describe('Verda offer', () => {
  it('divides the memory among its boards, and costs the machine and the disk it needs', () => {
    expect(setup().offersOf(TYPE, [PLACE, { ...PLACE, isSpot: true }])).toMatchObject([
      {
        key: '2h100.80s.60v-fin-01',
        gpu: { key: 'nvidia-h100-80gb-sxm' },
        gpuCount: 2,
        spot: false,
        region: { code: 'FIN-01', country: 'FI', continent: 'EU' },
        upstreamMicrosPerHour: 7_900_000 + 100 * 274,
        upstreamDiskMicrosPerGibHour: 274,
      },
      { key: '2h100.80s.60v-fin-01-spot', spot: true, upstreamMicrosPerHour: 3_400_000 + 100 * 274 },
    ])
  })

  it('comes without a GPU where the machine has none', () => {
    const cpu = { ...TYPE, gpu: { description: '', number_of_gpus: 0 }, gpu_memory: { size_in_gigabytes: 0 } }
    expect(setup().offersOf(cpu, [PLACE])).toMatchObject([
      { gpu: { key: 'cpu-only' }, gpuCount: 0, launchData: { image: 'ubuntu-24.04' } },
    ])
  })

  it.each([
    ['in another currency', { currency: 'eur' }, 'eur'],
    ['of a board nobody can name', { name: 'Mystery 8GB', manufacturer: null }, '2x H100 SXM5 80GB'],
    ['without a price', { price_per_hour: '0.00' }, undefined],
  ])('is not made %s', (_why, change, word) => {
    const { offersOf, oddities } = setup()
    expect(offersOf({ ...TYPE, ...change }, [PLACE])).toEqual([])
    expect(oddities[0]).toBe(word)
  })

  it.each([
    [
      ['ubuntu-22.04', 'ubuntu-24.04-cuda-12.8-open-docker', 'ubuntu-24.04-cuda-13.0-open-docker'],
      TYPE.instance_type,
      'ubuntu-24.04-cuda-13.0-open-docker',
    ],
    [
      ['ubuntu-22.04-cuda-12.0-docker', 'ubuntu-22.04-cuda-12.0'],
      TYPE.instance_type,
      'ubuntu-22.04-cuda-12.0-docker',
    ],
    [['ubuntu-22.04', 'ubuntu-24.04'], TYPE.instance_type, 'ubuntu-24.04-cuda-12.8-open-docker'],
    [null, '1V100.6V', 'ubuntu-22.04-cuda-12.0-docker'],
    [null, '1A6000.10V', 'ubuntu-22.04-cuda-12.0-docker'],
  ])('with images %j of %s boots %s', (supported_os, instance_type, image) => {
    expect(setup().offersOf({ ...TYPE, supported_os, instance_type }, [PLACE])[0]?.launchData['image']).toBe(
      image,
    )
  })
})

describe('Verda refusals', () => {
  const create = { method: 'POST', path: '/instances' }
  const act = { method: 'PUT', path: '/instances' }

  it.each([
    [503, 'service_unavailable', 'Not enough resources available', create, 'no_capacity'],
    [400, 'invalid_request', 'Instance type is not available in this location', create, 'no_capacity'],
    [400, 'invalid_request', 'Operating system is not valid for this instance type', create, 'no_capacity'],
    [402, 'insufficient_funds', 'Insufficient funds', create, 'upstream_funds'],
    [400, 'invalid_request', 'Instance limit exceeded', create, 'quota'],
    [400, 'invalid_request', 'hostname must be set', create, 'invalid_request'],
    [401, 'unauthorized_request', 'expired', act, 'auth'],
    [403, 'forbidden_action', 'not allowed', act, 'auth'],
    [429, undefined, 'rate limit exceeded', act, 'rate_limited'],
    [400, 'invalid_request', "Can't discontinue a provisioning instance", act, 'not_yet'],
    [400, 'invalid_request', 'Not enough resources available', act, 'invalid_request'],
  ] as const)('%i %s "%s"', (status, code, message, call, kind) => {
    expect(refused(status, { code, message }, call)?.kind).toBe(kind)
  })

  it('leave a 5xx without such words to the common rule', () => {
    expect(refused(500, { code: 'server_error', message: 'oops' }, create)).toBeNull()
    expect(refused(503, { code: 'service_unavailable', message: 'down' }, create)).toBeNull()
  })

  it('are read in plain text, too', () => {
    expect(refused(400, 'limit exceeded', create)).toEqual({ kind: 'quota', words: 'limit exceeded' })
  })
})

describe('Verda answers', () => {
  it('bring an id in plain text, and no id is none', () => {
    expect(newIdSchema.parse(`${INSTANCE.id}\n`)).toBe(INSTANCE.id)
    for (const text of ['', '<html>sorry</html>', 'no'])
      expect(newIdSchema.safeParse(text).success).toBe(false)
  })

  it('to an action are a list, or nothing at all', () => {
    expect(actionResultsSchema.parse('')).toEqual([])
    expect(
      actionResultsSchema.parse([{ action: 'delete', instanceId: 'x', status: 'success' }]),
    ).toHaveLength(1)
    expect(actionResultsSchema.safeParse({ ok: true }).success).toBe(false)
  })
})

describe('Verda settings', () => {
  it('are an id and a secret in one, and none at all where there is no account', () => {
    expect(verda.create({}, () => undefined)).toBeNull()
    expect(verda.create({ VERDA_API_KEY: 'id:se:cret' }, () => undefined)?.name).toBe('verda')
    expect(() => verda.create({ VERDA_API_KEY: 'only-an-id' }, () => undefined)).toThrow(/colon/)
  })
})

function refused(status: number, body: object | string, call: { method: string; path: string }) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const json = typeof body === 'string' ? undefined : body
  return classifyVerda({ status, text, json, headers: new Headers() }, call)
}

function setup() {
  const oddities: string[] = []
  const report = ({ word }: { word: string }): void => void oddities.push(word)
  const offersOf = createOfferMap({ provider: 'verda', report, diskMicrosPerGibHour: 274 })
  return {
    oddities,
    instanceOf: createInstanceMap({ provider: 'verda', report }),
    offersOf: (type: object, places: VerdaPlace[]) =>
      instanceTypesSchema.parse([type]).flatMap((parsed) => offersOf(parsed, places)),
  }
}
