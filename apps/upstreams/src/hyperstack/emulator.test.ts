import ssh2 from 'ssh2'
import { afterAll, describe, expect, it } from 'vitest'
import { createClock } from '../kit/clock.ts'
import { sshExec } from '../kit/ssh/ssh-client.test-support.ts'
import { closeAll, NEW_VM, PATH, setup, SSH_RULE } from './emulator.test-support.ts'

const registered = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const injected = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const USER_DATA = `#cloud-config\n${JSON.stringify({
  ssh_authorized_keys: [injected.public],
  write_files: [{ path: '/etc/environment', append: true, content: 'GREETING=hi\n' }],
})}`
const HOUR_MS = 3_600_000

afterAll(closeAll)

describe('a virtual machine, from create to gone', () => {
  it('is ACTIVE before it has its address, and lets the registered key and those of cloud-init in as ubuntu', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { get, create, until, door } = await setup({
      clock,
      bootMs: 10_000,
      addressMs: 5_000,
      publicKey: registered.public,
    })
    const id = await create({ user_data: USER_DATA })
    expect(await get(id)).toMatchObject({ status: 'CREATING', floating_ip_status: 'ATTACHING' })
    clock.advance(4_000)
    expect(await get(id)).toMatchObject({ status: 'BUILD' })
    clock.advance(6_000)
    expect(await until(id, { status: 'ACTIVE' })).not.toHaveProperty('floating_ip')
    clock.advance(5_000)
    const asked = 'echo $GREETING && nvidia-smi --query-gpu=name,memory.total --format=csv,noheader,nounits'
    for (const { private: privateKey } of [registered, injected])
      expect(await sshExec({ ...(await door(id)), privateKey, command: asked })).toMatchObject({
        code: 0,
        stdout: 'hi\nNVIDIA L40, 46068\n',
      })
  })

  it('lets nobody in before a rule opens 22, though it is ACTIVE and has an address', async () => {
    const { call, create, door } = await setup({ publicKey: registered.public })
    const id = await create({ security_rules: [{ ...SSH_RULE, port_range_min: 80, port_range_max: 80 }] })
    const knock = async () =>
      await sshExec({ ...(await door(id)), privateKey: registered.private, command: 'true' })
    await expect(knock()).rejects.toThrow(/ECONNREFUSED/)
    const added = await call('POST', `${PATH}/${id}/sg-rules`, SSH_RULE)
    expect(added.body).toMatchObject({ status: true, security_rule: { port_range_min: 22 } })
    expect((await knock()).code).toBe(0)
  })

  it('does not tell its SSH port when ports are randomized, which they are unless refused', async () => {
    const { create, until } = await setup()
    const id = await create({ enable_port_randomization: undefined })
    const vm = await until(id, { status: 'ACTIVE', floating_ip_status: 'ATTACHED' })
    expect(vm).toMatchObject({ port_randomization: true, floating_ip: '127.0.0.1' })
  })

  it('is DELETING for a while after its end, then 404', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, create, control } = await setup({ clock, teardownMs: 2_000 })
    const id = await create()
    expect((await call('DELETE', `${PATH}/${id}`)).body.status).toBe(true)
    expect(control.meter.aliveNow()).toEqual([])
    expect((await call('GET', PATH)).body.instances).toMatchObject([{ id, status: 'DELETING' }])
    clock.advance(2_000)
    expect(await call('GET', `${PATH}/${id}`)).toMatchObject({
      status: 404,
      body: { status: false, error_reason: 'not_found' },
    })
    expect((await call('DELETE', `${PATH}/${id}`)).status).toBe(404)
  })

  it('is refused by name while another has it, and numbered when several are ordered', async () => {
    const { call, create } = await setup()
    await create({ count: 2 })
    expect((await call('GET', `${PATH}?search=-1-2`)).body).toMatchObject({ count: 1 })
    const id = await create()
    const again = await call('POST', PATH, NEW_VM)
    expect([again.status, again.body.error_reason]).toEqual([409, 'already_exist'])
    await call('DELETE', `${PATH}/${id}`)
    await create()
    expect((await call('POST', PATH, { ...NEW_VM, name: 'x'.repeat(51) })).status).toBe(400)
  })
})

