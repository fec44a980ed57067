import ssh2 from 'ssh2'
import { afterAll, describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import { sshExec } from '../kit/ssh/ssh-client.test-support.ts'
import { INSTANCE_TYPES } from './instance-types.ts'
import { setup as start, closeAll, NEW_INSTANCE, NO_SUCH } from './emulator.test-support.ts'

const registered = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const injected = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const stranger = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const USER_DATA = `#cloud-config\n${JSON.stringify({
  ssh_authorized_keys: [injected.public],
  write_files: [{ path: '/etc/environment', append: true, content: 'GREETING=hi\n' }],
})}`

const setup = (options: Parameters<typeof start>[0] = {}) =>
  start({ publicKey: registered.public, ...options })

afterAll(closeAll)

describe('an instance, from launch to gone', () => {
  it('boots without an address, then is reached as ubuntu with the registered key and those of cloud-init', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { launch, get, active } = await setup({ clock, bootMs: 5000 })
    const id = await launch({ user_data: USER_DATA })
    expect((await get(id)).body.data).toMatchObject({ status: 'booting', name: NEW_INSTANCE.name })
    expect((await get(id)).body.data.ip).toBeUndefined()
    clock.advance(5000)
    const door = await active(id)
    const asked = 'echo $GREETING && nvidia-smi --query-gpu=name,memory.total --format=csv,noheader,nounits'
    for (const { private: privateKey } of [registered, injected]) {
      expect(await sshExec({ ...door, privateKey, command: asked })).toMatchObject({
        code: 0,
        stdout: 'hi\nNVIDIA A10, 23028\n',
      })
    }
    await expect(sshExec({ ...door, privateKey: stranger.private, command: 'true' })).rejects.toThrow(/auth/)
    await expect(
      sshExec({ ...door, username: 'root', privateKey: injected.private, command: 'true' }),
    ).rejects.toThrow(/auth/)
  })

  it('boots on user data that it can not read, without what it asked for', async () => {
    const { launch, active } = await setup()
    const door = await active(await launch({ user_data: '#!/bin/sh\nreboot' }))
    expect(
      (await sshExec({ ...door, privateKey: registered.private, command: 'echo x$GREETING' })).stdout,
    ).toBe('x\n')
  })

  it('is terminating, then terminated for a while, then 404; all or none of a call', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, launch, get, control } = await setup({ clock, teardownMs: 2000, lingerMs: 60_000 })
    const id = await launch()
    const refused = await call('POST', '/instance-operations/terminate', { instance_ids: [id, 'ghost'] })
    expect([refused.status, refused.body]).toEqual([404, NO_SUCH])
    const ended = await call('POST', '/instance-operations/terminate', { instance_ids: [id] })
    expect(ended.body.data.terminated_instances).toMatchObject([{ id, status: 'terminating' }])
    expect(control.meter.aliveNow()).toEqual([])
    clock.advance(2000)
    expect((await get(id)).body.data.status).toBe('terminated')
    clock.advance(60_000)
    expect((await get(id)).status).toBe(404)
    expect((await call('GET', '/instances')).body).toEqual({ data: [] })
  })

  it('is renamed and restarted', async () => {
    const { call, launch, active, get } = await setup()
    const id = await launch()
    await active(id)
    expect((await call('POST', `/instances/${id}`, { name: 'other' })).body.data.name).toBe('other')
    const again = await call('POST', '/instance-operations/restart', { instance_ids: [id] })
    expect(again.body.data.restarted_instances).toMatchObject([{ id, status: 'booting' }])
    await active(id)
    expect((await get(id)).body.data.name).toBe('other')
  })
})

describe('the meter', () => {
  it('starts when the health checks pass, ends at the terminate order, and bills whole minutes', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, launch, active, control } = await setup({ clock, bootMs: 300_000 })
    const id = await launch()
    clock.advance(300_000)
    await active(id)
    expect(control.meter.costMicros(id)).toBe(0n)
    clock.advance(61_000)
    await call('POST', '/instance-operations/terminate', { instance_ids: [id] })
    clock.advance(3_600_000)
    expect(control.meter.costMicros(id)).toBe((860_000n * 120n) / 3600n)
  })
})

