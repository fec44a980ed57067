import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import { sshExec } from '../kit/ssh/ssh-client.test-support.ts'
import type { PrimeEmulatorOptions } from './emulator.ts'
import { OFFERS } from './offers.ts'
import { startPrimeEmulator, type StartedPrimeEmulator } from './start.ts'

const key = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const second = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const stranger = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })

const NEW_POD = {
  name: 'berth-rent-01jd0000000000000000000000-1',
  cloudId: 'n3-RTX-A4000x1',
  gpuType: 'A4000_16GB',
  socket: 'PCIe',
  gpuCount: 1,
  dataCenterId: 'CANADA-1',
  image: 'ubuntu_22_cuda_12',
  envVars: [{ key: 'GREETING', value: 'hi # there' }],
}
const SPOT_POD = {
  ...NEW_POD,
  cloudId: '1A100.22V_SPOT',
  gpuType: 'A100_80GB',
  socket: 'SXM4',
  dataCenterId: 'FIN-01',
}

afterAll(closeAll)

describe('a pod, from create to gone', () => {
  it('comes up step by step, and lets in whoever is in the key that it names', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, create, pod, active } = await setup({ clock, bootMs: 10_000 })
    const both = await call('POST', '/ssh_keys/', {
      name: 'two',
      publicKey: `${key.public}\n${second.public}\n`,
    })
    const id = await create({ sshKeyId: both.body.id })
    const words = [wordsOf(await pod(id))]
    for (const ms of [3_000, 4_000]) {
      clock.advance(ms)
      words.push(wordsOf(await pod(id)))
    }
    expect(words).toEqual(['PROVISIONING PENDING', 'PENDING PENDING', 'ACTIVE PENDING'])
    expect((await pod(id)).body).toMatchObject({ sshConnection: null, ip: null })
    clock.advance(3_000)
    const door = await active(id)
    const command = 'echo $GREETING && nvidia-smi --query-gpu=name,memory.total --format=csv,noheader,nounits'
    for (const { private: privateKey } of [key, second]) {
      expect(await sshExec({ ...door, privateKey, command })).toMatchObject({
        stdout: 'hi # there\nNVIDIA RTX A4000, 16376\n',
      })
    }
    await expect(sshExec({ ...door, privateKey: stranger.private, command: 'true' })).rejects.toThrow(/auth/)
  })

  it('takes the primary key where none is named, and refuses where there is none', async () => {
    const { call, create, active, control } = await setup()
    for (const { id } of control.sshKeys.list()) control.sshKeys.remove(id)
    expect((await call('POST', '/pods/', order(NEW_POD))).body.detail).toBe('SSH key not found')
    expect((await call('POST', '/ssh_keys/', { name: 'x', publicKey: 'nonsense' })).status).toBe(400)
    expect((await call('POST', '/ssh_keys/', { name: 'x' })).status).toBe(422)
    const added = (await call('POST', '/ssh_keys/', { name: 'x', publicKey: key.public })).body
    expect((await call('GET', '/ssh_keys/')).body.data).toMatchObject([{ id: added.id, isPrimary: true }])
    const door = await active(await create())
    expect((await sshExec({ ...door, privateKey: key.private, command: 'true' })).code).toBe(0)
    expect((await call('DELETE', `/ssh_keys/${added.id}`)).status).toBe(200)
    expect((await call('DELETE', `/ssh_keys/${added.id}`)).status).toBe(404)
  })

  it('is terminated, readable for a while, then gone; a spot pod may be taken', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, create, pod, control } = await setup({ clock, lingerMs: 60_000 })
    const id = await create()
    expect((await call('DELETE', `/pods/${id}`)).status).toBe(200)
    expect((await pod(id)).body.status).toBe('TERMINATED')
    clock.advance(60_000)
    expect((await pod(id)).body).toEqual({ detail: 'Pod not found' })
    expect((await call('DELETE', `/pods/${id}`)).status).toBe(404)
    control.inventory.set({ provider: 'datacrunch', free: 1 })
    const spot = await create({ ...SPOT_POD }, 'datacrunch')
    expect((await pod(spot)).body.isSpot).toBe(true)
    expect(control.instances.interrupt(spot)).toBe(true)
    expect((await pod(spot)).body.status).toBe('TERMINATED')
    expect(control.meter.aliveNow()).toEqual([])
  })

  it('tells its address as a text or as a list, by the cloud behind it', async () => {
    const { call, create, pod, control } = await setup({ bootMs: 50 })
    control.inventory.set({ provider: 'massedcompute', free: 1 })
    const change = { cloudId: 'gpu_1x_a6000', gpuType: 'A6000_48GB', dataCenterId: 'us-central-1' }
    const id = await create(change, 'massedcompute')
    expect((await pod(id)).body).toMatchObject({ sshConnection: [null], ip: [null] })
    await expect
      .poll(async () => (await pod(id)).body.sshConnection)
      .toEqual([expect.stringMatching(/^ubuntu@127\.0\.0\.1 -p \d+$/)])
    expect((await call('GET', '/pods/')).body).toMatchObject({ total_count: 1, data: [{ id }] })
  })
})

