import { rentalWorkflowId, viewQuery, walletFundedSignal } from '@berth/workflows/rental/messages'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordHistory } from '../support/histories.ts'
import type { RentalHandle } from '../support/orchestrator.ts'
import { BALANCE, createRenter, type Renter } from '../support/simulated-renter.ts'
import { openSimulation, type Simulation } from '../support/simulation.ts'
import { until } from '../support/until.ts'

let simulation: Simulation
let renter: Renter

beforeAll(async () => {
  simulation = await openSimulation()
  renter = createRenter(simulation)
})
afterAll(() => simulation?.close())

describe('a rental whose workflow is lost goes on from its row:', () => {
  it('one that runs keeps its pod, and is charged for it', async () => {
    const { rentalId, handle } = await renter.rent()
    await simulation.reach(rentalId, 'running')
    const before = await simulation.market.rental(rentalId)
    await lose(handle)
    await simulation.orchestrator.ensure([rentalId])
    await simulation.stop(rentalId)
    await recordHistory('lost-while-it-ran', present(rentalId))
    const after = await simulation.market.rental(rentalId)
    expect(after).toMatchObject({ phase: 'ended', endReason: 'stopped_by_user', podId: before.podId })
    expect(renter.onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })

  it('one whose pod was usable but not yet told so ends without a charge, and without the pod', async () => {
    const { rentalId, person, handle } = await renter.rent()
    await simulation.reach(rentalId, 'running')
    await lose(handle)
    // As if it had been lost in the instant between the start of the meter and the record of it.
    await simulation.market.dataSource.query(`UPDATE rentals SET phase = 'verifying' WHERE id = $1`, [
      rentalId,
    ])
    await simulation.temporal.sleep('2m')
    await endAfterAll(rentalId, 'lost-before-its-pod-was-told-usable')
    expect(await simulation.market.rental(rentalId)).toMatchObject({ phase: 'ended', endReason: 'failed' })
    expect(await simulation.market.wallet(person)).toMatchObject({ available: BALANCE, held: 0n })
    expect(renter.onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })

  it('one that the wallet could not fund ends as that, though nothing was ever set aside', async () => {
    const person = await simulation.market.person(0n)
    const [offer] = await simulation.market.offers()
    const rentalId = await simulation.market.request({ person, offer: offer! })
    await simulation.market.dataSource.query(
      `UPDATE rentals SET phase = 'stopping', end_reason = 'insufficient_balance', stopped_at = clock_timestamp()
       WHERE id = $1`,
      [rentalId],
    )
    await endAfterAll(rentalId, 'lost-between-its-refusal-and-its-end')
    const ended = { phase: 'ended', endReason: 'insufficient_balance' }
    expect(await simulation.market.rental(rentalId)).toMatchObject(ended)
  })

  it('one whose meter was closed before its end was told ends for the reason on record', async () => {
    const { rentalId, handle } = await renter.rent()
    await simulation.reach(rentalId, 'running')
    await until(async () => (await handle.query(viewQuery)).phase === 'running')
    await simulation.market.billing.close({ rentalId })
    await simulation.market.dataSource.query(
      `UPDATE rentals SET end_reason = 'budget_reached' WHERE id = $1`,
      [rentalId],
    )
    await handle.signal(walletFundedSignal)
    await handle.result()
    expect(await simulation.market.rental(rentalId)).toMatchObject({ endReason: 'budget_reached' })
    expect(renter.onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })

  it('one that was being stopped is charged up to its stop, and its pod is destroyed', async () => {
    const { rentalId, person, handle, offer } = await renter.rent()
    await simulation.reach(rentalId, 'running')
    const { readyAt } = await simulation.market.rental(rentalId)
    const stopRequestedAt = new Date(readyAt!.getTime() + 90_000)
    // As if the store had been lost in the instant between the record of its end and the end of its meter.
    await lose(handle)
    await simulation.market.dataSource.query(
      `UPDATE rentals SET phase = 'stopping', end_reason = 'stopped_by_user', stop_requested_at = $2 WHERE id = $1`,
      [rentalId, stopRequestedAt],
    )
    await simulation.temporal.sleep('1h')
    await endAfterAll(rentalId, 'lost-while-it-was-being-stopped')
    const charged = (BigInt(offer.priceMicrosPerHour) * 90n) / 3600n
    expect(await simulation.market.rental(rentalId)).toMatchObject({ phase: 'ended' })
    expect(await simulation.market.wallet(person)).toMatchObject({ available: BALANCE - charged, held: 0n })
    expect(renter.onMeter(rentalId)).toMatchObject({ everAlive: 1, aliveNow: 0 })
  })
})

/** Ends its workflow behind its back, once it rests: the test server never skips time again after a task that was cut off. */
async function lose(handle: RentalHandle): Promise<void> {
  await until(async () => (await handle.query(viewQuery)).phase === 'running')
  await handle.terminate('the store was lost')
}

/** Its workflow of now, whichever run that is. */
const present = (rentalId: string) =>
  simulation.temporal.client.workflow.getHandle(rentalWorkflowId(rentalId))

/** Starts it again, as housekeeping does when it finds no workflow, and waits for its end. */
async function endAfterAll(rentalId: string, history: string): Promise<void> {
  await simulation.orchestrator.ensure([rentalId])
  await present(rentalId).result()
  await recordHistory(history, present(rentalId))
}
