import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import { sshExec } from '../kit/ssh/ssh-client.test-support.ts'
import type { VerdaEmulatorOptions } from './emulator.ts'
import { startVerdaEmulator, type StartedVerdaEmulator } from './start.ts'

const MARKER = 'berth-rent-01jd0000000000000000000000-1'
const key = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const stranger = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const NEW = {
  instance_type: '1V100.6V',
  image: 'ubuntu-22.04-cuda-12.0-docker',
  hostname: MARKER,
  description: MARKER,
  ssh_key_ids: [],
  location_code: 'FIN-01',
}
const DATA_VOLUME = { name: 'data', size: 730, type: 'NVMe' }

describe('tokens', () => {
  it('are needed, last an hour of the emulated clock, and can be renewed', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, token } = await setup({ clock })
    const first = await token({ grant_type: 'client_credentials' })
    expect(first.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'cloud-api-v1' })
    const bearer = first.body.access_token
    expect((await call('GET', '/instances', undefined, bearer)).status).toBe(200)
    clock.advance(3_600_000)
    expect(await call('GET', '/instances', undefined, bearer)).toMatchObject({
      status: 401,
      body: { code: 'unauthorized_request' },
    })
    const refresh = { grant_type: 'refresh_token', refresh_token: first.body.refresh_token }
    const renewed = (await token(refresh)).body.access_token
    expect((await call('GET', '/instances', undefined, renewed)).status).toBe(200)
    expect((await token(refresh)).status).toBe(401)
  })

  it('are not given for a wrong secret', async () => {
    const { token } = await setup()
    expect((await token({ grant_type: 'client_credentials', client_secret: 'guess' })).status).toBe(401)
    expect((await token({ grant_type: 'password' })).status).toBe(400)
  })
})

describe('an instance, from create to discontinued', () => {
  it('answers its id as plain text, boots word by word, and lets in who holds a registered key', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, create, status, register } = await setup({ clock, bootMs: 10_000 })
    const id = await create({
      ssh_key_ids: [await register('/ssh-keys', { name: 'k', key: key.public })],
      startup_script_id: await register('/scripts', {
        name: 's',
        script: '#!/bin/bash\ncat >> /etc/environment <<\'END\'\nGREETING="hi"\nEND\n',
      }),
    })
    const words: string[] = [await status(id)]
    expect((await call('GET', `/instances/${id}`)).body.ip).toBeNull()
    for (const ms of [2_000, 7_000]) {
      clock.advance(ms)
      words.push(await status(id))
    }
    expect(words).toEqual(['ordered', 'provisioning', 'validating'])
    clock.advance(1_000)
    await expect.poll(() => status(id)).toBe('running')
    const { ip } = (await call('GET', `/instances/${id}`)).body
    const [host, port] = String(ip).split(':')
    const door = { host: String(host), port: Number(port), username: 'root' }
    const command = 'echo $GREETING; nvidia-smi --query-gpu=name,memory.total --format=csv,noheader'
    const seen = await sshExec({ ...door, privateKey: key.private, command })
    expect(seen.stdout).toBe('hi\nTesla V100-SXM2-16GB, 16384 MiB\n')
    await expect(sshExec({ ...door, privateKey: stranger.private, command })).rejects.toThrow(/auth/)
  })

  it('can not be deleted while it is provisioned, nor twice', async () => {
    const { create, act, call, running, control } = await setup({ bootMs: 1_000, lingerMs: 60_000 })
    const id = await create()
    expect((await act('delete', id)).body).toMatchObject({
      message: "Can't discontinue a provisioning instance",
    })
    await running(id)
    expect(await act('delete', id)).toMatchObject({
      status: 202,
      body: [{ action: 'delete', instanceId: id, status: 'success' }],
    })
    expect((await call('GET', `/instances/${id}`)).body.status).toBe('discontinued')
    expect((await act('delete', id)).body.message).toBe("Can't discontinue a discontinued instance")
    expect(control.meter.aliveNow()).toEqual([])
  })

  it('tells a mixed outcome in a 207, and an unknown id two ways', async () => {
    const { create, act, call, running } = await setup()
    const id = await create()
    await running(id)
    expect(await act('delete', [id, 'nobody'])).toMatchObject({
      status: 207,
      body: [
        { instanceId: id, status: 'success' },
        { instanceId: 'nobody', status: 'error', error: 'Invalid instance id', statusCode: 400 },
      ],
    })
    expect((await act('delete', 'nobody')).status).toBe(400)
    expect((await call('GET', '/instances/nobody')).status).toBe(400)
    expect((await call('GET', `/instances/${id}`)).status).toBe(404)
  })

  it('bills from running to delete, offline too, and its volume from the first moment', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { create, act, running, control } = await setup({ clock, bootMs: 3_600_000 })
    const id = await create({ os_volume: { name: 'os', size: 73 } })
    clock.advance(3_600_000)
    await running(id)
    await act('shutdown', id)
    expect(control.instances.list()[0]?.status).toBe('offline')
    clock.advance(3_600_000)
    await act('delete', id)
    clock.advance(3_600_000)
    expect(control.meter.costMicros(id, { kind: 'gpu' })).toBe(140_000n)
    expect(control.meter.costMicros(id, { kind: 'disk' })).toBe(2n * 20_000n)
  })

  it('starts again after a shutdown, and refuses what does not fit its status', async () => {
    const { create, act, running } = await setup()
    const id = await create()
    await running(id)
    expect((await act('start', id)).status).toBe(400)
    await act('shutdown', id)
    expect((await act('shutdown', id)).body.message).toBe("Can't shut down an instance that is offline")
    await act('start', id)
    await running(id)
    expect((await act('explode', id)).status).toBe(400)
  })
})

