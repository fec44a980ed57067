import { switchProvider } from '@berth/activities/catalog/switch-provider'
import { ProviderAccountEntity } from '@berth/entities/provider-account'
import { podObservedSignal, stopSignal } from '@berth/workflows/rental/messages'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { recordHistory, slug } from '../support/histories.ts'
import { BALANCE, CREATE, createRenter, type Renter } from '../support/simulated-renter.ts'
import { openSimulation, type Simulation } from '../support/simulation.ts'

let simulation: Simulation
let renter: Renter

beforeAll(async () => {
  simulation = await openSimulation()
  renter = createRenter(simulation)
})
afterEach(async ({ task }) => {
  const last = renter.latest()
  if (last) await recordHistory(slug(task.name), last)
})
afterAll(() => simulation?.close())

describe('when the provider misbehaves, a rental', () => {
  it.each([
    {
      fault: { kind: 'after_effect_status', status: 500 } as const,
      what: 'a create that answers 500 after creating',
    },
    { fault: { kind: 'cut_after_effect' } as const, what: 'a connection cut after creating' },
  ])('has one pod, not two, after $what', async ({ fault }) => {
    const { rentalId, faults } = await renter.rent({ orders: [{ match: CREATE, fault }] })
    await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).phase === 'running')
    expect(await renter.kinds(rentalId)).toContain('pod_adopted')
    await simulation.stop(rentalId)
    expect(renter.onMeter(rentalId)).toMatchObject({ everAlive: 1, maxAliveAtOnce: 1, aliveNow: 0 })
    expect(faults.list()).toEqual([])
  })

  it('asks again after an answer that was lost before anything was created', async () => {
    const { rentalId } = await renter.rent({
      orders: [{ match: CREATE, fault: { kind: 'status', status: 502 } }],
    })
    await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).phase === 'running')
    await simulation.stop(rentalId)
    expect(renter.onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })

  it('ends without a charge when nobody has the GPU, and the market hears of it', async () => {
    const { rentalId, person, handle, offer } = await renter.rent({
      orders: [{ match: CREATE, fault: { kind: 'no_capacity' } }],
    })
    await handle.result()
    expect(await simulation.market.rental(rentalId)).toMatchObject({
      phase: 'ended',
      endReason: 'no_capacity',
    })
    expect(await simulation.market.wallet(person)).toMatchObject({ available: BALANCE, held: 0n })
    const refusals = await simulation.market.dataSource.query('SELECT offer_key FROM offer_refusals')
    expect(refusals).toContainEqual({ offer_key: offer.id.replace('runpod:', '') })
  })

  it('that finds our own account there empty closes that provider to everybody, with its words', async () => {
    const { rentalId, handle, offer } = await renter.rent({
      orders: [{ match: CREATE, fault: { kind: 'insufficient_balance' } }],
    })
    await handle.result()
    expect(await simulation.market.rental(rentalId)).toMatchObject({ phase: 'ended', endReason: 'failed' })
    const account = await accountOf(offer.account)
    expect(account).toMatchObject({ status: 'drain' })
    expect(account.reason).toMatch(/balance/i)
    await switchProvider(simulation.market, { account: offer.account, status: 'on', reason: null })
  })

  it('takes an equal offer under the price cap, and every attempt is on record', async () => {
    const { rentalId } = await renter.rent({
      orders: [{ match: CREATE, fault: { kind: 'no_capacity' } }],
      failover: true,
    })
    await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).phase === 'running')
    const running = await simulation.market.rental(rentalId)
    const attempts = await renter.attempts(rentalId)
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['no_capacity', 'ready'])
    expect(new Set(attempts.map(({ offerKey }) => offerKey)).size).toBe(2)
    expect(running.priceMicrosPerHour).toBe(attempts[1]!.priceMicrosPerHour)
    expect(running.priceMicrosPerHour).toBeLessThanOrEqual(running.maxPriceMicrosPerHour!)
    await simulation.stop(rentalId)
  })

  it('is not charged for another GPU than was sold: the pod is destroyed and the offer rolled again', async () => {
    const fault = { kind: 'wrong_gpu', name: 'NVIDIA GeForce GTX 1080', memoryMib: 8192 } as const
    const { rentalId } = await renter.rent({ orders: [{ match: CREATE, fault }] })
    await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).phase === 'running')
    expect((await renter.attempts(rentalId)).map(({ outcome }) => outcome)).toEqual([
      'verification_failed',
      'ready',
    ])
    await simulation.stop(rentalId)
    expect(renter.onMeter(rentalId)).toMatchObject({ everAlive: 2, maxAliveAtOnce: 1, aliveNow: 0 })
  })

  it.each([
    {
      fault: { kind: 'status', status: 200, body: '<html>be right back</html>' } as const,
      what: 'a web page',
    },
    { fault: { kind: 'unauthorized' } as const, what: 'a refusal of our key' },
  ])('keeps its pod when a look at it while it boots is answered by $what', async ({ fault }) => {
    const { rentalId } = await renter.rent({ orders: [{ match: { method: 'GET', path: '/pods/' }, fault }] })
    await simulation.reach(rentalId, 'running')
    await simulation.stop(rentalId)
    expect(renter.onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })

  it('stopped while it boots costs nothing and leaves nothing', async () => {
    const { rentalId, person, handle } = await renter.rent({
      orders: [{ match: CREATE, fault: { kind: 'stuck_provisioning' } }],
    })
    await simulation.reach(rentalId, 'verifying')
    await handle.signal(stopSignal, { requestedAt: new Date().toISOString(), by: 'user' })
    await handle.result()
    expect(await simulation.market.rental(rentalId)).toMatchObject({
      phase: 'ended',
      endReason: 'stopped_by_user',
    })
    expect(await simulation.market.wallet(person)).toMatchObject({ available: BALANCE, held: 0n })
    expect(renter.onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })

  it('keeps its pod when the provider uses a word nobody knows, and is charged to the last sight when it is gone', async () => {
    const { rentalId, person, handle } = await renter.rent({})
    await simulation.reach(rentalId, 'running')
    const { podId } = await simulation.market.rental(rentalId)
    simulation.market.runpod.control.instances.setStatus(podId!, 'RUNNING')
    await look()
    expect((await simulation.market.rental(rentalId)).phase).toBe('running')
    simulation.market.runpod.control.instances.kill(podId!)
    await look()
    expect((await simulation.market.rental(rentalId)).phase).toBe('running')
    await look()
    await handle.result()
    expect(await simulation.market.rental(rentalId)).toMatchObject({
      phase: 'ended',
      endReason: 'interrupted',
    })
    expect(await renter.kinds(rentalId)).toContain('pod_lost')
    const wallet = await simulation.market.wallet(person)
    expect(wallet.held).toBe(0n)
    expect(wallet.available).toBe(BALANCE - (await simulation.chargedMicros(rentalId)))
  })

  it('stops costing at the stop, however long the provider refuses to destroy the pod', async () => {
    const { rentalId, person, handle } = await renter.rent({})
    await simulation.reach(rentalId, 'running')
    const { faults } = simulation.market.runpod.control
    faults.add({ match: { method: 'DELETE' }, times: 40, fault: { kind: 'status', status: 503 } })
    const requestedAt = new Date(await simulation.temporal.currentTimeMs()).toISOString()
    await handle.signal(stopSignal, { requestedAt, by: 'user' })
    await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).health === 'stuck')
    expect((await simulation.market.wallet(person)).held).toBe(0n)
    faults.clear()
    await handle.result()
    expect(await renter.kinds(rentalId)).toEqual(
      expect.arrayContaining(['stuck', 'recovered', 'absence_proved', 'ended']),
    )
    expect(renter.onMeter(rentalId)).toMatchObject({ aliveNow: 0 })
  })
})

