import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBillingWorld, DOLLAR, NOON, type BillingWorld } from './test-support/billing-world.ts'

/** $3.60 an hour: a tenth of a cent a second. */
const PRICE = 3_600_000
const PER_SECOND = 1_000
const TEARDOWN = 30
const MIDNIGHT = 12 * 3_600
/** A minute before. */
const LATE = MIDNIGHT - 60

let world: BillingWorld
beforeAll(async () => {
  world = await createBillingWorld({ poolSize: 2 })
})
afterAll(() => world.close())

describe('a limit of the day, just before midnight', () => {
  it('stops a pod whose day is spent before midnight, in time', async () => {
    const rentalId = await aPodLate({ dayLimitSeconds: 59 })
    expect(await renewAt(LATE + 59 - TEARDOWN, rentalId)).toMatchObject({ state: 'day_limit_reached' })
  })

  it('stops no pod for seconds of the next day: it waits for midnight, and the new day pays for them', async () => {
    const rentalId = await aPodLate({ dayLimitSeconds: 75 })
    const atItsLastSafeMoment = await renewAt(LATE + 75 - TEARDOWN, rentalId)
    expect(atItsLastSafeMoment).toMatchObject({
      state: 'depleting',
      fundedUntil: instant(LATE + 75),
      nextRenewalAt: instant(MIDNIGHT),
    })
    const atMidnight = await renewAt(MIDNIGHT, rentalId)
    expect(atMidnight).toMatchObject({ chargedMicros: String(60 * PER_SECOND), state: 'funded' })
    await world.at((MIDNIGHT + 40) * 1000)
    const closed = { chargedMicros: String(100 * PER_SECOND), writtenOffMicros: '0' }
    expect(await world.billing.close({ rentalId })).toMatchObject(closed)
  })

  it('goes on over midnight as if nothing were, where both days pay for it', async () => {
    const rentalId = await aPodLate({ dayLimitSeconds: 3_600 })
    for (let second = LATE; second < MIDNIGHT + 120; second += 20) {
      expect(await renewAt(second, rentalId)).toMatchObject({ state: 'funded' })
    }
  })

  it('books no day above its limit, also where a pod ran over midnight', async () => {
    const rentalId = await aPodLate({ dayLimitSeconds: 75 })
    for (const second of [45, 60, 70, 90]) await renewAt(LATE + second, rentalId)
    await world.billing.close({ rentalId })
    const days = await world.application.query<{ spent: string }[]>(
      `SELECT sum(amount) AS spent FROM ledger_transactions t JOIN ledger_entries ON transaction_id = t.id
       WHERE rental_id = $1 AND account = 'revenue' AND kind IN ('charge', 'charge_reversal')
       GROUP BY (posted_at AT TIME ZONE 'UTC')::date`,
      [rentalId],
    )
    for (const { spent } of days) expect(Number(spent)).toBeLessThanOrEqual(75 * PER_SECOND)
  })
})

async function aPodLate({ dayLimitSeconds }: { dayLimitSeconds: number }): Promise<string> {
  await world.at(LATE * 1000)
  const wallet = await world.aWallet(100 * DOLLAR)
  const dayLimitMicros = dayLimitSeconds * PER_SECOND
  await world.billing.setWalletLimits({ walletId: wallet.walletId, burnLimitMicros: null, dayLimitMicros })
  const rentalId = await world.aRental(wallet)
  const terms = { rentalId, priceMicrosPerHour: PRICE, teardownSeconds: TEARDOWN }
  expect(await world.billing.reserve(terms)).toMatchObject({ ok: true })
  expect(await world.billing.start({ rentalId, priceMicrosPerHour: PRICE })).toMatchObject({ ok: true })
  return rentalId
}

async function renewAt(second: number, rentalId: string) {
  await world.at(second * 1000)
  return world.billing.renew({ rentalId })
}

const instant = (second: number): string => new Date(NOON + second * 1000).toISOString()
