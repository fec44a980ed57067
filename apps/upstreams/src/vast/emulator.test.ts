import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import { sshExec } from '../kit/ssh/ssh-client.test-support.ts'
import { ASKS } from './asks.ts'
import { ASK, closeAll, MARKER, NEW_INSTANCE, setup } from './emulator.test-support.ts'

const scripted = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const attached = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const stranger = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const WITH_KEY = {
  env: { KEYS: base64(scripted.public), VARS: base64('GREETING=hi\n'), '-p 8888:8888': '1', HIDDEN: 'x' },
  onstart: 'echo "$KEYS" | base64 -d >> ~/.ssh/authorized_keys\necho "$VARS" | base64 -d >> /etc/environment',
}

afterAll(closeAll)

describe('an instance, from create to null', () => {
  it('says nothing, loads, runs, and lets in the keys of its start script and those attached', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { created, show, running, call } = await setup({ clock, bootMs: 10_000 })
    const id = await created(WITH_KEY)
    expect(await show(id)).toMatchObject({ actual_status: null, label: MARKER, ports: null })
    clock.advance(5000)
    expect(await show(id)).toMatchObject({ actual_status: 'loading' })
    clock.advance(5000)
    const command = 'echo $GREETING$HIDDEN && nvidia-smi --query-gpu=name --format=csv,noheader'
    const seen = await sshExec({ ...(await running(id)), privateKey: scripted.private, command })
    expect(seen.stdout).toBe('hi\nNVIDIA GeForce RTX 4090\n')
    await expect(sshExec({ ...(await running(id)), privateKey: stranger.private, command })).rejects.toThrow(
      /auth/,
    )

    expect((await show(id)).ports['8888/tcp']).toHaveLength(1)
    await call('POST', `/api/v0/instances/${id}/ssh/`, { ssh_key: attached.public })
    const door = await running(id)
    expect((await sshExec({ ...door, privateKey: attached.private, command: 'true' })).code).toBe(0)
    expect((await call('DELETE', `/api/v0/instances/${id}/`)).body).toMatchObject({ success: true })
    expect(await show(id)).toBeNull()
    expect((await call('DELETE', `/api/v0/instances/${id}/`)).body.error).toBe('no_such_instance')
  })

  it('stops with its door shut, and starts again on the same port', async () => {
    const { created, show, running, call, control } = await setup()
    const id = await created(WITH_KEY)
    const door = await running(id)
    await call('PUT', `/api/v0/instances/${id}/`, { state: 'stopped', label: 'renamed' })
    expect(await show(id)).toMatchObject({
      intended_status: 'stopped',
      cur_state: 'stopped',
      label: 'renamed',
      ports: null,
    })
    await expect(sshExec({ ...door, privateKey: scripted.private, command: 'true' })).rejects.toThrow(
      /ECONNREFUSED/,
    )
    await call('PUT', `/api/v0/instances/${id}/`, { state: 'running' })
    expect(await running(id)).toEqual(door)
    control.faults.add({ fault: { kind: 'queued_start' } })
    await call('PUT', `/api/v0/instances/${id}/`, { state: 'stopped' })
    await call('PUT', `/api/v0/instances/${id}/`, { state: 'running' })
    expect(await show(id)).toMatchObject({
      intended_status: 'running',
      cur_state: 'stopped',
      next_state: 'running',
    })
  })
})

describe('the meter', () => {
  it('takes the GPU while it runs and the disk until it is destroyed; charges say the same', async () => {
    const clock = createClock({ frozenAtMs: Date.UTC(2026, 5, 1) })
    const { created, running, call, control } = await setup({ clock, bootMs: 60_000 })
    const id = await created({ disk: 100 })
    clock.advance(60_000)
    await running(id)
    clock.advance(3_600_000)
    await call('PUT', `/api/v0/instances/${id}/`, { state: 'stopped' })
    clock.advance(3_600_000)
    expect(control.meter.costMicros(String(id), { kind: 'gpu' })).toBe(ASK.microsPerHour)
    const diskPerHour = (ASK.storageMicrosPerGbMonth * 100n) / 730n
    const disk = control.meter.costMicros(String(id), { kind: 'disk' })
    expect(disk).toBe((diskPerHour * 7260n) / 3600n)
    await call('DELETE', `/api/v0/instances/${id}/`)
    clock.advance(3_600_000)
    expect(control.meter.costMicros(String(id), { kind: 'disk' })).toBe(disk)

    const filter = encodeURIComponent(JSON.stringify({ day: { gte: 0, lte: clock.nowMs() } }))
    const charges = await call('GET', `/api/v0/charges/?select_filters=${filter}`)
    const total = Number(ASK.microsPerHour + disk) / 1e6
    expect(charges.body.results).toMatchObject([{ source: `instance-${id}` }])
    expect(charges.body.results[0].amount).toBeCloseTo(total, 3)
    expect((await call('GET', '/api/v0/charges/')).status).toBe(400)
  })

  it('takes a bid while it is the highest, and the new price after it was changed', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { created, running, call, control, show } = await setup({ clock })
    const id = await created({ price: 1 })
    await running(id)
    clock.advance(3_600_000)
    await call('PUT', `/api/v0/instances/bid_price/${id}/`, { client_id: 'me', price: 2 })
    clock.advance(3_600_000)
    control.instances.interrupt(String(id))
    clock.advance(3_600_000)
    expect(control.meter.costMicros(String(id), { kind: 'gpu' })).toBe(3_000_000n)
    expect(await show(id)).toMatchObject({ is_bid: true, intended_status: 'stopped', cur_state: 'stopped' })
  })
})

