import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import ssh2 from 'ssh2'
import { afterAll, describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import { sshExec } from '../kit/ssh/ssh-client.test-support.ts'
import type { ShadeformEmulatorOptions } from './emulator.ts'
import { createSchema } from './requests.ts'
import { startShadeformEmulator, type StartedShadeformEmulator } from './start.ts'

/** Schemas of the vendor's own document for the paths emulated here, prose and examples left out. */
const document: { components: { schemas: object } } = JSON.parse(
  readFileSync(new URL('./fixtures/openapi-schemas.json', import.meta.url), 'utf8'),
)
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema(document, 'shadeform')

const key = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const stranger = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const SCRIPT = `#!/bin/bash\ncat >> "$home/.ssh/authorized_keys" <<'KEYS'\n${key.public}\nKEYS\n`
const NEW_INSTANCE = {
  cloud: 'hyperstack',
  region: 'montreal-canada-2',
  shade_instance_type: 'A6000',
  shade_cloud: true,
  name: 'berth-rent-01jd0000000000000000000000-1',
  launch_configuration: {
    type: 'script',
    script_configuration: { base64_script: Buffer.from(SCRIPT).toString('base64') },
  },
  envs: [{ name: 'GREETING', value: 'hi # there' }],
}

afterAll(closeAll)

describe('an instance, from create to deleted', () => {
  it('comes up step by step, and lets in whom its startup script names', async () => {
    const clock = createClock({ frozenAtMs: 1_800_000_000_000 })
    const { create, info, active } = await setup({ clock, bootMs: 10_000 })
    const id = await create()
    const words = [(await info(id)).body.status]
    for (const ms of [3_000, 4_000]) {
      clock.advance(ms)
      words.push((await info(id)).body.status)
    }
    expect(words).toEqual(['creating', 'pending_provider', 'pending'])
    expect((await info(id)).body).toMatchObject({ ip: '', status_details: 'downloading' })
    clock.advance(3_000)
    const door = await active(id)
    const command = 'echo $GREETING && nvidia-smi --query-gpu=name,memory.total --format=csv,noheader,nounits'
    expect(await sshExec({ ...door, privateKey: key.private, command })).toMatchObject({
      code: 0,
      stdout: 'hi # there\nNVIDIA RTX A6000, 49140\n',
    })
    await expect(sshExec({ ...door, privateKey: stranger.private, command: 'true' })).rejects.toThrow(/auth/)
  })

  it('is deleting in the list, then deleted and only readable, then gone; the answer has no body', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, create, info } = await setup({ clock, teardownMs: 2_000, lingerMs: 60_000 })
    const id = await create()
    const ended = await call('POST', `/instances/${id}/delete`)
    expect([ended.status, ended.body]).toEqual([200, ''])
    expect((await call('GET', '/instances')).body.instances).toMatchObject([{ id, status: 'deleting' }])
    clock.advance(2_000)
    expect((await call('GET', '/instances')).body.instances).toEqual([])
    expect((await info(id)).body.status).toBe('deleted')
    clock.advance(60_000)
    expect((await info(id)).status).toBe(404)
    expect((await call('POST', `/instances/${id}/delete`)).status).toBe(404)
  })
})

describe('the meter', () => {
  it('runs from active to the delete order, and its figure is the cost estimate', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, create, info, active, control } = await setup({
      clock,
      bootMs: 300_000,
      lingerMs: 1_000_000,
    })
    const id = await create()
    clock.advance(300_000)
    await active(id)
    expect((await info(id)).body.cost_estimate).toBe('0')
    clock.advance(1_800_000)
    expect((await info(id)).body).toMatchObject({ cost_estimate: '0.25', hourly_price: 50 })
    await call('POST', `/instances/${id}/delete`)
    clock.advance(600_000)
    expect((await info(id)).body.cost_estimate).toBe('0.25')
    expect(control.meter.aliveNow()).toEqual([])
  })
})

