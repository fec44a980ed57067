import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import { sshExec } from '../kit/ssh/ssh-client.test-support.ts'
import type { TensorDockEmulatorOptions } from './emulator.ts'
import { HOSTS } from './hosts.ts'
import { startTensorDockEmulator, type StartedTensorDockEmulator } from './start.ts'

const MARKER = 'berth-rent-01jd0000000000000000000000-1'
const key = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const other = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })

const hostOf = (network: 'ports' | 'public') => {
  const host = HOSTS.find(({ ports, hasPublicIp }) =>
    network === 'ports' ? ports.length > 0 && !hasPublicIp : ports.length === 0,
  )
  if (host === undefined) throw new Error(`no host with ${network} only`)
  return host
}
const FORWARDING = hostOf('ports')
const [PORT = 0, SECOND_PORT = 0] = FORWARDING.ports
const NEW = {
  name: MARKER,
  type: 'virtualmachine',
  image: 'ubuntu2404',
  hostnode_id: FORWARDING.id,
  resources: {
    vcpu_count: 8,
    ram_gb: 32,
    storage_gb: 200,
    gpus: { [FORWARDING.gpu.v0Name]: { count: 1 } },
  },
  ssh_key: key.public,
  port_forwards: [{ internal_port: 22, external_port: PORT }],
}

describe('an instance, from create to deleted', () => {
  it('waits in the queue, starts, and is entered as user through a forwarded port', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, create, status } = await setup({ clock, bootMs: 10_000 })
    const { id } = (await create()).body.data
    expect(await status(id)).toBe('queued')
    clock.advance(3_000)
    expect(await status(id)).toBe('starting')
    expect((await call('GET', `/instances/${id}`)).body.ipAddress).toBe('')
    clock.advance(7_000)
    await expect.poll(() => status(id)).toBe('running')
    const { ipAddress: host, portForwards } = (await call('GET', `/instances/${id}`)).body
    expect(portForwards[0].internal_port).toBe(22)
    const door = { host, port: portForwards[0].external_port, username: 'user' }
    const seen = await sshExec({ ...door, privateKey: key.private, command: 'whoami; nvidia-smi -L' })
    expect(seen.stdout).toContain(`user\nGPU 0: ${FORWARDING.gpu.cardName}`)
    await expect(sshExec({ ...door, privateKey: other.private, command: 'true' })).rejects.toThrow(/auth/)
  })

  it('does at its first boot what cloud_init says: root with several keys, and an environment', async () => {
    const { call, create, running } = await setup()
    const { id } = (
      await create({
        cloud_init: {
          write_files: [
            { path: '/opt/keys', content: `${key.public}\n${other.public}\n`, permissions: '0600' },
            { path: '/opt/env', content: 'GREETING=hi\n' },
          ],
          runcmd: [
            'install -D -m 600 /opt/keys /root/.ssh/authorized_keys',
            'cat /opt/env >> /etc/environment',
            'apt-get install -y nginx',
          ],
        },
      })
    ).body.data
    await running(id)
    const { ipAddress: host, portForwards } = (await call('GET', `/instances/${id}`)).body
    const door = { host, port: portForwards[0].external_port, username: 'root' }
    for (const { private: privateKey } of [key, other]) {
      expect((await sshExec({ ...door, privateKey, command: 'echo $GREETING' })).stdout).toBe('hi\n')
    }
  })

  it('bills compute while it runs and its disk for as long as it exists', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, create, running, control } = await setup({ clock, bootMs: 3_600_000 })
    const { id } = (await create()).body.data
    clock.advance(3_600_000)
    await running(id)
    clock.advance(3_600_000)
    expect((await call('POST', `/instances/${id}/stop`)).body.data.attributes.status).toBe(
      'stoppeddisassociated',
    )
    clock.advance(3_600_000)
    await call('DELETE', `/instances/${id}`)
    clock.advance(3_600_000)
    const compute = FORWARDING.gpuMicrosPerHour + 8 * 3_000 + 32 * 2_000
    expect(control.meter.costMicros(id, { kind: 'compute' })).toBe(BigInt(compute))
    expect(control.meter.costMicros(id, { kind: 'disk' })).toBe(3n * 200n * 50n)
    expect((await call('GET', `/instances/${id}`)).status).toBe(404)
    expect(control.meter.aliveNow()).toEqual([])
  })

  it('gives its GPU back when it stops, and may not find it again', async () => {
    const { call, create, running, control } = await setup({ stopMs: 5 })
    const { id } = (await create()).body.data
    await running(id)
    expect((await call('POST', `/instances/${id}/start`)).body).toMatchObject({ status: 400 })
    expect((await call('POST', `/instances/${id}/stop`)).body.data.attributes.status).toBe('stopping')
    await expect.poll(() => control.instances.list()[0]?.status).toBe('stoppeddisassociated')
    control.inventory.set({ hostId: FORWARDING.id, free: 0 })
    expect((await call('POST', `/instances/${id}/start`)).body.error).toMatch(/Not enough GPUs/)
    control.inventory.set({ hostId: FORWARDING.id, free: 1 })
    await call('POST', `/instances/${id}/start`)
    await running(id)
    control.instances.interrupt(id)
    expect((await call('GET', `/instances/${id}`)).body.status).toBe('stoppeddisassociated')
  })
})

