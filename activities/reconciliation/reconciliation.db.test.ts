import type { CostAnswer } from '@berth/contract/reconciliation'
import { newId } from '@berth/contract/ids'
import { PodCostEntity } from '@berth/entities/pod-cost'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createBillingWorld, DOLLAR, type BillingWorld } from '../billing/test-support/billing-world.ts'
import { createPrimeProvider } from '../providers/prime/adapter.ts'
import { beginRun } from './begin-run.ts'
import { findPodsToReconcile } from './find-pods-to-reconcile.ts'
import { finishRun } from './finish-run.ts'
import { reconcileRental, type BillAnswer } from './reconcile-rental.ts'

const night = (day: string): string => `${day}T00:00:00.000Z`
const PRICE = 3_600_000

let world: BillingWorld
beforeAll(async () => {
  world = await createBillingWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.owner.query('DELETE FROM pod_costs')
  await world.owner.query('DELETE FROM reconciliation_runs')
})

describe('a run', () => {
  it('is one for each night, and one that was not finished is taken up again', async () => {
    const first = await begin(night('2026-03-02'))
    expect(await begin(night('2026-03-02'))).toEqual(first)
    await finishRun(world.application, first!.runId)
    expect(await begin(night('2026-03-02'))).toBeNull()
    expect(await begin(night('2026-03-01'))).toBeNull()
    expect(await begin(night('2026-03-03'))).not.toEqual(first)
  })

  it('begins where the last ended, whoever wanted that one', async () => {
    const { userId } = await world.aWallet()
    for (const [until, by] of [
      [night('2026-03-02'), null],
      ['2026-03-02T15:00:00.000Z', userId],
      ['2026-03-02T15:00:01.000Z', userId],
      [night('2026-03-05'), null],
    ] as const) {
      const run = await begin(until, by)
      await finishRun(world.application, run!.runId)
    }
    const rows = await world.application.query<{ from: Date }[]>(
      'SELECT from_at AS "from" FROM reconciliation_runs ORDER BY until_at',
    )
    expect(rows.map(({ from }) => from.toISOString())).toEqual([
      '1970-01-01T00:00:00.000Z',
      night('2026-03-02'),
      '2026-03-02T15:00:00.000Z',
      '2026-03-02T15:00:01.000Z',
    ])
  })

  it('that an operator asked for between midnight and its hour does not stand for that of the night', async () => {
    const { userId } = await world.aWallet()
    const asked = await begin('2026-03-02T01:00:00.000Z', userId)
    await finishRun(world.application, asked!.runId)
    const ofTheNight = await begin(night('2026-03-02'))
    expect(ofTheNight).not.toBeNull()
    await finishRun(world.application, ofTheNight!.runId)
    expect(await begin(night('2026-03-02'))).toBeNull()
  })

  it('looks at what lived in its period, what may still be billed, and for a month at what was never answered', async () => {
    const days = { lives: null, yesterday: 1, lately: 6, settled: 8, unanswered: 29, forgotten: 31 } as const
    const names = new Map<string, string>()
    const earlier = await begin(new Date(Date.now() - 86_400_000).toISOString())
    for (const [name, endedDaysAgo] of Object.entries(days)) {
      const { rentalId } = await aRentalWithPods({ endedDaysAgo })
      names.set(rentalId, name)
      const isAnswered = name !== 'unanswered' && name !== 'forgotten'
      await reconcile(earlier!.runId, rentalId, isAnswered ? { micros: '1' } : { words: 'HTTP 503' })
    }
    await finishRun(world.application, earlier!.runId)
    const run = await begin(new Date().toISOString())
    const page = (after: string | null) =>
      findPodsToReconcile(
        { dataSource: world.application, providers: new Map() },
        { ...run!, after, limit: 3 },
      )
    const first = await page(null)
    const found = [...first, ...(await page(first.at(-1)!.rentalId))].map(({ rentalId }) =>
      names.get(rentalId),
    )
    expect(found.filter(Boolean)).toEqual(['lives', 'yesterday', 'lately', 'unanswered'])
    expect(first[0]?.pods).toEqual([{ account: 'acme', podId: expect.any(String), asks: true }])
  })

  it('asks about a living pod only where its provider tells of the living', async () => {
    const prime = createPrimeProvider({
      account: 'acme',
      apiKey: 'unused',
      baseUrl: 'http://127.0.0.1:9',
      report: () => {},
    })
    const run = await begin(new Date().toISOString())
    const deps = { dataSource: world.application, providers: new Map([['acme', prime]]) }
    const page = { ...run!, after: null, limit: 100 }
    for (const endedDaysAgo of [null, 1]) {
      const { rentalId } = await aRentalWithPods({ endedDaysAgo })
      const found = (await findPodsToReconcile(deps, page)).find((each) => each.rentalId === rentalId)
      expect(found?.pods.map(({ asks }) => asks)).toEqual([endedDaysAgo !== null])
    }
    await prime.close()
  })
})