describe('the search', () => {
  it('shows what is verified and free, by filters, order and limit, with the disk in the price', async () => {
    const { search, created } = await setup()
    const all = await search({ limit: 100 })
    expect(all).toHaveLength(ASKS.length - 1)
    const big = await search({
      num_gpus: { gte: 4 },
      gpu_name: { notin: ['B200'] },
      geolocation: { in: ['NO', 'FI', 'JP'] },
      verified: { eq: true },
      order: [['dph_total', 'desc']],
      limit: 2,
    })
    expect(big.map(({ gpu_name: name }) => name)).toEqual(['H100 SXM', 'A100 SXM4'])
    const [small, large] = await Promise.all(
      [8, 108].map(async (gb) => (await search({ id: { eq: ASK.id }, allocated_storage: gb }))[0]),
    )
    const per100 = Number(large?.['dph_total']) - Number(small?.['dph_total'])
    expect(per100).toBeCloseTo((Number(small?.['storage_cost']) * 100) / 730, 5)
    await created()
    expect(await search({ id: { eq: ASK.id } })).toEqual([])
    expect(await search({ id: { eq: ASK.id }, rentable: {}, rented: { eq: true } })).toHaveLength(1)
  })

  it('prices a bid at its minimum', async () => {
    const { search } = await setup()
    for (const offer of await search({ type: 'bid', limit: 100 })) {
      expect(offer).toMatchObject({ is_bid: true, dph_base: offer['min_bid'] })
    }
  })

  it('changes with time in a market with others, and obeys orders', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { search, control } = await setup({ clock, churn: true })
    const ids = async () => (await search({ limit: 100 })).map(({ id }) => id)
    const before = await ids()
    clock.advance(600_000)
    expect(await ids()).not.toEqual(before)
    control.inventory.set({ askId: ASK.id, free: 1 })
    expect(await ids()).toContain(ASK.id)
    control.inventory.set({ askId: ASK.id, free: 0 })
    expect(await ids()).not.toContain(ASK.id)
  })
})

describe('what it refuses', () => {
  it('rents an ask once, and says of one that is not there what it is', async () => {
    const { create, created } = await setup()
    await created()
    expect(await create()).toMatchObject({ status: 410, body: { error: 'no_such_ask', ask_id: ASK.id } })
    expect(await create({}, 5)).toMatchObject({
      status: 404,
      body: { msg: expect.stringContaining('no_such_ask') },
    })
  })

  it.each([
    ['env as text', { env: '-e A=1' }],
    ['too small a disk', { disk: 4 }],
    ['a long label', { label: 'x'.repeat(257) }],
    ['a long start script', { onstart: 'x'.repeat(4049) }],
    ['an unknown run type', { runtype: 'vnc' }],
  ])('refuses %s', async (_what, change) => {
    const { create, control } = await setup()
    expect(await create(change)).toMatchObject({
      status: 400,
      body: { success: false, error: 'invalid_args' },
    })
    expect(control.instances.list()).toEqual([])
  })

  it('refuses too low a bid, and leaves a stopped instance that bills its disk', async () => {
    const { create, show } = await setup()
    const answer = await create({ price: 0.001 })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_price' } })
    expect(await show(answer.body.new_contract)).toMatchObject({ intended_status: 'stopped', label: MARKER })
  })

  it('says of a wrong key 404, and of none 403', async () => {
    const { baseUrl } = await setup()
    const wrong = await fetch(`${baseUrl}/api/v1/instances/`, { headers: { Authorization: 'Bearer x' } })
    expect([wrong.status, await wrong.json()]).toEqual([
      404,
      { success: false, error: 'auth_error', msg: 'Invalid user key' },
    ])
    expect((await fetch(`${baseUrl}/api/v1/instances/`)).status).toBe(403)
  })

  it('wants a least time between two calls of a kind, and names it', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, create } = await setup({ clock, rateLimited: true })
    await create()
    const soon = await create({}, ASKS[0]?.id)
    expect([soon.status, soon.headers.get('Retry-After')]).toEqual([429, null])
    expect(soon.body.detail).toBe('API requests too frequent endpoint threshold=4.5')
    expect((await call('GET', '/api/v1/instances/')).status).toBe(200)
    expect((await call('GET', '/api/v1/instances/')).status).toBe(429)
    clock.advance(4500)
    expect((await create({}, ASKS[0]?.id)).status).toBe(200)
  })
})