describe('on our own side, a rental', () => {
  it('that the wallet can not fund never reaches the provider', async () => {
    const { rentalId, handle } = await renter.rent({ balance: 1_000n })
    await handle.result()
    const ended = await simulation.market.rental(rentalId)
    expect(ended).toMatchObject({ phase: 'ended', endReason: 'insufficient_balance' })
    expect(ended.endDetail).toMatch(/is missing/)
    expect(ended.endCause).toEqual({ code: 'money_missing', data: { shortfallMicros: expect.any(Number) } })
    expect(await renter.attempts(rentalId)).toEqual([])
  })

  it('is left alone by news of a pod that is not its own', async () => {
    const { rentalId, handle } = await renter.rent({})
    await simulation.reach(rentalId, 'running')
    const at = new Date().toISOString()
    await handle.signal(podObservedSignal, {
      podId: 'another',
      state: 'gone',
      rawStatus: '404',
      observedAt: at,
      lastAliveAt: at,
    })
    await simulation.temporal.sleep('1m')
    expect((await simulation.market.rental(rentalId)).phase).toBe('running')
    await simulation.stop(rentalId)
  })
})

describe('the reaper', () => {
  it('destroys a pod with our marker that no rental wants at the second look, and no other', async () => {
    const { rentalId } = await renter.rent({})
    await simulation.reach(rentalId, 'running')
    const [attempt] = await renter.attempts(rentalId)
    await simulation.stop(rentalId)
    const { provider } = simulation.market
    const launch = {
      offer: attempt!.offer,
      sshPublicKeys: ['ssh-ed25519 AAAA x'],
      image: 'a/b',
      diskGib: 20,
      env: {},
      ports: [],
    }
    const orphan = await provider.launch({ ...launch, marker: attempt!.marker }, AbortSignal.timeout(5_000))
    const stranger = await provider.launch(
      { ...launch, marker: 'berth-rent-00000000000000000000000000-1' },
      AbortSignal.timeout(5_000),
    )
    expect((await look()).reaped).toEqual([])
    expect((await look()).reaped).toEqual([orphan.id])
    expect(simulation.market.runpod.control.instances.list().map(({ id }) => id)).toEqual([stranger.id])
    expect(await renter.kinds(rentalId)).toContain('pod_reaped')
    await provider.terminate(stranger.id, AbortSignal.timeout(5_000))
  })
})

const accountOf = (id: string) =>
  simulation.market.dataSource.manager.findOneByOrFail(ProviderAccountEntity, { id })

/** One round of the fleet watch. */
const look = () => simulation.orchestrator.watchFleet('runpod')