describe('what a pod cost', () => {
  it.each<{ what: string; told: Partial<BillAnswer>; answer: CostAnswer; booked: number; flagged: number }>([
    {
      what: 'billed as expected',
      told: { micros: '3500000' },
      answer: 'billed',
      booked: 3_500_000,
      flagged: 0,
    },
    { what: 'billed too high', told: { micros: '3900000' }, answer: 'billed', booked: 3_900_000, flagged: 1 },
    { what: 'billed too low', told: { micros: '900000' }, answer: 'billed', booked: 900_000, flagged: 1 },
    { what: 'not billed yet', told: { micros: '0' }, answer: 'unanswered', booked: 3_000_000, flagged: 0 },
    { what: 'never billed', told: {}, answer: 'no_readout', booked: 3_600_000, flagged: 0 },
    { what: 'not told', told: { words: 'HTTP 503' }, answer: 'unanswered', booked: 3_000_000, flagged: 0 },
  ])(
    '$what is booked as what we know, else what was booked at its end stands',
    async ({ told, answer, booked, flagged }) => {
      const run = await begin(night('2026-03-02'))
      const { rentalId } = await aRentalWithPods({ endedDaysAgo: 1 })
      expect(await reconcile(run!.runId, rentalId, told)).toHaveLength(flagged)
      expect(await costsOf(rentalId)).toMatchObject([{ answer, estimate: 3_600_000n }])
      expect(await bookedOf(rentalId)).toBe(booked)
      expect(await finishRun(world.application, run!.runId)).toEqual({
        pods: 1,
        unanswered: answer === 'unanswered' ? 1 : 0,
        flagged,
      })
    },
  )

  it('is an estimate while it lives and nothing has been billed', async () => {
    const run = await begin(new Date().toISOString())
    const { rentalId } = await aRentalWithPods({ endedDaysAgo: null })
    await reconcile(run!.runId, rentalId, { micros: '0' })
    expect(await costsOf(rentalId)).toMatchObject([{ answer: 'no_readout', bill: null }])
    expect(await bookedOf(rentalId)).toBeGreaterThanOrEqual(3_600_000)
  })

  it('counts a pod that only its marker tells of, up to when it was last seen alive', async () => {
    const { rentalId } = await aRentalWithPods({ endedDaysAgo: 1 })
    await world.owner.query(
      `INSERT INTO pod_sightings (account, pod_id, marker, state, raw_status, last_alive_at, seen_at)
       SELECT account, $2, marker, 'gone', 'TERMINATED', started_at + interval '90 minutes', now()
       FROM launch_attempts WHERE rental_id = $1`,
      [rentalId, `${rentalId}-2`],
    )
    const run = await begin(night('2026-03-02'))
    await reconcile(run!.runId, rentalId, { micros: '3500000' })
    expect(await costsOf(rentalId)).toMatchObject([{ bill: 3_500_000n }, { estimate: 5_400_000n }])
    expect(await bookedOf(rentalId)).toBe(8_900_000)
    await finishRun(world.application, run!.runId)
    await world.owner.query('DELETE FROM pod_sightings')
    await reconcile((await begin(night('2026-03-03')))!.runId, rentalId, { micros: '3500000' })
    expect(await bookedOf(rentalId)).toBe(8_900_000)
  })

  it('stands as its provider said it until that says something else, and is summed over all pods of a rental', async () => {
    const { rentalId } = await aRentalWithPods({ endedDaysAgo: 1, pods: 2 })
    const told = [{ micros: '3900000' }, { words: 'HTTP 503' }, { micros: '3500000' }]
    const booked = [7_500_000, 7_500_000, 7_100_000]
    for (const [index, answer] of told.entries()) {
      const run = await begin(night(`2026-03-0${index + 2}`))
      await reconcile(run!.runId, rentalId, answer)
      await finishRun(world.application, run!.runId)
      expect(await bookedOf(rentalId)).toBe(booked[index])
    }
    expect((await costsOf(rentalId)).map(({ deviation }) => deviation)).toEqual([null, null])
  })
})