describe('the catalog', () => {
  it('sells ten to twenty-five places, the same in every run, and lists types without any', async () => {
    const { call } = await setup()
    const other = await setup()
    const { data } = (await call('GET', '/instance-types')).body
    expect(data).toEqual((await other.call('GET', '/instance-types')).body.data)
    const types: { regions_with_capacity_available: unknown[] }[] = Object.values(data)
    const places = types.flatMap((type) => type.regions_with_capacity_available)
    expect(types).toHaveLength(INSTANCE_TYPES.length)
    expect(types.some((type) => type.regions_with_capacity_available.length === 0)).toBe(true)
    expect(places.length).toBeGreaterThanOrEqual(10)
    expect(places.length).toBeLessThanOrEqual(25)
  })

  it('flaps with time, obeys orders, and takes off what runs', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, launch, control } = await setup({ clock, churn: true })
    const regions = async (type = NEW_INSTANCE.instance_type_name): Promise<string[]> =>
      (await call('GET', '/instance-types')).body.data[type].regions_with_capacity_available.map(
        ({ name }: { name: string }) => name,
      )
    const before = control.inventory.list()
    clock.advance(600_000)
    expect(control.inventory.list()).not.toEqual(before)
    control.inventory.set({ instanceType: 'gpu_1x_a10', free: 0 })
    expect(await regions()).toEqual([])
    control.inventory.set({ instanceType: 'gpu_1x_a10', region: 'us-west-1', free: 1 })
    expect(await regions()).toEqual(['us-west-1'])
    control.inventory.set({ instanceType: 'gpu_1x_a10', free: null })
    const [region] = await regions()
    const free = (): number | undefined =>
      control.inventory.list().find((shelf) => shelf.instanceType === 'gpu_1x_a10' && shelf.region === region)
        ?.free
    const had = free()
    await launch({ region_name: region })
    expect(free() ?? 0).toBe((had ?? 0) - 1)
  })
})

describe('what it refuses', () => {
  it('asks for a key, as Bearer or Basic', async () => {
    const { baseUrl, apiKey } = await setup()
    const status = async (authorization: string) =>
      (await fetch(`${baseUrl}/instances`, { headers: { authorization } })).status
    expect(await status('Bearer wrong')).toBe(401)
    expect(await status('Digest x')).toBe(401)
    expect(await status(`Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`)).toBe(200)
  })

  it.each([
    ['two SSH keys', { ssh_key_names: ['berth', 'berth'] }, 400, 'global/invalid-parameters'],
    ['no such key', { ssh_key_names: ['nobody'] }, 404, 'global/object-does-not-exist'],
    ['no such type', { instance_type_name: 'gpu_9x' }, 404, 'global/object-does-not-exist'],
    ['no such region', { region_name: 'moon-1' }, 404, 'global/object-does-not-exist'],
    ['a file system', { file_system_names: ['fs'] }, 404, 'global/object-does-not-exist'],
    ['a long name', { name: 'x'.repeat(65) }, 400, 'global/invalid-parameters'],
    ['too much user data', { user_data: 'x'.repeat(1_048_577) }, 400, 'global/invalid-parameters'],
  ])('refuses %s', async (_what, change, status, code) => {
    const { call, control } = await setup()
    const answer = await call('POST', '/instance-operations/launch', { ...NEW_INSTANCE, ...change })
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
    expect(control.instances.list()).toEqual([])
  })

  it('keeps SSH keys by unique names, makes pairs on request, and forgets them', async () => {
    const { call } = await setup()
    const twice = await call('POST', '/ssh-keys', { name: 'berth', public_key: injected.public })
    expect([twice.status, twice.body.error.code]).toEqual([400, 'global/duplicate'])
    expect((await call('POST', '/ssh-keys', { name: 'bad', public_key: 'x' })).status).toBe(400)
    const made = (await call('POST', '/ssh-keys', { name: 'made' })).body.data
    expect(made.private_key).toContain('PRIVATE KEY')
    expect((await call('DELETE', `/ssh-keys/${made.id}`)).body).toEqual({ data: {} })
    expect((await call('DELETE', `/ssh-keys/${made.id}`)).status).toBe(400)
    expect((await call('GET', '/ssh-keys')).body.data).toMatchObject([{ name: 'berth' }])
  })

  it('answers 429 to a second launch too soon and to too many requests, without Retry-After', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const rateLimits = { requestsPerTenSeconds: 5, launchIntervalMs: 10_000 }
    const { call, launch } = await setup({ clock, rateLimits })
    await launch()
    const soon = await call('POST', '/instance-operations/launch', NEW_INSTANCE)
    expect([soon.status, soon.headers.get('Retry-After')]).toEqual([429, null])
    for (let i = 0; i < 4; i += 1) expect((await call('GET', '/instances')).status).toBe(200)
    expect((await call('GET', '/instances')).status).toBe(429)
    clock.advance(10_000)
    await launch()
  })
})