describe('volumes', () => {
  it.each([
    ['nobody says which', undefined, ['data']],
    ['none is named', [], [`${MARKER}-os`, 'data']],
  ])('stay and go on billing where %s', async (_when, volume_ids, kept) => {
    const clock = createClock({ frozenAtMs: 0 })
    const { create, act, call, running, control } = await setup({ clock })
    const id = await create({ volumes: [DATA_VOLUME] })
    await running(id)
    await act('delete', id, { volume_ids })
    const left = control.volumes.detached()
    expect(left.map(({ name }) => name).sort()).toEqual(kept)
    clock.advance(3_600_000)
    const data = left.find(({ name }) => name === 'data')
    expect(control.meter.costMicros(data?.id ?? '')).toBe(200_000n)
    expect((await call('GET', '/volumes')).body).toHaveLength(kept.length)
    expect(control.meter.rentals().find(({ rental }) => rental.startsWith('rent'))?.aliveNow).toBe(0)
  })

  it('go when they are named, and follow their own policy when a spot machine is taken back', async () => {
    const { create, act, call, running, control } = await setup()
    const id = await create({ volumes: [DATA_VOLUME] })
    await running(id)
    const { volume_ids } = (await call('GET', `/instances/${id}`)).body
    await act('delete', id, { volume_ids, delete_permanently: true })
    expect(control.meter.aliveNow()).toEqual([])
    const gone = { on_spot_discontinue: 'delete_permanently' }
    const spot = await create({
      is_spot: true,
      contract: 'SPOT',
      os_volume: { name: 'os', size: 50, ...gone },
      volumes: [DATA_VOLUME],
    })
    await running(spot)
    control.instances.interrupt(spot)
    expect(control.volumes.detached().map(({ name }) => name)).toEqual(['data'])
  })
})

describe('what it refuses', () => {
  it.each([
    ['an unknown type', { instance_type: '9X' }, 400, /instance type/],
    ['an image too new for the board', { image: 'ubuntu-24.04' }, 400, /Operating system is not valid/],
    ['an unknown key', { ssh_key_ids: ['x'] }, 400, /ssh key/],
    ['an unknown script', { startup_script_id: 'x' }, 400, /script/],
    ['an unknown place', { location_code: 'MOON-1' }, 400, /location/],
    ['no description', { description: undefined }, 400, /description/],
    ['a host name that is none', { hostname: 'a b' }, 400, /host name/],
    ['a contract that contradicts itself', { contract: 'SPOT' }, 400, /agree/],
  ])('refuses %s', async (_what, change, status, words) => {
    const { call, control } = await setup()
    const answer = await call('POST', '/instances', { ...NEW, ...change })
    expect([answer.status, answer.body.code]).toEqual([status, 'invalid_request'])
    expect(answer.body.message).toMatch(words)
    expect(control.instances.list()).toEqual([])
  })

  it('has no more than it lists, and says so in prose', async () => {
    const { call, control } = await setup()
    control.inventory.set({ instanceType: NEW.instance_type, free: 0 })
    control.inventory.set({ instanceType: NEW.instance_type, location: 'ICE-01', isSpot: false, free: 1 })
    const lists = async (query: string) => (await call('GET', `/instance-availability${query}`)).body
    const found = (await lists('')).filter(({ availabilities }: { availabilities: string[] }) =>
      availabilities.includes(NEW.instance_type),
    )
    expect(found.map((place: { location_code: string }) => place.location_code)).toEqual(['ICE-01'])
    expect(await lists('/1V100.6V')).toBe(true)
    expect(await lists('/1V100.6V?is_spot=true')).toBe(false)
    expect(await call('POST', '/instances', NEW)).toMatchObject({
      status: 503,
      body: { code: 'service_unavailable', message: expect.stringContaining('Not enough resources') },
    })
    expect((await call('POST', '/instances', { ...NEW, location_code: 'ICE-01' })).status).toBe(202)
  })

  it('shows a boot that fails, or finds nothing, and lack of funds', async () => {
    const { create, call, status, control } = await setup()
    control.faults.add({ fault: { kind: 'boot_error' } })
    const broken = await create()
    await expect.poll(() => status(broken)).toBe('error')
    control.faults.add({ fault: { kind: 'boot_no_capacity' } })
    const nowhere = await create()
    await expect.poll(() => status(nowhere)).toBe('no_capacity')
    control.faults.add({ fault: { kind: 'insufficient_funds' } })
    expect((await call('POST', '/instances', NEW)).body.code).toBe('insufficient_funds')
  })
})