describe('the meter', () => {
  it('runs from a finished installation to the delete order, disk that is paid apart included', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, create, pod, active, control } = await setup({ clock, bootMs: 300_000 })
    control.inventory.set({ provider: 'datacrunch', free: 1 })
    const id = await create({ ...SPOT_POD, diskSize: 200 }, 'datacrunch')
    clock.advance(300_000)
    await active(id)
    expect(control.meter.costMicros(id)).toBe(0n)
    expect((await pod(id)).body.priceHr).toBe(0.544)
    clock.advance(3_600_000)
    await call('DELETE', `/pods/${id}`)
    clock.advance(3_600_000)
    expect(control.meter.costMicros(id)).toBe(544_000n)
  })
})

describe('the marketplace', () => {
  it('is the same in every run, by pages, with what is sold out among it', async () => {
    const { call } = await setup()
    const { items, totalCount } = (await call('GET', '/availability/gpus?page_size=100')).body
    expect(totalCount).toBe(OFFERS.length)
    expect(items).toHaveLength(OFFERS.length)
    expect((await (await setup()).call('GET', '/availability/gpus?page_size=100')).body.items).toEqual(items)
    const pages = await Promise.all(
      [1, 2, 3].map(
        async (page) => (await call('GET', `/availability/gpus?page=${page}&page_size=10`)).body.items,
      ),
    )
    expect(pages.flat()).toEqual(items)
    const sold = items.filter((item: { stockStatus: string }) => item.stockStatus === 'Unavailable')
    expect(sold.length).toBeGreaterThan(0)
    expect(items.length - sold.length).toBeGreaterThanOrEqual(10)
    const found = (await call('GET', '/availability/gpus?gpu_type=H100_80GB&gpu_count=8')).body.items
    expect(found.length).toBeGreaterThan(0)
    expect(new Set(found.map((item: { gpuCount: number }) => item.gpuCount))).toEqual(new Set([8]))
  })

  it('says how much there is, and takes off what is rented', async () => {
    const { call, create, control } = await setup()
    const stock = async () =>
      (await call('GET', '/availability/gpus?page_size=100')).body.items.find(
        (item: { cloudId: string }) => item.cloudId === NEW_POD.cloudId,
      ).stockStatus
    const words = []
    for (const free of [0, 1, 2, 4]) {
      control.inventory.set({ provider: 'hyperstack', free })
      words.push(await stock())
    }
    expect(words).toEqual(['Unavailable', 'Low', 'Available', 'High'])
    control.inventory.set({ provider: 'hyperstack', free: 0 })
    expect((await call('POST', '/pods/', order(NEW_POD))).body.detail).toMatch(/no capacity left/)
    control.inventory.set({ free: null })
    const [shelf] = control.inventory.list()
    const offer = OFFERS.find(({ cloudId }) => cloudId === shelf?.cloudId)
    if (!shelf || !offer) throw new Error('the seed sells nothing')
    const free = (): number =>
      control.inventory.list().find(({ cloudId }) => cloudId === shelf.cloudId)?.free ?? 0
    const before = free()
    const { cloudId, gpuType, socket, gpus: gpuCount, dataCenter: dataCenterId } = offer
    await create({ cloudId, gpuType, socket, gpuCount, dataCenterId }, offer.provider)
    expect(free()).toBe(before - 1)
  })

  it.each([
    [{ cloudId: 'moon' }, 404, /No offer/],
    [{ gpuType: 'H100_80GB' }, 400, /gpuType/],
    [{ gpuCount: 2 }, 400, /gpuCount/],
    [{ image: 'windows' }, 400, /image/],
    [{ diskSize: 5 }, 400, /limits/],
  ])('refuses %o', async (change, status, words) => {
    const { call } = await setup()
    const answer = await call('POST', '/pods/', order({ ...NEW_POD, ...change }))
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(words)])
  })

  it('says field by field what is wrong with a request', async () => {
    const { call } = await setup()
    const answer = await call('POST', '/pods/', order({ ...NEW_POD, gpuType: undefined }))
    expect(answer.status).toBe(422)
    expect(answer.body.detail).toMatchObject([{ loc: ['body', 'pod', 'gpuType'] }])
    expect((await call('GET', '/availability/gpus?page_size=101')).status).toBe(422)
  })
})