const begin = (until: string, requestedBy: string | null = null) =>
  beginRun(world.application, { until, requestedBy })

/** This answer about the first pod of the rental; of a second one its provider tells nothing, ever. */
const reconcile = (runId: string, rentalId: string, told: Partial<BillAnswer>) =>
  reconcileRental(
    { dataSource: world.application, billing: world.billing, providers: new Map() },
    {
      runId,
      rentalId,
      answers: [
        { account: 'acme', podId: `${rentalId}-1`, micros: null, words: null, ...told },
        { account: 'acme', podId: `${rentalId}-2`, micros: null, words: null },
      ],
    },
  )

const costsOf = (rentalId: string) =>
  world.application.manager.find(PodCostEntity, { where: { rentalId }, order: { podId: 'ASC' } })

async function bookedOf(rentalId: string): Promise<number> {
  const [row] = await world.application.query<{ booked: string }[]>(
    `SELECT -sum(amount) AS booked FROM ledger_entries JOIN ledger_transactions t ON t.id = transaction_id
     WHERE rental_id = $1 AND account = 'upstream_cost'`,
    [rentalId],
  )
  return Number(row?.booked)
}

/** Each of its pods lived for an hour at $3.60 and was in use for half of it; the last is alive where it has not ended. */
async function aRentalWithPods({ endedDaysAgo, pods = 1 }: { endedDaysAgo: number | null; pods?: number }) {
  await world.at(0)
  const rentalId = await world.aRental(await world.aWallet(10 * DOLLAR))
  await world.billing.reserve({ rentalId, priceMicrosPerHour: PRICE })
  const ended = `now() - make_interval(days => ${endedDaysAgo ?? 0})`
  await world.billing.recordUpstreamCost({
    rentalId,
    totalMicros: 3_000_000n,
    idempotencyKey: `upstream_cost:${rentalId}`,
    reference: rentalId,
  })
  await world.owner.query(
    `UPDATE rentals SET requested_at = ${ended} - interval '2 hours', stop_requested_at = ${ended} - interval '15 minutes',
       ended_at = ${endedDaysAgo === null ? 'NULL' : ended} WHERE id = $1`,
    [rentalId],
  )
  const offer = { upstreamMicrosPerHour: PRICE, upstreamDiskMicrosPerGibHour: 0, disk: { includedGib: 1 } }
  for (let attempt = 1; attempt <= pods; attempt += 1) {
    const id = newId('attempt')
    await world.owner.query(
      `INSERT INTO launch_attempts (id, rental_id, attempt, marker, provider, account, offer_key, offer, price_micros_per_hour, started_at)
       SELECT $1, $2, $3, $1, 'acme', 'acme', 'k', $4, $5, coalesce(ended_at, now()) - interval '1 hour' FROM rentals WHERE id = $2`,
      [id, rentalId, attempt, offer, PRICE],
    )
    await world.owner.query(
      `INSERT INTO launch_outcomes (attempt_id, outcome, pod_id, finished_at)
       SELECT $1, 'ready', $2, coalesce(ended_at, now()) - interval '45 minutes' FROM rentals WHERE id = $3`,
      [id, `${rentalId}-${attempt}`, rentalId],
    )
  }
  return { rentalId }
}
