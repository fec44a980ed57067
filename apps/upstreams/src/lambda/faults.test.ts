import ssh2 from 'ssh2'
import { afterAll, describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import { sshExec } from '../kit/ssh/ssh-client.test-support.ts'
import { closeAll, NEW_INSTANCE, setup as start } from './emulator.test-support.ts'

const key = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const setup = (options: Parameters<typeof start>[0] = {}) => start({ publicKey: key.public, ...options })
const LAUNCH = { method: 'POST', path: '/instance-operations/launch$' }

afterAll(closeAll)

describe('faults of any HTTP service, in Lambda’s words', () => {
  it('answers 401, 503 and a plain 429', async () => {
    const { call, control } = await setup()
    control.faults.add({ fault: { kind: 'unauthorized' } })
    expect((await call('GET', '/instances')).body.error.code).toBe('global/invalid-api-key')
    control.faults.add({ fault: { kind: 'status', status: 503 } })
    expect((await call('GET', '/instances')).body.error.code).toBe('provider/internal-unavailable')
    control.faults.add({ fault: { kind: 'rate_limited', retryAfterSeconds: 3 } })
    const limited = await call('GET', '/instances')
    expect([limited.status, limited.headers.get('Retry-After')]).toEqual([429, '3'])
    expect((await call('GET', '/nowhere')).body.error.code).toBe('global/object-does-not-exist')
  })

  it('launches and hides the answer', async () => {
    const { call, control } = await setup()
    control.faults.add({ match: LAUNCH, fault: { kind: 'after_effect_status', status: 500 } })
    expect((await call('POST', '/instance-operations/launch', NEW_INSTANCE)).status).toBe(500)
    control.faults.add({ match: LAUNCH, fault: { kind: 'cut_after_effect' } })
    await expect(call('POST', '/instance-operations/launch', NEW_INSTANCE)).rejects.toThrow('fetch failed')
    expect(control.instances.list()).toHaveLength(2)
  })
})

describe('faults only this cloud shows', () => {
  it.each([
    ['no_capacity', 400, 'instance-operations/launch/insufficient-capacity'],
    ['quota_exceeded', 400, 'global/quota-exceeded'],
    ['account_inactive', 403, 'global/account-inactive'],
  ] as const)('refuses a launch with %s', async (kind, status, code) => {
    const { call, control } = await setup()
    control.faults.add({ fault: { kind } })
    const answer = await call('POST', '/instance-operations/launch', NEW_INSTANCE)
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
    expect(control.instances.list()).toEqual([])
  })

  it('boots for ever, or into unhealthy, and bills neither', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { launch, get, control } = await setup({ clock })
    control.faults.add({ fault: { kind: 'stuck_booting' } })
    const stuck = await launch()
    control.faults.add({ fault: { kind: 'boot_unhealthy' } })
    const sick = await launch()
    clock.advance(3_600_000)
    await expect.poll(async () => (await get(sick)).body.data.status).toBe('unhealthy')
    expect((await get(stuck)).body.data.status).toBe('booting')
    expect(control.meter.totalCostMicros()).toBe(0n)
  })

  it('is active with the wrong GPU, with none that works, or with nobody at the door', async () => {
    const { launch, active, control } = await setup()
    const command = 'nvidia-smi -L'
    control.faults.add({ fault: { kind: 'wrong_gpu', name: 'NVIDIA T4' } })
    const wrong = await active(await launch())
    expect((await sshExec({ ...wrong, privateKey: key.private, command })).stdout).toContain('NVIDIA T4')
    control.faults.add({ fault: { kind: 'gpu_broken' } })
    const broken = await active(await launch())
    expect((await sshExec({ ...broken, privateKey: key.private, command })).code).not.toBe(0)
    control.faults.add({ fault: { kind: 'ssh_never' } })
    const silent = await active(await launch())
    await expect(sshExec({ ...silent, privateKey: key.private, command })).rejects.toThrow(/ECONNREFUSED/)
  })

  it('hides a new instance for a while, and lets a terminated one linger', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, launch, get, control } = await setup({ clock })
    control.faults.add({ fault: { kind: 'invisible', ms: 3000 } })
    const id = await launch()
    expect((await get(id)).status).toBe(404)
    clock.advance(3000)
    expect((await get(id)).status).toBe(200)
    control.faults.add({ fault: { kind: 'lingering', ms: 1000 } })
    await call('POST', '/instance-operations/terminate', { instance_ids: [id] })
    await expect.poll(async () => (await get(id)).body.data.status).toBe('terminated')
    clock.advance(1000)
    expect((await get(id)).status).toBe(404)
  })

  it('is preempted, says words nobody knows, and vanishes from outside', async () => {
    const { call, launch, active, get, control } = await setup()
    const id = await launch()
    await active(id)
    expect(control.instances.setStatus(id, 'rebuilding')).toBe(true)
    expect((await get(id)).body.data.status).toBe('rebuilding')
    expect(control.instances.interrupt(id)).toBe(true)
    expect((await get(id)).body.data.status).toBe('preempted')
    expect(control.meter.aliveNow()).toEqual([])
    await call('POST', '/instance-operations/terminate', { instance_ids: [id] })
    await expect.poll(async () => (await get(id)).status).toBe(404)
    const other = await launch()
    expect(control.instances.byMarker(NEW_INSTANCE.name)?.id).toBe(other)
    expect(control.instances.kill(other)).toBe(true)
    expect((await get(other)).status).toBe(404)
    expect(control.instances.kill(other)).toBe(false)
  })
})
