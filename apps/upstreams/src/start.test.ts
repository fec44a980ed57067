import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import Stripe from 'stripe'
import { afterAll, describe, expect, it } from 'vitest'
import { CLOUDS } from './clouds.ts'
import { readConfig } from './config.ts'
import { readCloudSettings } from './kit/cloud.ts'
import { sshExec } from './kit/ssh/ssh-client.test-support.ts'
import { type StartedUpstreams, startUpstreams, type UpstreamsOptions } from './start.ts'

const NEW_POD = {
  name: 'rent_01JD0000000000000000000000-1',
  image: 'x',
  gpu: { id: 'NVIDIA L40S', count: 1 },
}

describe('the control port', () => {
  it('says which upstreams live here', async () => {
    const { control } = await setup()
    expect(await control('GET', '/health')).toEqual({
      status: 200,
      body: { status: 'ok', upstreams: ['runpod', 'github', 'stripe'] },
    })
  })

  it('takes, lists and clears fault orders, and says what is wrong with a bad one', async () => {
    const { control, runpod } = await setup()
    const order = { match: { method: 'POST' }, times: 2, fault: { kind: 'no_capacity' } }
    expect((await control('POST', '/runpod/faults', order)).body).toMatchObject({
      id: 'fault_1',
      timesLeft: 2,
    })
    expect((await runpod('POST', '/pods', NEW_POD)).status).toBe(400)
    expect((await control('GET', '/runpod/faults')).body.faults).toMatchObject([{ timesLeft: 1 }])
    await control('DELETE', '/runpod/faults')
    expect((await runpod('POST', '/pods', NEW_POD)).status).toBe(201)
    const bad = [
      { fault: { kind: 'no_such' } },
      { fault: { kind: 'delay' } },
      { match: { path: '(' }, fault: { kind: 'cut' } },
    ]
    for (const body of bad) expect((await control('POST', '/runpod/faults', body)).status).toBe(422)
  })

  it('shows pods and the meter, moves the clock, sets stock, and ends pods from outside', async () => {
    const { control, runpod } = await setup()
    await control('POST', '/runpod/clock', { freeze: true })
    const { id } = (await runpod('POST', '/pods', NEW_POD)).body
    await control('POST', '/runpod/clock', { advanceMs: 3_600_000 })
    const meter = await control('GET', '/runpod/meter')
    expect(meter.body).toMatchObject({ totalCostMicros: 860_000, aliveNow: 1, rentals: [{ everAlive: 1 }] })
    expect((await control('GET', '/runpod/instances')).body.instances).toMatchObject([
      { id, priceMicrosPerHour: 860_000 },
    ])

    expect((await control('POST', `/runpod/instances/${id}/set-status`, { status: 'ODD' })).status).toBe(204)
    expect((await runpod('GET', `/pods/${id}`)).body.status).toBe('ODD')
    expect((await control('POST', `/runpod/instances/${id}/interrupt`)).status).toBe(204)
    expect((await runpod('GET', `/pods/${id}`)).body.status).toBe('EXITED')
    expect((await control('POST', `/runpod/instances/${id}/kill`)).status).toBe(204)
    expect((await control('POST', `/runpod/instances/${id}/kill`)).status).toBe(404)

    await control('POST', '/runpod/inventory', { gpuId: 'NVIDIA L40S', free: 0 })
    expect((await runpod('POST', '/pods', NEW_POD)).status).toBe(400)
    expect((await control('POST', '/runpod/inventory', { gpuId: 'NVIDIA L40T', free: 0 })).status).toBe(422)
    expect((await control('GET', '/runpod/requests')).body.requests.length).toBeGreaterThan(3)
    expect((await control('POST', '/runpod/clock', { setMs: 0 })).status).toBe(422)
  })

  it('pays a checkout and sends an event again without a browser', async () => {
    const { control, upstreams } = await setup()
    const stripe = stripeOf(upstreams)
    const session = await stripe.checkout.sessions.create(CHECKOUT)
    expect((await control('POST', `/stripe/checkouts/${session.id}/pay`, {})).body).toEqual({ ok: true })
    expect((await control('POST', `/stripe/checkouts/${session.id}/pay`, {})).status).toBe(409)
    const [event] = (await control('GET', '/stripe/events')).body.events
    expect((await control('POST', `/stripe/events/${event.id}/resend`)).status).toBe(204)
  })
})

describe('the clouds beside RunPod', () => {
  it('start together, each with its own port, key and control, and want a key', async () => {
    const clouds = CLOUDS.map((cloud) => ({ cloud, settings: { ...cloud.defaults, port: 0 } }))
    const { upstreams, control } = await setup({ clouds })
    const names = CLOUDS.map(({ name }) => name)
    expect((await control('GET', '/health')).body.upstreams).toEqual(expect.arrayContaining(names))
    expect(Object.keys(upstreams.clouds)).toEqual(names)
    for (const name of names) {
      expect((await control('GET', `/${name}/meter`)).body).toMatchObject({ aliveNow: 0 })
      expect((await fetch(upstreams.clouds[name]?.baseUrl ?? '')).status).toBeGreaterThanOrEqual(400)
    }
  })

  it('have ports of their own, and settings by name', () => {
    expect(new Set(CLOUDS.map(({ defaults }) => defaults.port)).size).toBe(CLOUDS.length)
    const [cloud] = CLOUDS
    if (cloud === undefined) throw new Error('no cloud')
    const prefix = `${cloud.name.toUpperCase()}_EMULATOR`
    const env = { [`${prefix}_PORT`]: '5', [`${prefix}_API_KEY`]: 'k', [`${prefix}_BOOT_MS`]: '' }
    expect(readCloudSettings(cloud, env)).toEqual({ ...cloud.defaults, port: 5, apiKey: 'k' })
    expect(() => readCloudSettings(cloud, { [`${prefix}_PORT`]: 'many' })).toThrow(`${prefix}_PORT`)
  })
})

