import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import { sshExec } from '../kit/ssh/ssh-client.test-support.ts'
import type { DigitalOceanEmulatorOptions } from './emulator.ts'
import { startDigitalOceanEmulator, type StartedDigitalOceanEmulator } from './start.ts'

const RENTAL = 'berth-rent-01jd0000000000000000000000'
const key = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const USER_DATA = `#cloud-config\n${JSON.stringify({
  ssh_authorized_keys: [key.public],
  write_files: [{ path: '/etc/environment', append: true, content: 'GREETING=hi\n' }],
})}`
const NEW_DROPLET = {
  name: `${RENTAL}-1`,
  region: 'nyc2',
  size: 'gpu-h100x1-80gb',
  image: 'gpu-h100x1-base',
  user_data: USER_DATA,
}

/** What the vendor's document requires of a droplet and of a size. */
const DROPLET_FIELDS =
  'id name memory vcpus disk locked status created_at features backup_ids next_backup_window snapshot_ids image volume_ids size size_slug networks region tags'
const SIZE_FIELDS =
  'available disk memory price_hourly price_monthly regions slug transfer vcpus description disk_info gpu_info'

describe('a droplet, from create to gone', () => {
  it('is accepted without an address, becomes active, and lets root in with the key of its user data', async () => {
    const { call, until, plenty } = await setup({ bootMs: 20 })
    plenty()
    const created = await call('POST', '/droplets', NEW_DROPLET)
    expect(created.status).toBe(202)
    expect(created.body.droplet).toMatchObject({ status: 'new', locked: true, networks: { v4: [], v6: [] } })
    expect(created.body.links.actions).toMatchObject([{ rel: 'create' }])
    for (const field of DROPLET_FIELDS.split(' ')) expect(created.body.droplet).toHaveProperty(field)

    const droplet = await until(created.body.droplet.id, 'active')
    const address = addressOf(droplet)
    const command = 'echo $GREETING; nvidia-smi --query-gpu=name,memory.total --format=csv,noheader,nounits'
    expect(await sshExec({ ...address, username: 'root', privateKey: key.private, command })).toMatchObject({
      stdout: 'hi\nNVIDIA H100 80GB HBM3, 81559\n',
    })
    await expect(
      sshExec({ ...address, username: 'ubuntu', privateKey: key.private, command: 'true' }),
    ).rejects.toThrow(/auth/)
  })

  it('shuts its door when it is off, comes back on the same address, and is gone once destroyed', async () => {
    const { call, until, plenty, control } = await setup()
    plenty()
    const { id } = (await call('POST', '/droplets', NEW_DROPLET)).body.droplet
    const address = addressOf(await until(id, 'active'))
    const off = await call('POST', `/droplets/${id}/actions`, { type: 'shutdown' })
    expect(off).toMatchObject({ status: 201, body: { action: { type: 'shutdown', resource_id: id } } })
    await expect(
      sshExec({ ...address, username: 'root', privateKey: key.private, command: 'true' }),
    ).rejects.toThrow(/ECONNREFUSED/)
    expect((await call('POST', `/droplets/${id}/actions`, { type: 'power_off' })).body.message).toMatch(
      /already/,
    )
    await call('POST', `/droplets/${id}/actions`, { type: 'power_on' })
    expect(addressOf(await until(id, 'active'))).toEqual(address)
    const { actions } = (await call('GET', `/droplets/${id}/actions`)).body
    expect(actions).toMatchObject([{ type: 'power_on', status: 'completed' }])
    expect((await call('DELETE', `/droplets/${id}`)).status).toBe(204)
    expect(await call('GET', `/droplets/${id}`)).toMatchObject({ status: 404, body: { id: 'not_found' } })
    expect(control.meter.aliveNow()).toEqual([])
  })

  it('refuses power orders while an event is under way', async () => {
    const { call, plenty } = await setup({ bootMs: 60_000 })
    plenty()
    const { id } = (await call('POST', '/droplets', NEW_DROPLET)).body.droplet
    const answer = await call('POST', `/droplets/${id}/actions`, { type: 'shutdown' })
    expect(answer).toMatchObject({ status: 422, body: { message: 'Droplet already has a pending event.' } })
  })

  it('shows no GPU where the image has the drivers of another maker', async () => {
    const { call, until, plenty } = await setup()
    plenty()
    const { id } = (await call('POST', '/droplets', { ...NEW_DROPLET, image: 'gpu-amd-base' })).body.droplet
    const address = addressOf(await until(id, 'active'))
    const seen = await sshExec({
      ...address,
      username: 'root',
      privateKey: key.private,
      command: 'nvidia-smi -L',
    })
    expect(seen.stdout).toBe('')
  })
})