describe('faults and habits', () => {
  it('sends collections without a slash elsewhere, and lets nobody in without a token', async () => {
    const { baseUrl, apiKey } = await setup()
    const headers = { authorization: `Bearer ${apiKey}` }
    const sent = await fetch(`${baseUrl}/pods?limit=5`, { headers, redirect: 'manual' })
    expect([sent.status, sent.headers.get('location')]).toEqual([307, '/api/v1/pods/?limit=5'])
    expect((await fetch(`${baseUrl}/pods/`)).status).toBe(401)
  })

  it('answers common ones in its own shape', async () => {
    const { call, control } = await setup()
    control.faults.add({ fault: { kind: 'insufficient_funds' } })
    expect((await call('POST', '/pods/', order(NEW_POD))).status).toBe(402)
    control.faults.add({ fault: { kind: 'rate_limited', retryAfterSeconds: 3 } })
    const limited = await call('GET', '/pods/')
    expect([limited.status, limited.body]).toEqual([429, { detail: 'rate limit exceeded' }])
  })

  it('hides a new pod, never boots, fails at its boot or installation, or delivers the wrong GPU', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { create, pod, active, control } = await setup({ clock })
    control.faults.add({ fault: { kind: 'invisible', ms: 1_000 } })
    const hidden = await create()
    expect((await pod(hidden)).status).toBe(404)
    clock.advance(1_000)
    expect((await pod(hidden)).status).toBe(200)
    control.faults.add({ fault: { kind: 'stuck_pending' } })
    const stuck = await create()
    control.faults.add({ fault: { kind: 'boot_error' } })
    const broken = await create()
    await expect.poll(async () => wordsOf(await pod(broken))).toBe('ERROR PENDING')
    control.faults.add({ fault: { kind: 'installation_fails' } })
    const half = await create()
    await expect.poll(async () => wordsOf(await pod(half))).toBe('ACTIVE ERROR')
    clock.advance(3_600_000)
    expect(wordsOf(await pod(stuck))).toBe('PENDING PENDING')
    control.faults.add({ fault: { kind: 'wrong_gpu', name: 'NVIDIA T4' } })
    const wrong = await active(await create())
    const seen = await sshExec({ ...wrong, privateKey: key.private, command: 'nvidia-smi -L' })
    expect(seen.stdout).toContain('NVIDIA T4')
    control.faults.add({ fault: { kind: 'ssh_never' } })
    const silent = await active(await create())
    await expect(sshExec({ ...silent, privateKey: key.private, command: 'true' })).rejects.toThrow(/REFUSED/)
  })

  it('says words nobody knows, and vanishes from outside', async () => {
    const { create, pod, active, control } = await setup()
    const id = await create()
    await active(id)
    expect(control.instances.setStatus(id, 'RESTING')).toBe(true)
    expect((await pod(id)).body.status).toBe('RESTING')
    expect(control.instances.byMarker(NEW_POD.name)?.id).toBe(id)
    expect(control.instances.kill(id)).toBe(true)
    expect((await pod(id)).status).toBe(404)
    expect(control.instances.kill(id)).toBe(false)
  })
})

describe('a restart of the process', () => {
  it('keeps pods with their door, their costs and the registered keys', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'prime-'))
    const first = await setup({ stateDir })
    const id = await first.create()
    const door = await first.active(id)
    const keys = first.control.sshKeys.list()
    await closeAll()
    const again = await startPrimeEmulator({ stateDir })
    started.push(again)
    expect(again.control.sshKeys.list()).toEqual(keys)
    expect(again.control.meter.aliveNow()).toMatchObject([{ instanceId: id }])
    expect((await sshExec({ ...door, privateKey: key.private, command: 'echo here' })).stdout).toBe('here\n')
    await closeAll()
    rmSync(stateDir, { recursive: true })
  })
})

const started: StartedPrimeEmulator[] = []

async function closeAll(): Promise<void> {
  await Promise.all(started.splice(0).map((emulator) => emulator.close()))
}

const order = (pod: object, type = 'hyperstack') => ({ pod, provider: { type } })

const wordsOf = ({ body }: { body: { status: string; installationStatus: string } }): string =>
  `${body.status} ${body.installationStatus}`

async function setup(options: PrimeEmulatorOptions = {}) {
  const emulator = await startPrimeEmulator(options)
  started.push(emulator)
  const { baseUrl, apiKey, control } = emulator
  control.inventory.set({ provider: 'hyperstack', cloudId: NEW_POD.cloudId, free: 9 })
  control.sshKeys.add({ name: 'primary', publicKey: key.public })

  async function call(method: string, path: string, body?: unknown) {
    const answer = await fetch(baseUrl + path, {
      method,
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: JSON.parse(await answer.text()) }
  }
  const pod = async (id: string) => await call('GET', `/pods/${id}`)

  async function create(change: object = {}, provider = 'hyperstack'): Promise<string> {
    const answer = await call('POST', '/pods/', order({ ...NEW_POD, ...change }, provider))
    expect(answer.status).toBe(200)
    return answer.body.id
  }

  /** Where to knock once its installation is finished. */
  async function active(id: string) {
    await expect.poll(async () => wordsOf(await pod(id)), { interval: 5 }).toBe('ACTIVE FINISHED')
    const [, username = '', host = '', port] =
      /^(\w+)@(\S+) -p (\d+)$/.exec(String((await pod(id)).body.sshConnection)) ?? []
    return { username, host, port: Number(port) }
  }

  return { baseUrl, apiKey, control, call, create, pod, active }
}
