import { switchProvider } from '@berth/activities/catalog/switch-provider'
import { LaunchAttemptEntity } from '@berth/entities/launch-attempt'
import { LaunchOutcomeEntity } from '@berth/entities/launch-outcome'
import { ProviderAccountEntity } from '@berth/entities/provider-account'
import { podObservedSignal, rentalWorkflowId, stopSignal } from '@berth/workflows/rental/messages'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { recordHistory, slug } from '../support/histories.ts'
import type { RentalHandle } from '../support/orchestrator.ts'
import { openSimulation, type Simulation } from '../support/simulation.ts'
import { until } from '../support/until.ts'

const CREATE = { method: 'POST', path: '/pods$' }
const BALANCE = 100_000_000n

let simulation: Simulation
/** Of the rental that the present test is about. */
let last: RentalHandle | undefined

beforeAll(async () => {
  simulation = await openSimulation()
})
afterEach(async ({ task }) => {
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
    const { rentalId, faults } = await rented({ order: { match: CREATE, fault } })
    await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).phase === 'running')
    expect(await kinds(rentalId)).toContain('pod_adopted')
    await simulation.stop(rentalId)
    expect(onMeter(rentalId)).toMatchObject({ everAlive: 1, maxAliveAtOnce: 1, aliveNow: 0 })
    expect(faults.list()).toEqual([])
  })

  it('asks again after an answer that was lost before anything was created', async () => {
    const { rentalId } = await rented({ order: { match: CREATE, fault: { kind: 'status', status: 502 } } })
    await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).phase === 'running')
    await simulation.stop(rentalId)
    expect(onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })

  it('ends without a charge when nobody has the GPU, and the market hears of it', async () => {
    const { rentalId, person, handle, offer } = await rented({
      order: { match: CREATE, fault: { kind: 'no_capacity' } },
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
    const { rentalId, handle, offer } = await rented({
      order: { match: CREATE, fault: { kind: 'insufficient_balance' } },
    })
    await handle.result()
    expect(await simulation.market.rental(rentalId)).toMatchObject({ phase: 'ended', endReason: 'failed' })
    const account = await accountOf(offer.account)
    expect(account).toMatchObject({ status: 'drain' })
    expect(account.reason).toMatch(/balance/i)
    await switchProvider(simulation.market, { account: offer.account, status: 'on', reason: null })
  })

  it('takes an equal offer under the price cap, and every attempt is on record', async () => {
    const { rentalId } = await rented({
      order: { match: CREATE, fault: { kind: 'no_capacity' } },
      failover: true,
    })
    await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).phase === 'running')
    const running = await simulation.market.rental(rentalId)
    const attempts = await attemptsOf(rentalId)
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['no_capacity', 'ready'])
    expect(new Set(attempts.map(({ offerKey }) => offerKey)).size).toBe(2)
    expect(running.priceMicrosPerHour).toBe(attempts[1]!.priceMicrosPerHour)
    expect(running.priceMicrosPerHour).toBeLessThanOrEqual(running.maxPriceMicrosPerHour!)
    await simulation.stop(rentalId)
  })

  it('is not charged for another GPU than was sold: the pod is destroyed and the offer rolled again', async () => {
    const fault = { kind: 'wrong_gpu', name: 'NVIDIA GeForce GTX 1080', memoryMib: 8192 } as const
    const { rentalId } = await rented({ order: { match: CREATE, fault } })
    await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).phase === 'running')
    expect((await attemptsOf(rentalId)).map(({ outcome }) => outcome)).toEqual([
      'verification_failed',
      'ready',
    ])
    await simulation.stop(rentalId)
    expect(onMeter(rentalId)).toMatchObject({ everAlive: 2, maxAliveAtOnce: 1, aliveNow: 0 })
  })

  it.each([
    {
      fault: { kind: 'status', status: 200, body: '<html>be right back</html>' } as const,
      what: 'a web page',
    },
    { fault: { kind: 'unauthorized' } as const, what: 'a refusal of our key' },
  ])('keeps its pod when a look at it while it boots is answered by $what', async ({ fault }) => {
    const { rentalId } = await rented({ order: { match: { method: 'GET', path: '/pods/' }, fault } })
    await simulation.reach(rentalId, 'running')
    await simulation.stop(rentalId)
    expect(onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })

  it('stopped while it boots costs nothing and leaves nothing', async () => {
    const { rentalId, person, handle } = await rented({
      order: { match: CREATE, fault: { kind: 'stuck_provisioning' } },
    })
    await simulation.reach(rentalId, 'verifying')
    await handle.signal(stopSignal, { requestedAt: new Date().toISOString(), by: 'user' })
    await handle.result()
    expect(await simulation.market.rental(rentalId)).toMatchObject({
      phase: 'ended',
      endReason: 'stopped_by_user',
    })
    expect(await simulation.market.wallet(person)).toMatchObject({ available: BALANCE, held: 0n })
    expect(onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })

  it('keeps its pod when the provider uses a word nobody knows, and is charged to the last sight when it is gone', async () => {
    const { rentalId, person, handle } = await rented({})
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
    const wallet = await simulation.market.wallet(person)
    expect(wallet.held).toBe(0n)
    expect(wallet.available).toBe(BALANCE - (await simulation.chargedMicros(rentalId)))
  })

  it('stops costing at the stop, however long the provider refuses to destroy the pod', async () => {
    const { rentalId, person, handle } = await rented({})
    await simulation.reach(rentalId, 'running')
    const { faults } = simulation.market.runpod.control
    faults.add({ match: { method: 'DELETE' }, times: 40, fault: { kind: 'status', status: 503 } })
    const requestedAt = new Date(await simulation.temporal.currentTimeMs()).toISOString()
    await handle.signal(stopSignal, { requestedAt, by: 'user' })
    await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).health === 'stuck')
    expect((await simulation.market.wallet(person)).held).toBe(0n)
    faults.clear()
    await handle.result()
    expect(await kinds(rentalId)).toEqual(
      expect.arrayContaining(['stuck', 'recovered', 'absence_proved', 'ended']),
    )
    expect(onMeter(rentalId)).toMatchObject({ aliveNow: 0 })
  })
})