describe('the meter', () => {
  it('runs from create to destroy, whether the droplet is on or off', async () => {
    const { call, control, clock, until, plenty } = await setup({ frozen: true })
    plenty()
    const { id } = (await call('POST', '/droplets', NEW_DROPLET)).body.droplet
    clock.advance(1)
    await until(id, 'active')
    await call('POST', `/droplets/${id}/actions`, { type: 'power_off' })
    clock.advance(3_600_000 - 1)
    await call('DELETE', `/droplets/${id}`)
    clock.advance(3_600_000)
    expect(control.meter.costMicros(String(id))).toBe(3_390_000n)
    expect(control.meter.rentals()).toMatchObject([{ everAlive: 1, aliveNow: 0 }])
  })

  it('never takes less than five minutes', async () => {
    const { call, control, clock, plenty } = await setup({ frozen: true })
    plenty()
    const { id } = (await call('POST', '/droplets', NEW_DROPLET)).body.droplet
    clock.advance(10_000)
    await call('DELETE', `/droplets/${id}`)
    clock.advance(3_600_000)
    expect(control.meter.costMicros(String(id))).toBe((3_390_000n * 300n) / 3600n)
  })
})

describe('a restart', () => {
  it('keeps droplets with their address, their boot and their costs', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'digitalocean-'))
    folders.push(stateDir)
    const first = await setup({ stateDir, bootMs: 30 })
    first.plenty()
    const { id } = (await first.call('POST', '/droplets', NEW_DROPLET)).body.droplet
    const before = addressOf(await first.until(id, 'active'))
    const booting = (await first.call('POST', '/droplets', { ...NEW_DROPLET, name: 'second' })).body.droplet
    await first.stop()
    const second = await setup({ stateDir, bootMs: 30 })
    const after = addressOf(await second.until(id, 'active'))
    expect(after).toEqual(before)
    await second.until(booting.id, 'active')
    expect(
      await sshExec({ ...after, username: 'root', privateKey: key.private, command: 'whoami' }),
    ).toMatchObject({ stdout: 'root\n' })
    expect(second.control.meter.aliveNow().map(({ instanceId }) => instanceId)).toEqual(
      [id, booting.id].map(String),
    )
  })
})

describe('lists', () => {
  it('hide GPU droplets unless asked for them, and go by pages', async () => {
    const { call, plenty } = await setup()
    plenty()
    for (const attempt of [1, 2, 3])
      await call('POST', '/droplets', { ...NEW_DROPLET, name: `${RENTAL}-${attempt}` })
    expect((await call('GET', '/droplets')).body).toEqual({ droplets: [], links: {}, meta: { total: 0 } })
    const first = await call('GET', '/droplets?type=gpus&per_page=2')
    expect(first.body.droplets).toHaveLength(2)
    expect(first.body.links.pages.next).toContain('page=2')
    const second = await call('GET', '/droplets?type=gpus&per_page=2&page=2')
    expect(second.body.droplets).toHaveLength(1)
    expect(second.body.links.pages).not.toHaveProperty('next')
    const named = await call('GET', `/droplets?type=gpus&name=${RENTAL}-2`)
    expect(named.body.droplets).toMatchObject([{ name: `${RENTAL}-2` }])
    expect((await call('GET', '/droplets?type=gpus&tag_name=x')).status).toBe(400)
    expect((await call('GET', '/droplets?per_page=500')).status).toBe(400)
  })

  it('sell the same sizes in every run, each where it is in stock', async () => {
    const { call, control } = await setup()
    const other = await setup()
    control.inventory.set({ size: 'gpu-h100x1-80gb', free: 0 })
    control.inventory.set({ size: 'gpu-h100x1-80gb', region: 'ams3', free: 1 })
    const { sizes } = (await call('GET', '/sizes?per_page=200')).body
    for (const size of sizes) for (const field of SIZE_FIELDS.split(' ')) expect(size).toHaveProperty(field)
    const h100 = sizes.find(({ slug }: { slug: string }) => slug === 'gpu-h100x1-80gb')
    expect(h100).toMatchObject({ regions: ['ams3'], price_hourly: 3.39, gpu_info: { model: 'nvidia_h100' } })
    control.inventory.set({ size: 'gpu-h100x1-80gb', free: null })
    const seeded = (await call('GET', '/sizes?per_page=200')).body
    expect((await other.call('GET', '/sizes?per_page=200')).body).toEqual(seeded)
    const offers = seeded.sizes.flatMap(({ regions }: { regions: string[] }) => regions)
    expect(offers.length).toBeGreaterThanOrEqual(10)
  })
})