describe('orders behind GET', () => {
  it('have their effect each time, and every one is counted', async () => {
    const { call, create, until, control } = await setup()
    const id = await create()
    await until(id, { status: 'ACTIVE' })
    expect((await call('GET', `${PATH}/${id}/hibernate`)).body.status).toBe(true)
    await until(id, { status: 'HIBERNATED' })
    expect((await call('GET', `${PATH}/${id}/hibernate`)).status).toBe(400)
    expect(control.requests.count('GET', /hibernate$/)).toBe(2)
    expect((await call('GET', `${PATH}/${id}/hibernate-restore`)).body.status).toBe(true)
    await until(id, { status: 'ACTIVE' })
    await call('GET', `${PATH}/${id}/stop`)
    await until(id, { status: 'SHUTOFF' })
    expect((await call('GET', `${PATH}/${id}/hibernate`)).status).toBe(400)
    await call('GET', `${PATH}/${id}/start`)
    await until(id, { status: 'ACTIVE' })
  })

  it('give the address back on hibernation unless it is retained', async () => {
    const { call, create, door, until } = await setup({ publicKey: registered.public })
    const id = await create()
    const first = await door(id)
    const sleepAndWake = async (query: string) => {
      await call('GET', `${PATH}/${id}/hibernate${query}`)
      await until(id, { status: 'HIBERNATED', floating_ip_status: query ? 'ATTACHED' : 'ATTACHING' })
      await call('GET', `${PATH}/${id}/hibernate-restore`)
      return await door(id)
    }
    expect(await sleepAndWake('?retain_ip=true')).toEqual(first)
    const other = await sleepAndWake('')
    expect(other).not.toEqual(first)
    expect((await sshExec({ ...other, privateKey: registered.private, command: 'true' })).code).toBe(0)
  })

  it('can not restore where nothing is free, which a 200 says', async () => {
    const { call, create, until, control } = await setup()
    const id = await create()
    await until(id, { status: 'ACTIVE' })
    await call('GET', `${PATH}/${id}/hibernate`)
    await until(id, { status: 'HIBERNATED' })
    control.inventory.set({ gpu: 'L40', free: 0 })
    const refused = await call('GET', `${PATH}/${id}/hibernate-restore`)
    expect(refused).toMatchObject({ status: 200, body: { status: false } })
    expect(await until(id, { status: 'HIBERNATED' })).toBeTruthy()
  })
})

describe('the meter', () => {
  it('runs from ACTIVE on, in full while shut off, for disk alone while hibernated, by the minute', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { call, create, until, control } = await setup({ clock, bootMs: 600_000 })
    const id = await create()
    clock.advance(600_000)
    await until(id, { status: 'ACTIVE' })
    const cost = (): bigint => control.meter.costMicros(String(id))
    expect(cost()).toBe(0n)
    clock.advance(HOUR_MS)
    expect(cost()).toBe(1_006_720n)
    await call('GET', `${PATH}/${id}/stop`)
    clock.advance(HOUR_MS)
    expect(cost()).toBe(2_013_440n)
    await call('GET', `${PATH}/${id}/start`)
    clock.advance(600_000)
    await until(id, { status: 'ACTIVE' })
    await call('GET', `${PATH}/${id}/hibernate`)
    clock.advance(600_000)
    await until(id, { status: 'HIBERNATED' })
    const before = cost()
    clock.advance(HOUR_MS)
    expect(cost() - before).toBe(9_700n)
    const history = await call('GET', `/billing/billing/history/virtual-machine/${id}`)
    const { metrics } = history.body.billing_history_vm_details.billing_history[0]
    expect(metrics.incurred_bill).toBeCloseTo(Number(cost()) / 1e6, 6)
  })

  it('never starts for a machine that fails', async () => {
    const { create, until, control } = await setup()
    control.faults.add({ fault: { kind: 'build_error' } })
    const id = await create()
    await until(id, { status: 'ERROR' })
    control.clock.advance(HOUR_MS)
    expect(control.meter.costMicros(String(id))).toBe(0n)
  })
})

describe('refusals', () => {
  it('may come with 200 and a false status', async () => {
    const { call, control } = await setup()
    control.inventory.set({ gpu: 'L40', free: 0 })
    expect(await call('POST', PATH, NEW_VM)).toMatchObject({
      status: 200,
      body: {
        status: false,
        message: 'Insufficient resources available for flavor n3-L40x1',
        error_reason: 'conflict',
      },
    })
  })

  it.each([
    ['environment_name', 'theirs', 'Environment not found.'],
    ['key_name', 'nobody', 'Key pair not found.'],
    ['flavor_name', 'n3-RTX-PRO6000-SEx1', 'Flavor not found.'],
    ['image_name', 'Plan 9', 'Image not found.'],
  ])('name a wrong %s', async (field, value, message) => {
    const { call } = await setup()
    const refused = await call('POST', PATH, { ...NEW_VM, [field]: value })
    expect([refused.status, refused.body.message]).toEqual([404, message])
  })

  it('keep each key pair to its environment, and each environment to its region', async () => {
    const { call } = await setup()
    await call('POST', '/core/environments', { name: 'north', region: 'NORWAY-1' })
    const there = { ...NEW_VM, environment_name: 'north' }
    expect((await call('POST', PATH, there)).body.message).toBe('Key pair not found.')
    const twice = await call('POST', '/core/environments', { name: 'north', region: 'US-1' })
    expect([twice.status, twice.body.error_reason]).toEqual([409, 'already_exist'])
    expect((await call('POST', '/core/environments', { name: 'moon', region: 'MOON-1' })).status).toBe(404)
  })

  it('count requests, whoever asks', async () => {
    const clock = createClock({ frozenAtMs: 0 })
    const { baseUrl, call } = await setup({ clock, requestsPerMinute: 3 })
    expect((await fetch(`${baseUrl}/pricebook`)).status).toBe(401)
    expect(await call('GET', '/pricebook')).toMatchObject({ status: 429, body: { status: false } })
    clock.advance(60_000)
    expect((await call('GET', '/pricebook')).status).toBe(200)
  })
})