describe('the catalog', () => {
  it('is the same in every run, has ten to twenty-five places, and lists regions without stock', async () => {
    const { call } = await setup()
    const all = (await call('GET', '/instances/types')).body.instance_types
    expect((await (await setup()).call('GET', '/instances/types')).body.instance_types).toEqual(all)
    const places: { available: boolean }[] = all.flatMap(
      (type: { availability: object[] }) => type.availability,
    )
    const available = places.filter((place) => place.available)
    expect(available.length).toBeGreaterThanOrEqual(10)
    expect(available.length).toBeLessThanOrEqual(30)
    expect(places.length).toBeGreaterThan(available.length)
  })

  it('is filtered and sorted, and takes off what is rented', async () => {
    const { call, create, control } = await setup()
    const types = async (query: string) =>
      (await call('GET', `/instances/types?${query}`)).body.instance_types
    const prices = (await types('sort=price')).map((type: { hourly_price: number }) => type.hourly_price)
    expect(prices).toEqual(prices.toSorted((a: number, b: number) => a - b))
    const found = await types('cloud=hyperstack&gpu_type=A6000&num_gpus=1&available=true')
    expect(found).toMatchObject([{ cloud: 'hyperstack', shade_instance_type: 'A6000' }])
    control.inventory.set({ cloud: 'hyperstack', type: 'A6000', free: null })
    const free = () => control.inventory.list().length
    const before = free()
    control.inventory.set({ cloud: 'hyperstack', type: 'A6000', free: 0 })
    expect(await types('cloud=hyperstack&gpu_type=A6000&available=true')).toEqual([])
    expect((await call('POST', '/instances/create', NEW_INSTANCE)).body.error_code).toBe('OUT_OF_STOCK')
    control.inventory.set({ cloud: 'hyperstack', type: 'A6000', free: null })
    expect(free()).toBe(before)
    await create()
    expect((await call('GET', '/instances/types?num_gpus=many')).status).toBe(400)
  })

  it('refuses what it does not sell', async () => {
    const { call } = await setup()
    const refusal = async (change: object) =>
      (await call('POST', '/instances/create', { ...NEW_INSTANCE, ...change })).status
    const changes = [
      { cloud: 'moon' },
      { region: 'oslo' },
      { os: 'dos' },
      { name: undefined },
      { shade_cloud: 1 },
    ]
    for (const change of changes) expect(await refusal(change)).toBe(400)
  })
})

describe('faults', () => {
  it.each([
    ['out_of_stock', 409, 'OUT_OF_STOCK'],
    ['insufficient_funds', 402, 'INSUFFICIENT_FUNDS'],
    ['quota_exceeded', 403, 'QUOTA_EXCEEDED'],
  ] as const)('refuses a create with %s', async (kind, status, code) => {
    const { call, control } = await setup()
    control.faults.add({ fault: { kind } })
    const answer = await call('POST', '/instances/create', NEW_INSTANCE)
    expect([answer.status, answer.body.error_code]).toEqual([status, code])
    expect(control.instances.list()).toEqual([])
  })

  it('answers common ones in its own shape, and lets nobody in without the key', async () => {
    const { call, control, baseUrl } = await setup()
    control.faults.add({ fault: { kind: 'status', status: 503 } })
    expect((await call('GET', '/instances')).body.error_code).toBe('INTERNAL_ERROR')
    expect((await fetch(`${baseUrl}/instances`)).status).toBe(401)
  })

  it('hides a new instance, never boots, boots into error, delivers the wrong GPU, or nobody at the door', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { create, info, active, control } = await setup({ clock })
    control.faults.add({ fault: { kind: 'invisible', ms: 1_000 } })
    const hidden = await create()
    expect((await info(hidden)).status).toBe(404)
    clock.advance(1_000)
    expect((await info(hidden)).status).toBe(200)
    control.faults.add({ fault: { kind: 'stuck_pending' } })
    const stuck = await create()
    control.faults.add({ fault: { kind: 'boot_error' } })
    const broken = await create()
    await expect.poll(async () => (await info(broken)).body.status).toBe('error')
    clock.advance(3_600_000)
    expect((await info(stuck)).body.status).toBe('pending_provider')
    control.faults.add({ fault: { kind: 'wrong_gpu', name: 'NVIDIA T4' } })
    const wrong = await active(await create())
    const seen = await sshExec({ ...wrong, privateKey: key.private, command: 'nvidia-smi -L' })
    expect(seen.stdout).toContain('NVIDIA T4')
    control.faults.add({ fault: { kind: 'ssh_never' } })
    const silent = await active(await create())
    await expect(sshExec({ ...silent, privateKey: key.private, command: 'true' })).rejects.toThrow(/REFUSED/)
  })

  it('is taken, says words nobody knows, and vanishes from outside', async () => {
    const { create, info, active, control } = await setup()
    const id = await create()
    await active(id)
    expect(control.instances.setStatus(id, 'resting')).toBe(true)
    expect((await info(id)).body.status).toBe('resting')
    const other = await create()
    await active(other)
    expect(control.instances.interrupt(other)).toBe(true)
    expect((await info(other)).body.status).toBe('error')
    expect(control.instances.byMarker(NEW_INSTANCE.name)?.id).toBe(id)
    expect(control.instances.kill(id)).toBe(true)
    expect((await info(id)).status).toBe(404)
    expect(control.instances.kill(id)).toBe(false)
  })
})