describe('the catalog', () => {
  it('sells a market of some size, with prices as text and the memory of all boards together', async () => {
    const { call, control } = await setup()
    const types = (await call('GET', '/instance-types?currency=usd')).body
    expect(
      types.find((type: { instance_type: string }) => type.instance_type === '8H100.80S.176V'),
    ).toMatchObject({
      price_per_hour: '18.32',
      spot_price: '6.40',
      gpu_memory: { size_in_gigabytes: 640 },
      name: 'H100 SXM5 80GB',
    })
    expect(control.inventory.list().length).toBeGreaterThan(15)
    expect((await call('GET', '/locations')).body).toContainEqual({
      code: 'ICE-01',
      name: 'Iceland 1',
      country_code: 'IS',
    })
  })
})

describe('a restart of the process', () => {
  it('keeps machines with their door and costs, keys, scripts and volumes that were left', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'verda-'))
    dirs.push(stateDir)
    const first = await setup({ stateDir })
    const keyId = await first.register('/ssh-keys', { name: 'k', key: key.public })
    await first.register('/scripts', { name: 's', script: 'true' })
    const id = await first.create({ ssh_key_ids: [keyId] })
    const left = await first.create({ volumes: [DATA_VOLUME] })
    await first.running(id)
    await first.running(left)
    await first.act('delete', left)
    const before = (await first.call('GET', `/instances/${id}`)).body
    await first.close()

    const second = await setup({ stateDir })
    const after = (await second.call('GET', `/instances/${id}`)).body
    expect(after).toEqual(before)
    const [host, port] = String(after.ip).split(':')
    const door = { host: String(host), port: Number(port), username: 'root', privateKey: key.private }
    expect((await sshExec({ ...door, command: 'hostname' })).stdout).toBe(`${MARKER}\n`)
    expect(second.control.meter.aliveNow()).toHaveLength(2)
    expect(second.control.volumes.detached().map(({ name }) => name)).toEqual(['data'])
    expect([second.control.sshKeys.list().length, second.control.scripts.list().length]).toEqual([1, 1])
  })

  it('goes on with a boot that it interrupted', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'verda-'))
    dirs.push(stateDir)
    const first = await setup({ stateDir, bootMs: 300 })
    const id = await first.create()
    await first.close()
    const second = await setup({ stateDir, bootMs: 300 })
    await expect.poll(() => second.status(id)).toBe('running')
  })
})

const dirs: string[] = []
const started: StartedVerdaEmulator[] = []
afterAll(async () => {
  await Promise.all(started.map((emulator) => emulator.close()))
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
})

async function setup(options: VerdaEmulatorOptions = {}) {
  const emulator = await startVerdaEmulator(options)
  started.push(emulator)
  const { baseUrl, credentials, control } = emulator
  control.inventory.set({ instanceType: NEW.instance_type, free: 5 })

  async function send(method: string, path: string, body: unknown, bearer: string) {
    const answer = await fetch(baseUrl + path, {
      method,
      headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: /^([[{]|true|false)/.test(text) ? JSON.parse(text) : text }
  }
  const token = (body: object) =>
    send(
      'POST',
      '/oauth2/token',
      { client_id: credentials.clientId, client_secret: credentials.clientSecret, ...body },
      '',
    )
  const freshToken = async (): Promise<string> =>
    (await token({ grant_type: 'client_credentials' })).body.access_token
  const call = async (method: string, path: string, body?: unknown, as?: string) =>
    send(method, path, body, as ?? (await freshToken()))
  const status = async (id: string): Promise<string> => (await call('GET', `/instances/${id}`)).body.status
  return {
    control,
    async close() {
      started.splice(started.indexOf(emulator), 1)
      await emulator.close()
    },
    call,
    token,
    status,
    running: (id: string) => expect.poll(() => status(id)).toBe('running'),
    create: async (change: object = {}): Promise<string> =>
      (await call('POST', '/instances', { ...NEW, ...change })).body,
    act: (action: string, id: string | string[], more: object = {}) =>
      call('PUT', '/instances', { action, id, ...more }),
    register: async (path: string, body: object): Promise<string> => (await call('POST', path, body)).body,
  }
}
