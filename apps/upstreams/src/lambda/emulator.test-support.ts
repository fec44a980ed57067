import { expect } from 'vitest'
import type { LambdaEmulatorOptions } from './emulator.ts'
import { startLambdaEmulator, type StartedLambdaEmulator } from './start.ts'

export const NEW_INSTANCE = {
  name: 'berth-rent-01jd0000000000000000000000-1',
  region_name: 'us-west-1',
  instance_type_name: 'gpu_1x_a10',
  ssh_key_names: ['berth'],
}

export const NO_SUCH = {
  error: { code: 'global/object-does-not-exist', message: 'Specified instance does not exist.' },
}

const started: StartedLambdaEmulator[] = []

export async function closeAll(): Promise<void> {
  await Promise.all(started.splice(0).map((emulator) => emulator.close()))
}

/** An emulator with one registered key "berth" and stock for `NEW_INSTANCE`, and the ways to speak with it. */
export async function setup(options: LambdaEmulatorOptions & { publicKey?: string } = {}) {
  const emulator = await startLambdaEmulator(options)
  started.push(emulator)
  const { baseUrl, apiKey, control } = emulator
  if (control.sshKeys.list().length === 0)
    control.sshKeys.add({ name: 'berth', public_key: options.publicKey })
  if (options.churn !== true)
    control.inventory.set({ instanceType: 'gpu_1x_a10', region: 'us-west-1', free: 9 })

  async function call(method: string, path: string, body?: unknown) {
    const answer = await fetch(baseUrl + path, {
      method,
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const json = /^[[{]/.test(text) ? JSON.parse(text) : text
    return { status: answer.status, headers: answer.headers, body: json }
  }

  const get = async (id: string) => await call('GET', `/instances/${id}`)

  async function launch(change: object = {}): Promise<string> {
    const answer = await call('POST', '/instance-operations/launch', { ...NEW_INSTANCE, ...change })
    expect(answer.status).toBe(200)
    return answer.body.data.instance_ids[0]
  }

  /** Where to knock once it is active. */
  async function active(id: string) {
    await expect
      .poll(async () => (await get(id)).body.data.status, { interval: 5, timeout: 2000 })
      .toBe('active')
    const [host = '', port] = String((await get(id)).body.data.ip).split(':')
    return { host, port: Number(port), username: 'ubuntu' }
  }

  return { baseUrl, apiKey, control, call, get, launch, active }
}