describe('on our own side, a rental', () => {
  it('that the wallet can not fund never reaches the provider', async () => {
    const { rentalId, handle } = await rented({ balance: 1_000n })
    await handle.result()
    const ended = await simulation.market.rental(rentalId)
    expect(ended).toMatchObject({ phase: 'ended', endReason: 'insufficient_balance' })
    expect(ended.endDetail).toMatch(/is missing/)
    expect(await attemptsOf(rentalId)).toEqual([])
  })

  it('whose workflow is terminated goes on from its row, with the same pod', async () => {
    const { rentalId, handle } = await rented({})
    await simulation.reach(rentalId, 'running')
    const before = await simulation.market.rental(rentalId)
    await handle.terminate('the store was lost')
    await simulation.orchestrator.ensure([rentalId])
    await until(async () => {
      const { status } = await simulation.temporal.client.workflow
        .getHandle(rentalWorkflowId(rentalId))
        .describe()
      return status.name === 'RUNNING'
    })
    await simulation.stop(rentalId)
    const after = await simulation.market.rental(rentalId)
    expect(after).toMatchObject({ phase: 'ended', endReason: 'stopped_by_user', podId: before.podId })
    expect(onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })

  it('is left alone by news of a pod that is not its own', async () => {
    const { rentalId, handle } = await rented({})
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
    const { rentalId } = await rented({})
    await simulation.reach(rentalId, 'running')
    const [attempt] = await attemptsOf(rentalId)
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
    expect(await kinds(rentalId)).toContain('pod_reaped')
    await provider.terminate(stranger.id, AbortSignal.timeout(5_000))
  })
})

interface Wish {
  order?: Parameters<Simulation['market']['runpod']['control']['faults']['add']>[0]
  failover?: boolean
  balance?: bigint
}

async function rented({ order, failover, balance = BALANCE }: Wish) {
  const { market, orchestrator } = simulation
  const { faults } = market.runpod.control
  faults.clear()
  const person = await market.person(balance)
  const offers = await market.offers()
  // One that other places offer too, so that there is somewhere to fail over to.
  const offer = offers.find(
    ({ gpu, gpuCount, id, lastRefusedAt }) =>
      lastRefusedAt === null &&
      offers.some((other) => other.id !== id && other.gpu.key === gpu.key && other.gpuCount === gpuCount),
  )!
  if (order) faults.add(order)
  const cap = failover ? { failoverMaxPriceMicrosPerHour: offer.priceMicrosPerHour * 3 } : {}
  const rentalId = await market.request({ person, offer, ...cap })
  const handle = await orchestrator.start(rentalId)
  last = handle
  return { rentalId, person, offer, faults, handle }
}

const kinds = async (rentalId: string): Promise<string[]> =>
  (await simulation.market.events(rentalId)).map(({ kind }) => kind)

const onMeter = (rentalId: string) =>
  simulation.market.runpod.control.meter
    .rentals()
    .find(({ rental }) => rental.toUpperCase().replace('-', '_') === rentalId.toUpperCase())

const accountOf = (id: string) =>
  simulation.market.dataSource.manager.findOneByOrFail(ProviderAccountEntity, { id })

/** One round of the fleet watch. */
const look = () => simulation.orchestrator.watchFleet('runpod')

async function attemptsOf(rentalId: string) {
  const { manager } = simulation.market.dataSource
  const attempts = await manager.find(LaunchAttemptEntity, { where: { rentalId }, order: { attempt: 'ASC' } })
  const outcomes = await manager.find(LaunchOutcomeEntity)
  return attempts.map((attempt) => ({
    ...attempt,
    outcome: outcomes.find(({ attemptId }) => attemptId === attempt.id)?.outcome,
  }))
}
