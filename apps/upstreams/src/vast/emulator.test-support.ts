import { expect } from 'vitest'
import { ASKS } from './asks.ts'
import type { VastEmulatorOptions } from './emulator.ts'
import { startVastEmulator, type StartedVastEmulator } from './start.ts'

export const MARKER = 'berth-rent-01jd0000000000000000000000-1'

/** A single RTX 4090. */
export const ASK = ASKS[3] ?? missingAsk()

function missingAsk(): never {
  throw new Error('the emulated cloud offers nothing')
}

export const NEW_INSTANCE = {
  image: 'pytorch/pytorch:2.8.0-cuda12.8-cudnn9-devel',
  label: MARKER,
  disk: 20,
  runtype: 'ssh_direct',
}

const started: StartedVastEmulator[] = []

export async function closeAll(): Promise<void> {
  await Promise.all(started.splice(0).map((emulator) => emulator.close()))
}

/** An emulator and the ways to speak with it. */
export async function setup(options: VastEmulatorOptions = {}) {
  const emulator = await startVastEmulator(options)
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

  const show = async (id: number) => (await call('GET', `/api/v0/instances/${id}/`)).body.instances

  const create = async (change: object = {}, askId = ASK.id) =>
    await call('PUT', `/api/v0/asks/${askId}/`, { ...NEW_INSTANCE, ...change })

  async function created(change: object = {}, askId = ASK.id): Promise<number> {
    const answer = await create(change, askId)
    expect(answer.body).toMatchObject({ success: true })
    return answer.body.new_contract
  }

  const status = async (id: number): Promise<unknown> => (await show(id))?.actual_status

  /** Where to knock once it runs. */
  async function running(id: number) {
    await expect.poll(() => status(id), { interval: 5, timeout: 2000 }).toBe('running')
    const instance = await show(id)
    const port = Number(instance.ports['22/tcp'][0].HostPort)
    return { host: String(instance.public_ipaddr).trim(), port, username: 'root' }
  }

  const search = async (body: object = {}) =>
    (await call('POST', '/api/v0/bundles/', body)).body.offers as Record<string, unknown>[]

  return { baseUrl, apiKey, control, call, show, create, created, status, running, search }
}
