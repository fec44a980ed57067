import { expect } from 'vitest'
import type { HyperstackEmulatorOptions } from './emulator.ts'
import { startHyperstackEmulator, type StartedHyperstackEmulator } from './start.ts'

/** The least rule that lets SSH in. */
export const SSH_RULE = {
  direction: 'ingress',
  ethertype: 'IPv4',
  protocol: 'tcp',
  remote_ip_prefix: '0.0.0.0/0',
  port_range_min: 22,
  port_range_max: 22,
}

export const NEW_VM = {
  name: 'berth-rent-01jd0000000000000000000000-1',
  environment_name: 'ours',
  flavor_name: 'n3-L40x1',
  key_name: 'berth',
  image_name: 'Ubuntu Server 24.04 LTS R570 CUDA 12.8 with Docker',
  count: 1,
  assign_floating_ip: true,
  enable_port_randomization: false,
  security_rules: [SSH_RULE],
}

export const PATH = '/core/virtual-machines'

const started: StartedHyperstackEmulator[] = []

export async function closeAll(): Promise<void> {
  await Promise.all(started.splice(0).map((emulator) => emulator.close()))
}

/** An emulator with an environment "ours" in CANADA-1, a key pair "berth" in it, stock for `NEW_VM`, and the ways to speak with it. */
export async function setup({
  publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLgWQsCH7Tlm7BMrGpqBqKVYwTnZBmuXRDkZiAHBjLi',
  ...options
}: HyperstackEmulatorOptions & { publicKey?: string } = {}) {
  const emulator = await startHyperstackEmulator(options)
  started.push(emulator)
  const { baseUrl, apiKey, control } = emulator

  async function call(method: string, path: string, body?: unknown) {
    const answer = await fetch(baseUrl + path, {
      method,
      headers: { api_key: apiKey, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, headers: answer.headers, body: await answer.json() }
  }

  if (control.environments.environments().length === 0) {
    await call('POST', '/core/environments', { name: 'ours', region: 'CANADA-1' })
    await call('POST', '/core/keypairs', { name: 'berth', environment_name: 'ours', public_key: publicKey })
  }
  if (options.churn !== true) control.inventory.set({ gpu: 'L40', free: 9 })

  const get = async (id: number) => (await call('GET', `${PATH}/${id}`)).body.instance

  async function create(change: object = {}): Promise<number> {
    const answer = await call('POST', PATH, { ...NEW_VM, ...change })
    expect(answer.body).toMatchObject({ status: true })
    return answer.body.instances[0].id
  }

  async function until(id: number, wanted: object) {
    await expect.poll(() => get(id), { interval: 5, timeout: 5_000 }).toMatchObject(wanted)
    return await get(id)
  }

  /** Where to knock once it is ACTIVE and has its address. */
  async function door(id: number) {
    const { floating_ip: address } = await until(id, { status: 'ACTIVE', floating_ip_status: 'ATTACHED' })
    const [host = '', port] = String(address).split(':')
    return { host, port: Number(port), username: 'ubuntu' }
  }

  return { baseUrl, apiKey, control, call, get, create, until, door }
}
