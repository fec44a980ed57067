import { stopSignal } from '@berth/workflows/rental/messages'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { recordHistory } from '../support/histories.ts'
import { startNightly, type Nightly } from '../support/nightly.ts'
import { createRenter, type Renter } from '../support/simulated-renter.ts'
import { openSimulation, type Simulation } from '../support/simulation.ts'
import { workflowBundle } from '../support/temporal.ts'

const BILLS = { method: 'GET', path: '/billing/pods' }
const DAY_MS = 86_400_000

let simulation: Simulation
let renter: Renter
let nightly: Nightly
/** Ended before the first night, each with its cost booked at its end. */
let rentals: { dear: string; late: string; asked: string }
let operatorId: string

beforeAll(async () => {
  simulation = await openSimulation()
  renter = createRenter(simulation)
  rentals = { dear: await anEndedRental(), late: await anEndedRental(), asked: await anEndedRental() }
  operatorId = (await simulation.market.person(0n)).userId
  nightly = await startNightly(simulation)
  // A night ends at midnight: rented after it, before the hour of the run, they belong to the next one.
  if (new Date().getUTCHours() < 3) await nightly.night()
})
afterAll(() => simulation?.close())

it('a bill that our record can not explain is flagged, and the ledger corrected to it by one transaction', async () => {
  const [atItsEnd = 0n] = await nightly.bookedOf(rentals.dear)
  await nightly.bill(rentals.dear, 5_000_000n)
  expect(await nightly.night()).toMatchObject({ requestedBy: null, pods: 3, unanswered: 0, flagged: 1 })
  const [cost] = await nightly.costsOf(rentals.dear)
  expect(cost).toMatchObject({ answer: 'billed', bill: 5_000_000n, deviation: 'above' })
  expect(cost!.estimate).toBeLessThan(1_000_000n)
  expect(await nightly.bookedOf(rentals.dear)).toEqual([atItsEnd, 5_000_000n - atItsEnd].filter(Boolean))
  expect(await nightly.costsOf(rentals.late)).toMatchObject([{ answer: 'billed', deviation: null }])
})

it('asked for again by an operator it looks at everything anew and changes nothing', async () => {
  const before = await everything()
  expect(await nightly.now(operatorId)).toMatchObject({ requestedBy: operatorId, pods: 3, flagged: 1 })
  expect(await everything()).toEqual(before)
})

it('a provider that is down is asked few times, its pods are told as unanswered, and it answers the next night', async () => {
  const { faults } = simulation.market.runpod.control
  await nightly.bill(rentals.asked, 1_200_000n)
  faults.add({ match: BILLS, times: 1_000, fault: { kind: 'status', status: 503 } })
  const before = await everything()
  expect(await nightly.night()).toMatchObject({ pods: 3, unanswered: 3, flagged: 1 })
  const answers = (await Promise.all(Object.values(rentals).map(nightly.costsOf))).flat()
  expect(answers.map(({ answer }) => answer)).toEqual(['unanswered', 'unanswered', 'unanswered'])
  expect(new Set(answers.map(({ words }) => words))).toContain('The provider did not answer this night.')
  // What it said before stands meanwhile.
  expect(await everything()).toEqual(before)
  faults.clear()
  expect(await nightly.night()).toMatchObject({ unanswered: 0, flagged: 2 })
  expect(await nightly.costsOf(rentals.asked)).toMatchObject([{ answer: 'billed', words: null }])
  expect(sum(await nightly.bookedOf(rentals.asked))).toBe(1_200_000n)
})

it('a bill that changes later moves the ledger by the difference', async () => {
  const before = await nightly.bookedOf(rentals.late)
  await nightly.bill(rentals.late, 40_000n)
  await nightly.night()
  await nightly.bill(rentals.late, 30_000n)
  await nightly.night()
  expect(await nightly.bookedOf(rentals.late)).toEqual([...before, 40_000n - sum(before), -10_000n])
})

it('nights missed while it was lost are made up for by one run, from where the last ended', async () => {
  const before = await nightly.runs()
  await nightly.lose('3 days')
  const caughtUp = await nightly.night()
  expect(caughtUp.fromAt).toEqual(before.at(-1)!.untilAt)
  expect(caughtUp.untilAt.getTime() - caughtUp.fromAt.getTime()).toBeGreaterThanOrEqual(2 * DAY_MS)
  expect(await nightly.runs()).toHaveLength(before.length + 1)
})

it('asked for while a run is under way, another begins after it', async () => {
  const secondId = (await simulation.market.person(0n)).userId
  const { finished, link } = await nightly.nowTwice(operatorId, secondId)
  expect(finished.map(({ requestedBy }) => requestedBy)).toEqual([operatorId, secondId])
  expect(finished[1]!.startedAt.getTime()).toBeGreaterThanOrEqual(finished[0]!.finishedAt!.getTime())
  await recordHistory('reconciliation-asked-for-while-one-was-under-way', link)
})

it('what it did replays', async () => {
  const handles = await nightly.handles()
  for (const handle of handles)
    await Worker.runReplayHistory(
      { workflowBundle: workflowBundle() },
      await handle.fetchHistory(),
      handle.workflowId,
    )
  // Runs and waits take turns; the first run is that of the start.
  expect(handles.length).toBeGreaterThan(6)
  const [, , night, waitCutShort, , , unanswered] = handles
  await recordHistory('reconciliation-of-a-night', night!)
  await recordHistory('reconciliation-that-an-operator-did-not-wait-for', waitCutShort!)
  await recordHistory('reconciliation-that-a-provider-did-not-answer', unanswered!)
})

/** Not awaited by its workflow's result: with nothing left to wait for, the server's time would jump by years. */
async function anEndedRental(): Promise<string> {
  const { rentalId, handle } = await renter.rent()
  await simulation.reach(rentalId, 'running')
  await handle.signal(stopSignal, { requestedAt: new Date().toISOString(), by: 'user' })
  await simulation.skipUntil(async () => (await simulation.market.rental(rentalId)).phase === 'ended')
  return rentalId
}

const sum = (amounts: bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n)

/** Of every rental what is booked and what its pods cost. */
const everything = (): Promise<unknown> =>
  Promise.all(
    Object.values(rentals).map(async (rentalId) => ({
      booked: await nightly.bookedOf(rentalId),
      bills: (await nightly.costsOf(rentalId)).map(({ bill, deviation }) => ({ bill, deviation })),
    })),
  )