describe('pages', () => {
  it('hold at most 25 instances, go on by token, and filter by label', async () => {
    const { created, call, control } = await setup()
    for (let index = 0; index < 27; index += 1) {
      const id = await created({ label: `m${index % 2}` })
      control.instances.interrupt(String(id))
    }
    const page = async (query: string) => (await call('GET', `/api/v1/instances/?${query}`)).body
    const first = await page('')
    expect(first).toMatchObject({
      instances_found: 25,
      total_instances: 27,
      label_counts: { m0: 14, m1: 13 },
    })
    const second = await page(`after_token=${encodeURIComponent(first.next_token)}`)
    expect(second).toMatchObject({ instances_found: 2, next_token: null })
    const filter = encodeURIComponent(JSON.stringify({ label: { eq: 'm1' } }))
    expect(await page(`limit=5&select_filters=${filter}`)).toMatchObject({
      instances_found: 5,
      total_instances: 13,
    })
    expect((await call('GET', '/api/v1/instances/?after_token=x')).status).toBe(400)
    expect((await call('GET', '/api/v1/instances/?select_filters=x')).status).toBe(400)
  })
})

describe('a restart of the process', () => {
  it('keeps instances with their door and their costs', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'vast-'))
    const first = await setup({ stateDir })
    const id = await first.created(WITH_KEY)
    const door = await first.running(id)
    await closeAll()
    const second = await setup({ stateDir })
    expect(await second.running(id)).toEqual(door)
    expect(second.control.meter.aliveNow()).toMatchObject([{ instanceId: String(id) }])
    expect((await sshExec({ ...door, privateKey: scripted.private, command: 'true' })).code).toBe(0)
    await closeAll()
    rmSync(stateDir, { recursive: true })
  })
})

describe('faults only this cloud shows', () => {
  it('loads for ever, can not start, or has nobody at the door', async () => {
    const { created, show, running, control } = await setup()
    control.faults.add({ fault: { kind: 'stuck_loading' } })
    const stuck = await created()
    await expect.poll(async () => (await show(stuck)).actual_status).toBe('loading')
    control.faults.add({ fault: { kind: 'boot_error' } })
    const broken = await created({}, ASKS[4]?.id)
    await expect.poll(async () => (await show(broken)).status_msg).toMatch(/OCI runtime/)
    expect(await show(broken)).toMatchObject({ actual_status: 'exited', intended_status: 'running' })
    control.faults.add({ fault: { kind: 'ssh_never' } })
    const silent = await running(await created(NEW_INSTANCE, ASKS[5]?.id))
    await expect(sshExec({ ...silent, privateKey: scripted.private, command: 'true' })).rejects.toThrow(
      /ECONNREFUSED/,
    )
  })

  it('delivers another GPU than it sold, hides a new instance, lacks credit, and loses an ask', async () => {
    const { create, created, show, running, control } = await setup()
    control.faults.add({ fault: { kind: 'wrong_gpu', name: 'NVIDIA GeForce RTX 3090', count: 1 } })
    const door = await running(await created(WITH_KEY))
    expect(
      (await sshExec({ ...door, privateKey: scripted.private, command: 'nvidia-smi -L' })).stdout,
    ).toContain('3090')
    control.faults.add({ fault: { kind: 'invisible', ms: 1000 } })
    const hidden = await created({}, ASKS[4]?.id)
    expect(await show(hidden)).toBeNull()
    control.clock.advance(1000)
    expect(await show(hidden)).toMatchObject({ id: hidden })
    const other = ASKS[5]?.id
    control.faults.add({ fault: { kind: 'insufficient_credit' } })
    expect((await create({}, other)).body.error).toBe('insufficient_credit')
    control.faults.add({ fault: { kind: 'no_such_ask' } })
    expect((await create({}, other)).status).toBe(410)
    control.instances.kill(String(hidden))
    expect(await show(hidden)).toBeNull()
  })
})
