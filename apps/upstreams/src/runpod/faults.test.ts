import { afterAll, describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import type { RunPodEmulatorOptions } from './emulator.ts'
import { startRunPodEmulator, type StartedRunPodEmulator } from './start.ts'

const NEW_POD = {
  name: 'rent_01JD0000000000000000000000-1',
  image: 'x',
  gpu: { id: 'NVIDIA L40S', count: 1 },
}
const CREATE = { method: 'POST', path: '^/v2/pods$' }

describe('faults of any HTTP service', () => {
  it('fails before the work is done, so often as ordered and no more', async () => {
    const { call, control } = await setup()
    control.faults.add({
      match: CREATE,
      times: 2,
      fault: { kind: 'status', status: 503, headers: { 'X-Why': 'order' } },
    })
    expect(await call('POST', '/pods', NEW_POD)).toMatchObject({
      status: 503,
      body: { title: 'Service Unavailable' },
    })
    expect((await call('GET', '/pods')).body).toEqual({ pods: [] })
    expect((await call('POST', '/pods', NEW_POD)).status).toBe(503)
    expect((await call('POST', '/pods', NEW_POD)).status).toBe(201)
    expect(control.faults.list()).toEqual([])
  })

  it('does the work and then answers 500, or cuts the connection without a word', async () => {
    const { call, control } = await setup()
    control.faults.add({ match: CREATE, fault: { kind: 'after_effect_status', status: 500 } })
    expect((await call('POST', '/pods', NEW_POD)).status).toBe(500)
    control.faults.add({ match: CREATE, fault: { kind: 'cut_after_effect' } })
    await expect(call('POST', '/pods', NEW_POD)).rejects.toThrow('fetch failed')
    expect(control.instances.list()).toHaveLength(2)
  })

  it('cuts the connection before the work is done', async () => {
    const { call, control } = await setup()
    control.faults.add({ match: CREATE, fault: { kind: 'cut' } })
    await expect(call('POST', '/pods', NEW_POD)).rejects.toThrow('fetch failed')
    expect(control.instances.list()).toEqual([])
  })

  it('hangs until the caller gives up, and delays by the clock', async () => {
    const { call, control } = await setup()
    control.faults.add({ fault: { kind: 'hang' } })
    const giveUp = new AbortController()
    const hanging = call('GET', '/pods', undefined, giveUp.signal).catch((error: unknown) => error)
    await expect.poll(() => control.faults.list()).toEqual([])
    giveUp.abort()
    expect(await hanging).toMatchObject({ name: 'AbortError' })
    control.faults.add({ fault: { kind: 'delay', ms: 60_000 } })
    const answer = call('GET', '/pods')
    await expect.poll(() => control.faults.list()).toEqual([])
    control.clock.advance(60_000)
    expect((await answer).status).toBe(200)
  })

  it('answers 401 and 429, with Retry-After only when ordered', async () => {
    const { call, control } = await setup()
    control.faults.add({ fault: { kind: 'unauthorized' } })
    expect((await call('GET', '/pods')).status).toBe(401)
    control.faults.add({ fault: { kind: 'rate_limited', retryAfterSeconds: 7 } })
    expect((await call('GET', '/pods')).headers.get('Retry-After')).toBe('7')
    control.faults.add({ fault: { kind: 'rate_limited' } })
    const bare = await call('GET', '/pods')
    expect([bare.status, bare.headers.get('Retry-After')]).toEqual([429, null])
  })

  it('keeps every request it served, so a test can count them', async () => {
    const { call, control } = await setup()
    control.faults.add({ match: CREATE, fault: { kind: 'cut' } })
    await call('POST', '/pods', NEW_POD).catch(() => null)
    await call('POST', '/pods', NEW_POD)
    await expect.poll(() => control.requests.list().map(({ status }) => status)).toEqual([null, 201])
    expect(control.requests.list()[1]).toMatchObject({ method: 'POST', path: '/v2/pods', body: NEW_POD })
    expect(control.requests.count('POST', /pods$/)).toBe(2)
  })
})

describe('faults only this cloud shows', () => {
  it.each([
    ['no_capacity', 400, /no longer any instances/],
    ['insufficient_balance', 402, /balance/],
    ['forbidden', 403, /denied/],
  ] as const)('refuses a create with %s', async (kind, status, words) => {
    const { call, control } = await setup()
    control.faults.add({ fault: { kind } })
    expect((await call('GET', '/pods')).status).toBe(200)
    const answer = await call('POST', '/pods', NEW_POD)
    expect(answer.status).toBe(status)
    expect(answer.body.detail).toMatch(words)
  })

  it('says RUNNING for ever without a runtime or an address', async () => {
    const { call, control, status } = await setup()
    control.faults.add({ fault: { kind: 'running_without_runtime' } })
    const { id } = (await call('POST', '/pods', { ...NEW_POD, ports: ['22/tcp'] })).body
    await expect.poll(() => status(id)).toBe('RUNNING')
    expect((await call('GET', `/pods/${id}`)).body).toMatchObject({
      runtime: null,
      ssh: { direct: null },
      cost: 0.86,
    })
  })

  it('stays in PROVISIONING, or ends its boot in ERROR', async () => {
    const { call, control, status } = await setup()
    control.faults.add({ fault: { kind: 'boot_error' } })
    const broken = (await call('POST', '/pods', NEW_POD)).body.id
    await expect.poll(() => status(broken)).toBe('ERROR')
    control.faults.add({ fault: { kind: 'stuck_provisioning' } })
    const stuck = (await call('POST', '/pods', NEW_POD)).body.id
    control.clock.advance(3_600_000)
    expect(await status(stuck)).toBe('PROVISIONING')
  })

  it('hides a new id for a while, then shows it', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, control } = await setup({ clock })
    control.faults.add({ fault: { kind: 'invisible', ms: 3000 } })
    const { id } = (await call('POST', '/pods', NEW_POD)).body
    expect((await call('GET', `/pods/${id}`)).status).toBe(404)
    expect((await call('GET', '/pods')).body.pods).toEqual([])
    clock.advance(3000)
    expect((await call('GET', '/pods')).body.pods).toMatchObject([{ id }])
  })

  it('finds no free GPU when a stopped pod starts', async () => {
    const { call, control } = await setup()
    const { id } = (await call('POST', '/pods', NEW_POD)).body
    await call('POST', `/pods/${id}/action`, { action: 'stop' })
    control.faults.add({ fault: { kind: 'no_capacity_on_start' } })
    const answer = await call('POST', `/pods/${id}/action`, { action: 'start' })
    expect(answer).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('not enough free GPUs') },
    })
  })

  it('lets a terminated pod linger, says unknown words, and loses pods from outside', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, control, status } = await setup({ clock })
    const { id } = (await call('POST', '/pods', NEW_POD)).body
    expect(control.instances.setStatus(id, 'MIGRATING')).toBe(true)
    expect((await call('GET', `/pods/${id}`)).body).toMatchObject({ status: 'MIGRATING', actions: [] })
    expect(control.instances.interrupt(id)).toBe(true)
    expect(await status(id)).toBe('EXITED')
    control.faults.add({ fault: { kind: 'lingering', ms: 1000 } })
    await call('DELETE', `/pods/${id}`)
    expect(await status(id)).toBe('TERMINATED')
    expect(control.meter.aliveNow()).toEqual([])
    clock.advance(1000)
    expect((await call('GET', `/pods/${id}`)).status).toBe(404)
    expect(control.instances.kill(id)).toBe(false)
  })
})