describe('the vendor document', () => {
  it('describes every answer, in every state of an instance', async () => {
    const { call, create, info, active } = await setup({ lingerMs: 60_000 })
    expectShape('InstanceTypesResponse', (await call('GET', '/instances/types')).body)
    const created = await call('POST', '/instances/create', NEW_INSTANCE)
    expect(created.status).toBe(200)
    expectShape('CreateResponse', created.body)
    const id = await create()
    expectShape('InstanceInfoResponse', (await info(id)).body)
    await active(id)
    expectShape('InstanceInfoResponse', (await info(id)).body)
    expectShape('InstancesResponse', (await call('GET', '/instances')).body)
    await call('POST', `/instances/${id}/delete`)
    expectShape('InstanceInfoResponse', (await info(id)).body)
  })

  it.each([
    NEW_INSTANCE,
    { ...NEW_INSTANCE, name: undefined },
    { ...NEW_INSTANCE, shade_cloud: 'yes' },
    { ...NEW_INSTANCE, launch_configuration: { type: 'magic' } },
    { ...NEW_INSTANCE, launch_configuration: { type: 'script', script_configuration: {} } },
    { ...NEW_INSTANCE, envs: [{ name: 'A' }] },
    { ...NEW_INSTANCE, os: 7 },
    { ...NEW_INSTANCE, tags: ['a'], unheard: 'of' },
  ])('and the emulator take and refuse the same requests: %j', (body) => {
    const wire: unknown = JSON.parse(JSON.stringify(body))
    expect(createSchema.safeParse(wire).success).toBe(ajv.validate(refTo('CreateRequest'), wire))
  })
})

describe('a restart of the process', () => {
  it('keeps machines with their door and their costs', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'shadeform-'))
    const first = await setup({ stateDir })
    const id = await first.create()
    const door = await first.active(id)
    await closeAll()
    const second = await setup({ stateDir })
    expect(await second.active(id)).toEqual(door)
    expect(await sshExec({ ...door, privateKey: key.private, command: 'echo still here' })).toMatchObject({
      stdout: 'still here\n',
    })
    expect(second.control.meter.aliveNow()).toMatchObject([{ instanceId: id }])
    await closeAll()
    rmSync(stateDir, { recursive: true })
  })
})

const started: StartedShadeformEmulator[] = []

async function closeAll(): Promise<void> {
  await Promise.all(started.splice(0).map((emulator) => emulator.close()))
}

async function setup(options: ShadeformEmulatorOptions = {}) {
  const emulator = await startShadeformEmulator(options)
  started.push(emulator)
  const { baseUrl, apiKey, control } = emulator
  control.inventory.set({ cloud: 'hyperstack', type: 'A6000', free: 9 })

  async function call(method: string, path: string, body?: unknown) {
    const answer = await fetch(baseUrl + path, {
      method,
      headers: { 'X-API-KEY': apiKey, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? '' : JSON.parse(text) }
  }
  const info = async (id: string) => await call('GET', `/instances/${id}/info`)

  async function create(): Promise<string> {
    const answer = await call('POST', '/instances/create', NEW_INSTANCE)
    expect(answer.status).toBe(200)
    return answer.body.id
  }

  /** Where to knock once it is active. */
  async function active(id: string) {
    await expect.poll(async () => (await info(id)).body.status, { interval: 5 }).toBe('active')
    const { ip: host, ssh_port: port, ssh_user: username } = (await info(id)).body
    return { host: String(host), port: Number(port), username: String(username) }
  }

  return { baseUrl, control, call, info, create, active }
}

const refTo = (schema: string): { $ref: string } => ({ $ref: `shadeform#/components/schemas/${schema}` })

function expectShape(schema: string, body: unknown): void {
  ajv.validate(refTo(schema), body)
  expect(ajv.errors ?? []).toEqual([])
}