describe('what it refuses', () => {
  it.each([
    ['a size out of stock', { region: 'ams3' }, 'Size is not available in this region.'],
    ['a size where it is never sold', { region: 'blr1' }, 'Size is not available in this region.'],
    ['an unknown size', { size: 's-1000' }, 'You specified an invalid size for Droplet creation.'],
    ['an unknown region', { region: 'mars1' }, 'You specified an invalid region for Droplet creation.'],
    ['an unknown image', { image: 'windows' }, 'You specified an invalid image for Droplet creation.'],
    ['a key that is not registered', { ssh_keys: [7] }, '7 are invalid key identifiers'],
    ['a bad name', { name: 'a_b' }, 'Only valid hostname characters'],
    ['no image', { image: undefined }, 'invalid image'],
    ['long user data', { user_data: 'x'.repeat(65_537) }, 'User data is too long'],
  ])('%s', async (_what, change, words) => {
    const { call, control } = await setup()
    control.inventory.set({ size: NEW_DROPLET.size, free: 0 })
    const answer = await call('POST', '/droplets', { ...NEW_DROPLET, ...change })
    expect(answer).toMatchObject({ status: 422, body: { id: 'unprocessable_entity' } })
    expect(answer.body.message).toContain(words)
    expect(control.instances.list()).toEqual([])
  })

  it('a wrong token', async () => {
    const { baseUrl } = await setup()
    const answer = await fetch(`${baseUrl}/droplets`, { headers: { Authorization: 'Bearer wrong' } })
    expect([answer.status, await answer.json()]).toMatchObject([401, { id: 'Unauthorized' }])
  })

  it('more requests than the token has, by the minute and by the hour', async () => {
    const { call, clock } = await setup({ frozen: true, rateLimits: { hour: 3, minute: 2 } })
    await call('GET', '/sizes')
    expect((await call('GET', '/sizes')).headers.get('ratelimit-remaining')).toBe('1')
    const burst = await call('GET', '/sizes')
    expect([burst.status, burst.headers.get('retry-after')]).toEqual([429, '60'])
    clock.advance(60_000)
    expect((await call('GET', '/sizes')).status).toBe(200)
    const hourly = await call('GET', '/sizes')
    expect([hourly.status, hourly.headers.get('retry-after')]).toEqual([429, null])
    expect(Number(hourly.headers.get('ratelimit-reset')) * 1000).toBeGreaterThan(clock.nowMs())
  })
})

const started = new Set<StartedDigitalOceanEmulator>()
const folders: string[] = []
afterAll(async () => {
  await Promise.all([...started].map((emulator) => emulator.close()))
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function addressOf(droplet: { networks: { v4: { type: string; ip_address: string }[] } }) {
  const address = droplet.networks.v4.find(({ type }) => type === 'public')?.ip_address ?? ''
  const [host = '', port] = address.split(':')
  return { host, port: Number(port) }
}

async function setup({
  frozen = false,
  ...options
}: DigitalOceanEmulatorOptions & { frozen?: boolean } = {}) {
  const clock = createClock(frozen ? { frozenAtMs: Date.UTC(2026, 5, 1, 12) } : {})
  const emulator = await startDigitalOceanEmulator({ clock, ...options })
  started.add(emulator)
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

  async function until(id: number, status: string) {
    const read = async () => (await call('GET', `/droplets/${id}`)).body.droplet
    await expect.poll(async () => (await read()).status, { interval: 5, timeout: 2000 }).toBe(status)
    return read()
  }

  const plenty = (): void => control.inventory.set({ size: NEW_DROPLET.size, free: 10 })

  async function stop(): Promise<void> {
    started.delete(emulator)
    await emulator.close()
  }

  return { baseUrl, control, clock, call, until, plenty, stop }
}