describe('logs', () => {
  it('stream as server-sent events and resume after the last one seen', async () => {
    const { call, control, baseUrl, apiKey, status } = await setup()
    const { id } = (await call('POST', '/pods', NEW_POD)).body
    await expect.poll(() => status(id)).toBe('RUNNING')
    const follow = async (lastEventId = '') =>
      await fetch(`${baseUrl}/pods/${id}/logs?source=container`, {
        headers: { Authorization: `Bearer ${apiKey}`, 'Last-Event-ID': lastEventId },
      })
    control.instances.print(id, 'epoch 1')
    const first = await follow()
    control.instances.print(id, 'epoch 2')
    const seen = control.instances.list()[0]?.logs.find(({ line }) => line === 'epoch 1')?.ts
    const second = await follow(seen)
    control.instances.print(id, 'epoch 3')
    await call('DELETE', `/pods/${id}`)
    expect((await first.text()).match(/epoch \d/g)).toEqual(['epoch 1', 'epoch 2', 'epoch 3'])
    expect((await second.text()).match(/epoch \d/g)).toEqual(['epoch 2', 'epoch 3'])
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
  async function call(method: string, path: string, body?: unknown, signal?: AbortSignal) {
    const answer = await fetch(baseUrl + path, {
      method,
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) }
  }
  const status = async (id: string): Promise<string> => (await call('GET', `/pods/${id}`)).body.status
  return { baseUrl, apiKey, control, call, status }
}