describe('answers', () => {
  it('are wrapped or bare as it happens, and the list tells name and status only', async () => {
    const { call, create, control } = await setup()
    const { id } = (await create()).body.data
    const swap = () => control.faults.add({ fault: { kind: 'other_shape' } })
    expect((await call('GET', `/instances/${id}`)).body.id).toBe(id)
    swap()
    expect((await call('GET', `/instances/${id}`)).body.data.id).toBe(id)
    const [listed] = (await call('GET', '/instances')).body.data.instances
    expect(listed).toEqual({ type: 'VM', id, attributes: { name: MARKER, status: expect.any(String) } })
    swap()
    expect((await call('GET', '/instances')).body.data[0]).toMatchObject({ id, name: MARKER })
    swap()
    const forward = [{ internal_port: 22, external_port: SECOND_PORT }]
    expect((await create({ port_forwards: forward })).body).toMatchObject({ status: 'queued', name: MARKER })
  })

  it('count the requests, and refuse above the hundred', async () => {
    const { call } = await setup({ requestsPerMinute: 2 })
    await call('GET', '/instances')
    expect((await call('GET', '/instances')).headers.get('X-RateLimit-Remaining')).toBe('0')
    const third = await call('GET', '/instances')
    expect([third.status, third.headers.get('Retry-After')]).toEqual([429, expect.stringMatching(/^\d+$/)])
  })
})

describe('what it refuses, with 200 and an error', () => {
  it.each([
    ['too small a disk', { resources: { ...NEW.resources, storage_gb: 50 } }, /Minimum storage is 100GB/],
    ['an odd number of cores', { resources: { ...NEW.resources, vcpu_count: 3 } }, /vcpu_count/],
    ['a place and a host', { location_id: FORWARDING.locationId }, /exactly one of location_id/],
    ['no key', { ssh_key: undefined }, /exactly one of ssh_key/],
    ['no way in', { port_forwards: [] }, /useDedicatedIp or port_forwards/],
    ['a port it does not have', { port_forwards: [{ internal_port: 22, external_port: 80 }] }, /Port 80/],
    ['an address it does not have', { useDedicatedIp: true, port_forwards: [] }, /No dedicated IP/],
    ['a host that is none', { hostnode_id: 'x' }, /Hostnode unavailable/],
    [
      'a board it does not have',
      { resources: { ...NEW.resources, gpus: { x: { count: 1 } } } },
      /unavailable/,
    ],
    ['more than it has', { resources: { ...NEW.resources, vcpu_count: 1_000 } }, /unavailable/],
  ])('refuses %s', async (_what, change, words) => {
    const { create, control } = await setup()
    const answer = await create(change)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ error: expect.stringMatching(words), status: expect.any(Number) })
    expect(control.instances.list()).toEqual([])
  })

  it('gives a port to one instance only', async () => {
    const { create, call } = await setup()
    await create()
    expect((await create()).body.error).toMatch(/Port \d+ is not available/)
    const { available_ports } = (await call('GET', `/hostnodes/${FORWARDING.id}`)).body.data
      .available_resources
    expect(available_ports).not.toContain(PORT)
  })
})

