import { stopSignal, viewQuery } from '@berth/workflows/rental/messages'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { recordHistory, slug } from '../support/histories.ts'
import { BALANCE, CREATE, createRenter, type Renter } from '../support/simulated-renter.ts'
import { openSimulation, type Simulation } from '../support/simulation.ts'
import { until } from '../support/until.ts'

let simulation: Simulation
let renter: Renter

afterEach(async ({ task }) => {
  const last = renter.latest()
  if (last) await recordHistory(slug(task.name), last)
})

describe('a launch', () => {
  beforeAll(async () => {
    simulation = await openSimulation()
    renter = createRenter(simulation)
  })
  afterAll(() => simulation?.close())

  it('says which offer it did not even try, and why', async () => {
    const { rentalId, person, handle } = await renter.rent({ agreedMicrosPerHour: 1_000 })
    await handle.result()
    expect(await simulation.market.rental(rentalId)).toMatchObject({
      endReason: 'no_capacity',
      endDetail: expect.stringMatching(/price has risen/),
    })
    const failed = (await simulation.market.events(rentalId)).find(({ kind }) => kind === 'attempt_failed')
    expect(failed?.data).toMatchObject({
      attempt: 1,
      words: expect.stringMatching(/price has risen/),
      cause: { code: 'price_risen' },
    })
    expect(await renter.attempts(rentalId)).toEqual([])
    expect(await simulation.market.wallet(person)).toMatchObject({ available: BALANCE, held: 0n })
  })

  it('says that a provider makes it wait', async () => {
    const fault = { kind: 'rate_limited', retryAfterSeconds: 7 } as const
    const { rentalId } = await renter.rent({ orders: [{ match: CREATE, fault }] })
    await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).phase === 'running')
    expect(await renter.kinds(rentalId)).toContain('attempt_waiting')
    await simulation.stop(rentalId)
    expect(renter.onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })

  it('that was refused after an earlier answer was lost still looks for what that order may have made', async () => {
    const { rentalId, handle } = await renter.rent({
      orders: [
        { match: CREATE, fault: { kind: 'status', status: 502 } },
        { match: CREATE, fault: { kind: 'no_capacity' } },
      ],
    })
    await handle.result()
    expect((await renter.attempts(rentalId)).map(({ outcome }) => outcome)).toEqual(['no_capacity'])
    expect(await renter.kinds(rentalId)).toContain('absence_proved')
  })

  it('that is stopped while the provider does not say whether it made the pod frees the money at once', async () => {
    const { rentalId, person, handle, faults } = await renter.rent({
      orders: [
        { match: CREATE, fault: { kind: 'cut_after_effect' } },
        { match: { method: 'GET' }, times: 10_000, fault: { kind: 'status', status: 503 } },
      ],
    })
    await until(async () => (await simulation.market.rental(rentalId)).phase === 'launching')
    await until(async () => ((await handle.query(viewQuery)).lastError ?? '').includes('503'))
    await handle.signal(stopSignal, { requestedAt: new Date().toISOString(), by: 'user' })
    await simulation.skipUntil(async () => (await simulation.market.wallet(person)).held === 0n)
    expect(await simulation.market.rental(rentalId)).toMatchObject({ phase: 'stopping' })
    faults.clear()
    await handle.result()
    expect(await simulation.market.wallet(person)).toMatchObject({ available: BALANCE, held: 0n })
    expect(renter.onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })
})

describe('with workers that lack the credentials to watch a pod boot', () => {
  let refused = true
  beforeAll(async () => {
    simulation = await openSimulation({ refuses: (activity) => refused && activity === 'awaitReady' })
    renter = createRenter(simulation)
  })
  afterAll(() => simulation?.close())

  it('a rental says that it is stuck although no step of it ever came back, and goes on once one can', async () => {
    const { rentalId, handle } = await renter.rent()
    await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).health === 'stuck')
    expect(await handle.query(viewQuery)).toMatchObject({
      phase: 'verifying',
      waitingFor: 'RunPod to show a usable pod',
    })
    refused = false
    await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).phase === 'running')
    expect(await renter.kinds(rentalId)).toEqual(expect.arrayContaining(['stuck', 'recovered', 'running']))
    expect(await simulation.market.rental(rentalId)).toMatchObject({ health: 'ok' })
    await simulation.stop(rentalId)
  })
})