describe('a restart of the process', () => {
  it('keeps rented pods with their door, their costs, paid checkouts and sign-ins', async () => {
    const key = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
    const first = await setup()
    const pod = { ...NEW_POD, ports: ['22/tcp'], env: { PUBLIC_KEY: key.public } }
    const { id } = (await first.runpod('POST', '/pods', pod)).body
    await expect.poll(async () => (await first.runpod('GET', `/pods/${id}`)).body.status).toBe('RUNNING')
    const before = (await first.runpod('GET', `/pods/${id}`)).body
    const session = await stripeOf(first.upstreams).checkout.sessions.create(CHECKOUT, {
      idempotencyKey: 'k',
    })
    first.upstreams.stripe.control.pay(session.id)
    const bornMs = first.upstreams.runpod.control.meter.instances()[0]?.bornMs
    await first.upstreams.close()

    const second = await setup({ stateDir: first.stateDir })
    const after = (await second.runpod('GET', `/pods/${id}`)).body
    expect(after).toMatchObject({
      status: 'RUNNING',
      ssh: before.ssh,
      createdAt: before.createdAt,
      cost: before.cost,
    })
    const seen = await sshExec({ ...after.ssh.direct, privateKey: key.private, command: 'hostname' })
    expect(seen.stdout).toBe(`${id}\n`)
    expect(second.upstreams.runpod.control.meter.aliveNow()).toMatchObject([{ instanceId: id, bornMs }])
    const stripe = stripeOf(second.upstreams)
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ payment_status: 'paid' })
    expect((await stripe.checkout.sessions.create(CHECKOUT, { idempotencyKey: 'k' })).id).toBe(session.id)
  })

  it('goes on with a boot that it interrupted', async () => {
    const first = await setup({ runpod: { bootMs: 300 } })
    const { id } = (await first.runpod('POST', '/pods', NEW_POD)).body
    await first.upstreams.close()
    const second = await setup({ stateDir: first.stateDir, runpod: { bootMs: 300 } })
    await expect.poll(async () => (await second.runpod('GET', `/pods/${id}`)).body.status).toBe('RUNNING')
  })

  it('refuses a state it cannot read rather than forgetting what was rented', async () => {
    const { stateDir, runpod, upstreams } = await setup()
    await runpod('POST', '/pods', NEW_POD)
    await upstreams.close()
    const file = join(stateDir, 'runpod.json')
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 50))
    await expect(setup({ stateDir })).rejects.toThrow(/not a state of this emulator/)
  })
})

describe('settings', () => {
  it('have a local default each, and a wrong one is named', () => {
    expect(readConfig({ STRIPE_WEBHOOK_URL: '' })).toMatchObject({
      RUNPOD_EMULATOR_PORT: 4331,
      UPSTREAMS_CONTROL_PORT: 4330,
    })
    expect(() => readConfig({ STRIPE_EMULATOR_PORT: 'many' })).toThrow(/STRIPE_EMULATOR_PORT/)
  })
})

const CHECKOUT: Stripe.Checkout.SessionCreateParams = {
  mode: 'payment',
  success_url: 'http://localhost/',
  line_items: [
    { quantity: 1, price_data: { currency: 'usd', unit_amount: 500, product_data: { name: 'x' } } },
  ],
}

const stripeOf = ({ stripe }: StartedUpstreams): Stripe =>
  new Stripe('sk_test_emulated', {
    host: '127.0.0.1',
    port: stripe.port,
    protocol: 'http',
    maxNetworkRetries: 0,
  })

const closers: (() => Promise<void> | void)[] = []
afterAll(async () => {
  for (const close of closers) await close()
})

async function setup(options: UpstreamsOptions & { stateDir?: string } = {}) {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'upstreams-'))
  closers.push(() => rmSync(stateDir, { recursive: true, force: true }))
  const upstreams = await startUpstreams({ ...options, stateDir })
  let open = true
  const close = async (): Promise<void> => {
    if (open) await upstreams.close()
    open = false
  }
  closers.unshift(close)

  async function call(url: string, method: string, body?: unknown, headers: Record<string, string> = {}) {
    const answer = await fetch(url, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: /^[[{]/.test(text) ? JSON.parse(text) : text }
  }

  return {
    stateDir,
    upstreams: { ...upstreams, close },
    control: async (method: string, path: string, body?: unknown) =>
      await call(upstreams.controlUrl + path, method, body),
    runpod: async (method: string, path: string, body?: unknown) =>
      await call(upstreams.runpod.baseUrl + path, method, body, { Authorization: 'Bearer rpa_emulated' }),
  }
}
