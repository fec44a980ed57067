import ssh2 from 'ssh2'
import { afterAll, describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import { sshExec, sshShell } from '../kit/ssh/ssh-client.test-support.ts'
import type { RunPodEmulatorOptions } from './emulator.ts'
import { startRunPodEmulator, type StartedRunPodEmulator } from './start.ts'

const RENTAL = 'rent_01JD0000000000000000000000'
const key = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const stranger = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const NEW_POD = {
  name: `${RENTAL}-1`,
  image: 'runpod/pytorch:1.0.2',
  gpu: { id: 'NVIDIA GeForce RTX 4090', count: 2 },
  ports: ['22/tcp', '8888/http'],
  env: { PUBLIC_KEY: key.public, GREETING: 'hi' },
}

describe('a pod, from create to gone', () => {
  it('boots, is reached by SSH with the key it was given, and shows the GPUs that were sold', async () => {
    const { call, running } = await setup()
    const created = await call('POST', '/pods', NEW_POD)
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({
      status: 'PROVISIONING',
      cost: 1.38,
      runtime: null,
      ssh: { direct: null },
    })

    const pod = await running(created.body.id)
    expect(pod.runtime.ports[0]).toMatchObject({ private: 22, public: pod.ssh.direct.port, type: 'tcp' })
    const query = 'nvidia-smi --query-gpu=name,memory.total,count --format=csv,noheader,nounits'
    const seen = await sshExec({ ...pod.ssh.direct, privateKey: key.private, command: query })
    expect(seen).toEqual({
      code: 0,
      stdout: 'NVIDIA GeForce RTX 4090, 24564, 2\nNVIDIA GeForce RTX 4090, 24564, 2\n',
      stderr: '',
    })
  })

  it('lets nobody in with another key or another name', async () => {
    const { call, running } = await setup()
    const pod = await running((await call('POST', '/pods', NEW_POD)).body.id)
    const command = 'whoami'
    await expect(sshExec({ ...pod.ssh.direct, privateKey: stranger.private, command })).rejects.toThrow(
      /auth/,
    )
    await expect(
      sshExec({ ...pod.ssh.direct, username: 'ubuntu', privateKey: key.private, command }),
    ).rejects.toThrow(/auth/)
  })

  it('offers an interactive shell that echoes, runs and leaves', async () => {
    const { call, running } = await setup()
    const pod = await running((await call('POST', '/pods', NEW_POD)).body.id)
    const said = await sshShell({
      ...pod.ssh.direct,
      privateKey: key.private,
      typed: 'echo $GREETINX\u007FG\rnope\rstty size\rexit\r',
    })
    expect(said).toContain(`root@${pod.id}:~# echo $GREETING`.replace('GREETING', 'GREETINX\b \bG'))
    expect(said).toContain('\r\nhi\r\n')
    expect(said).toContain('nope: command not found')
    expect(said).toContain('\r\n24 80\r\n')
  })

  it('stops at no cost with its door shut, starts again on the same id, and is gone after terminate', async () => {
    const { call, running, control } = await setup()
    const { id } = (await call('POST', '/pods', NEW_POD)).body
    const { ssh } = await running(id)
    const stopped = await call('POST', `/pods/${id}/action`, { action: 'stop' })
    expect(stopped.body).toMatchObject({
      status: 'EXITED',
      cost: 0,
      actions: ['start', 'terminate'],
      runtime: null,
    })
    await expect(sshExec({ ...ssh.direct, privateKey: key.private, command: 'date' })).rejects.toThrow(
      /ECONNREFUSED/,
    )

    const refused = await call('POST', `/pods/${id}/action`, { action: 'restart' })
    expect(refused).toMatchObject({
      status: 409,
      body: { title: 'Conflict', actions: ['start', 'terminate'] },
    })

    await call('POST', `/pods/${id}/action`, { action: 'start' })
    await running(id)
    expect((await call('DELETE', `/pods/${id}`)).status).toBe(204)
    expect((await call('GET', `/pods/${id}`)).status).toBe(404)
    expect((await call('GET', '/pods')).body).toEqual({ pods: [] })
    expect(control.meter.aliveNow()).toEqual([])
  })

  it('is not reachable without 22/tcp among its ports', async () => {
    const { call, running } = await setup()
    const pod = await running((await call('POST', '/pods', { ...NEW_POD, ports: ['8888/http'] })).body.id)
    expect(pod.ssh.direct).toBeNull()
  })
})

describe('the meter', () => {
  it('counts whole seconds from placement to stop, by rental, and reads out as billing', async () => {
    const clock = createClock({ frozenAtMs: Date.UTC(2026, 5, 1, 12) })
    const { call, control, until } = await setup({ clock, bootMs: 5000 })
    const { id } = (await call('POST', '/pods', NEW_POD)).body
    clock.advance(5000)
    await until(async () => (await call('GET', `/pods/${id}`)).body.status === 'RUNNING')
    clock.advance(3_594_999)
    await call('POST', `/pods/${id}/action`, { action: 'stop' })
    clock.advance(3_600_000)

    const cost = (1_380_000n * 3599n) / 3600n
    expect(control.meter.costMicros(id)).toBe(cost)
    expect(control.meter.rentals()).toMatchObject([
      { rental: RENTAL, everAlive: 1, aliveNow: 1, maxAliveAtOnce: 1, costMicros: cost },
    ])
    const billing = await call('GET', `/billing/pods?bucketSize=hour&lastN=3&podId=${id}`)
    expect(billing.body.records).toHaveLength(1)
    expect(billing.body.metadata.totals).toMatchObject({ totalAmount: Number(cost) / 1e6, diskAmount: 0 })
  })

  it('sees two pods of one rental alive at once, and a replacement as one after the other', async () => {
    const { call, control } = await setup()
    const first = await call('POST', '/pods', NEW_POD)
    await call('POST', '/pods', { ...NEW_POD, name: `${RENTAL}-2` })
    expect(control.meter.rentals()[0]).toMatchObject({ everAlive: 2, maxAliveAtOnce: 2 })

    const other = await setup()
    const { id } = (await other.call('POST', '/pods', NEW_POD)).body
    await other.call('DELETE', `/pods/${id}`)
    await other.call('POST', '/pods', { ...NEW_POD, name: `${RENTAL}-2` })
    expect(other.control.meter.rentals()[0]).toMatchObject({ everAlive: 2, maxAliveAtOnce: 1 })
    expect(first.status).toBe(201)
  })
})

describe('what it refuses', () => {
  it('asks for a key', async () => {
    const { baseUrl } = await setup()
    const answer = await fetch(`${baseUrl}/pods`, { headers: { Authorization: 'Bearer wrong' } })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('Content-Type')).toContain('application/problem+json')
  })

  it.each([
    ['an unknown field', { bid: 1 }, 422, /Unrecognized key/],
    ['an empty name', { name: '' }, 422, /name/],
    ['both gpu and cpu', { cpu: { id: 'cpu3c', vcpuCount: 2 } }, 400, /exactly one of gpu or cpu/],
    ['an unknown template', { templateId: 'x' }, 404, /template/],
    [
      'more GPUs than a machine has',
      { gpu: { id: NEW_POD.gpu.id, count: 16 } },
      400,
      /no longer any instances/,
    ],
  ])('refuses %s', async (_what, change, status, words) => {
    const { call, control } = await setup()
    const answer = await call('POST', '/pods', { ...NEW_POD, ...change })
    expect(answer.status).toBe(status)
    expect(JSON.stringify(answer.body)).toMatch(words)
    expect(control.instances.list()).toEqual([])
  })

  it('runs out of stock, and says so by prose only; the catalog agrees', async () => {
    const { call, control } = await setup()
    control.inventory.set({ gpuId: NEW_POD.gpu.id, free: 0 })
    control.inventory.set({ gpuId: NEW_POD.gpu.id, dataCenterId: 'EU-RO-1', cloud: 'SECURE', free: 3 })
    const catalog = await call('GET', '/catalog/gpus?include=AVAILABILITY&product=POD&count=2')
    const gpu = catalog.body.gpus.find(({ id }: { id: string }) => id === NEW_POD.gpu.id)
    expect(gpu.dataCenters).toEqual([{ id: 'EU-RO-1', name: 'EU Romania 1', availability: 'LOW' }])
    expect((await call('POST', '/pods', NEW_POD)).body.dataCenterId).toBe('EU-RO-1')
    control.inventory.set({ gpuId: NEW_POD.gpu.id, free: 0 })
    expect((await call('POST', '/pods', NEW_POD)).status).toBe(400)
  })

  it('counts requests and tells when to come back', async () => {
    const { call } = await setup({ rateLimits: { minute: 2, hour: 100, day: 100 } })
    await call('GET', '/pods')
    const second = await call('GET', '/pods')
    expect(second.headers.get('RateLimit')).toMatch(/^"minute";r=0;t=\d+, "hour";r=98/)
    const third = await call('GET', '/pods')
    expect(third.status).toBe(429)
    expect(Number(third.headers.get('Retry-After'))).toBeGreaterThan(0)
  })
})

const started: StartedRunPodEmulator[] = []
afterAll(async () => {
  await Promise.all(started.map((emulator) => emulator.close()))
})

async function setup(options: RunPodEmulatorOptions = {}) {
  const emulator = await startRunPodEmulator(options)
  started.push(emulator)
  const { baseUrl, apiKey, control } = emulator

  async function call(method: string, path: string, body?: unknown) {
    const answer = await fetch(baseUrl + path, {
      method,
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) }
  }

  async function until(done: () => Promise<boolean>): Promise<void> {
    await expect.poll(done, { interval: 5, timeout: 2000 }).toBe(true)
  }

  async function running(id: string) {
    await until(async () => (await call('GET', `/pods/${id}`)).body.status === 'RUNNING')
    return (await call('GET', `/pods/${id}`)).body
  }

  return { baseUrl, control, call, until, running }
}