describe('the catalog', () => {
  it('lists hosts and places that have something, with prices by part', async () => {
    const { call, control } = await setup()
    const { hostnodes } = (await call('GET', '/hostnodes')).body.data
    expect(hostnodes.length).toBeGreaterThan(9)
    const { locations } = (await call('GET', '/locations')).body.data
    expect(locations).toHaveLength(new Set(HOSTS.map(({ city }) => city)).size)
    control.inventory.set({ hostId: FORWARDING.id, free: 0 })
    const left = (await call('GET', '/hostnodes')).body.data.hostnodes
    expect(left).toHaveLength(hostnodes.length - 1)
    const place = hostOf('public')
    control.inventory.set({ hostId: place.id, free: 8 })
    const found = (await call('GET', `/hostnodes/${place.id}`)).body.data
    expect(found).toMatchObject({
      available_resources: { has_public_ip_available: true, available_ports: [] },
      pricing: { per_vcpu_hr: 0.003, per_gb_ram_hr: 0.002, per_gb_storage_hr: 0.00005 },
    })
    expect((await call('GET', '/hostnodes/nobody')).status).toBe(404)
  })

  it('places by location, too, on a dedicated address', async () => {
    const { call, create, running, control } = await setup()
    const place = hostOf('public')
    control.inventory.set({ hostId: place.id, free: 2 })
    const { id } = (
      await create({
        hostnode_id: undefined,
        location_id: place.locationId,
        useDedicatedIp: true,
        port_forwards: [],
        resources: { ...NEW.resources, gpus: { [place.gpu.v0Name]: { count: 2 } } },
      })
    ).body.data
    await running(id)
    expect((await call('GET', `/instances/${id}`)).body.ipAddress).toMatch(/^127\.0\.0\.1:\d+$/)
  })
})

describe('a restart of the process', () => {
  it('keeps machines with their door and costs, and goes on with a boot', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'tensordock-'))
    dirs.push(stateDir)
    const first = await setup({ stateDir, bootMs: 50 })
    const { id } = (await first.create()).body.data
    await first.running(id)
    const forward = [{ internal_port: 22, external_port: SECOND_PORT }]
    const booting = (await first.create({ port_forwards: forward })).body.data.id
    const before = (await first.call('GET', `/instances/${id}`)).body
    await first.close()

    const second = await setup({ stateDir, bootMs: 50 })
    const after = (await second.call('GET', `/instances/${id}`)).body
    expect(after).toEqual(before)
    const door = { host: after.ipAddress, port: after.portForwards[0].external_port, username: 'user' }
    const seen = await sshExec({ ...door, privateKey: key.private, command: 'hostname' })
    expect(seen.stdout).toBe(`${MARKER}\n`)
    await second.running(booting)
    expect(second.control.meter.aliveNow()).toHaveLength(2)
  })
})

const dirs: string[] = []
const started: StartedTensorDockEmulator[] = []
afterAll(async () => {
  await Promise.all(started.map((emulator) => emulator.close()))
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
})

async function setup(options: TensorDockEmulatorOptions = {}) {
  const emulator = await startTensorDockEmulator(options)
  started.push(emulator)
  const { baseUrl, apiKey, control } = emulator
  control.inventory.set({ hostId: FORWARDING.id, free: 4 })

  async function call(method: string, path: string, body?: unknown) {
    const answer = await fetch(baseUrl + path, {
      method,
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, headers: answer.headers, body: await answer.json() }
  }
  const status = async (id: string): Promise<string> => (await call('GET', `/instances/${id}`)).body.status
  return {
    control,
    async close() {
      started.splice(started.indexOf(emulator), 1)
      await emulator.close()
    },
    call,
    status,
    running: (id: string) => expect.poll(() => status(id)).toBe('running'),
    create: (change: object = {}) =>
      call('POST', '/instances', { data: { type: 'virtualmachine', attributes: { ...NEW, ...change } } }),
  }
}
