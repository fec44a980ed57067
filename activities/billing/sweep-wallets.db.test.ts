import { costAfter } from '@berth/contract/money'
import { ApplicationFailure } from '@temporalio/common'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBillingActivities } from './activities.ts'
import { createBillingWorld, DOLLAR, NOON, type BillingWorld } from './test-support/billing-world.ts'

const PRICE = 2_490_000

let world: BillingWorld

beforeAll(async () => {
  world = await createBillingWorld()
})
afterAll(() => world.close())

describe('the sweeper', () => {
  it('settles what is late, leaves what is on time, and names a rental whose workflow is overdue', async () => {
    const { sweepWallets } = createBillingActivities(world)
    const { rentalId, nextRenewalAt } = await running(10 * DOLLAR)
    await world.at(Date.parse(nextRenewalAt) - NOON)
    expect(await sweepWallets()).toEqual({ settledWallets: 0, orphans: [] })

    await world.at(400_000)
    expect(await sweepWallets()).toEqual({
      settledWallets: 1,
      orphans: [{ rentalId, reason: 'renewal_overdue' }],
    })
    expect(await chargedOf(rentalId)).toBe(String(costAfter(BigInt(PRICE), 400)))
    expect(await sweepWallets()).toMatchObject({ orphans: [{ rentalId }] })
    expect(await chargedOf(rentalId)).toBe(String(costAfter(BigInt(PRICE), 400)))

    await world.billing.renew({ rentalId })
    expect(await sweepWallets()).toEqual({ settledWallets: 0, orphans: [] })
    await world.billing.close({ rentalId })
  })

  it('names a rental that no workflow ever took on', async () => {
    const wallet = await world.aWallet()
    const rentalId = await world.aRental(wallet)
    await world.application.query(
      'UPDATE rentals SET workflow_claimed_at = NULL, requested_at = $2 WHERE id = $1',
      [rentalId, new Date(NOON)],
    )
    await world.at(29_000)
    expect(await world.billing.sweep({ limit: 10 })).toMatchObject({ orphans: [] })
    await world.at(31_000)
    expect(await world.billing.sweep({ limit: 10 })).toMatchObject({
      orphans: [{ rentalId, reason: 'never_claimed' }],
    })
    await over(rentalId)
  })

  it.each(['launching', 'verifying', 'stopping'])(
    'names a rental that is %s for a minute: it has no meter that would be overdue when its workflow is lost',
    async (phase) => {
      const rentalId = await world.aRental(await world.aWallet())
      await world.application.query(
        'UPDATE rentals SET phase = $3, requested_at = $2, launched_at = $2, stopped_at = $2 WHERE id = $1',
        [rentalId, new Date(NOON), phase],
      )
      await world.at(59_000)
      expect(await world.billing.sweep({ limit: 10 })).toMatchObject({ orphans: [] })
      await world.at(61_000)
      expect(await world.billing.sweep({ limit: 10 })).toMatchObject({
        orphans: [{ rentalId, reason: 'lingering' }],
      })
      await over(rentalId)
    },
  )
})

describe('what a rental cost us', () => {
  it('is booked once, whatever a repeat has estimated, and leaves the margin as one sum', async () => {
    const { rentalId, record } = await ended()
    await record('at its end', 1_990_000n)
    await record('at its end', 1_990_553n)
    expect(await marginOf(rentalId)).toBe(String(PRICE - 1_990_000))
  })

  it('is corrected up and down by the difference, never edited, and a correction of nothing leaves no trace', async () => {
    const { rentalId, record } = await ended()
    await record('at its end', 1_990_000n)
    await record('the first night', 2_040_001n)
    await record('the second night', 2_040_001n)
    await record('the third night', 1_500_000n)
    await record('the third night', 9_000_000n)
    const booked = await world.application.query<{ amount: string }[]>(
      `SELECT amount FROM ledger_entries JOIN ledger_transactions t ON t.id = transaction_id
       WHERE rental_id = $1 AND account = 'upstream_payable' ORDER BY seq`,
      [rentalId],
    )
    expect(booked.map(({ amount }) => amount)).toEqual(['1990000', '50001', '-540001'])
    expect(await marginOf(rentalId)).toBe(String(PRICE - 1_500_000))
  })

  /** An hour that is over, and how its cost is recorded each time that somebody looks. */
  async function ended() {
    await world.at(0)
    const { rentalId } = await running(10 * DOLLAR)
    await world.at(3_600_000)
    await world.billing.close({ rentalId })
    const record = (when: string, totalMicros: bigint): Promise<void> =>
      world.billing.recordUpstreamCost({
        rentalId,
        totalMicros,
        idempotencyKey: `upstream_cost:${rentalId}:${when}`,
        reference: 'a test',
      })
    return { rentalId, record }
  }

  async function marginOf(rentalId: string): Promise<string | undefined> {
    const [sum] = await world.application.query<{ margin: string }[]>(
      `SELECT sum(amount) AS margin FROM ledger_entries JOIN ledger_transactions t ON t.id = transaction_id
       WHERE rental_id = $1 AND account IN ('revenue', 'write_off', 'upstream_cost')`,
      [rentalId],
    )
    return sum?.margin
  }
})

describe('a preview', () => {
  it('names the very hold that the launch then takes', async () => {
    await world.at(0)
    const wallet = await world.aWallet(3 * DOLLAR)
    const previewed = await world.billing.preview({
      walletId: wallet.walletId,
      priceMicrosPerHour: PRICE,
      teardownSeconds: 60,
    })
    const rentalId = await world.aRental(wallet)
    const reserved = await world.billing.reserve({ rentalId, priceMicrosPerHour: PRICE, teardownSeconds: 60 })
    expect(reserved).toEqual({ ok: true, heldMicros: previewed.firstHoldMicros })
    expect(previewed).toMatchObject({ refusal: null, runwaySeconds: null, runwayWithItSeconds: 4337 })
  })
})

describe('an activity', () => {
  it('fails for good, by name, where asking again can not help', async () => {
    const { renewHold } = createBillingActivities(world)
    const failure: unknown = await renewHold({ rentalId: 'rent_unknown' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ApplicationFailure)
    expect(failure).toMatchObject({ type: 'not_found', nonRetryable: true })
  })

  it('leaves everything else to the retry policy', async () => {
    const lost = await createBillingWorld()
    const { renewHold } = createBillingActivities(lost)
    await lost.close()
    const failure: unknown = await renewHold({ rentalId: 'rent_unknown' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Error)
    expect(failure).not.toBeInstanceOf(ApplicationFailure)
  })
})

async function running(balance: number): Promise<{ rentalId: string; nextRenewalAt: string }> {
  await world.at(0)
  const rentalId = await world.aRental(await world.aWallet(balance))
  await world.billing.reserve({ rentalId, priceMicrosPerHour: PRICE })
  const started = await world.billing.start({ rentalId, priceMicrosPerHour: PRICE })
  if (!started.ok) throw new Error('the reservation did not cover the start')
  return { rentalId, nextRenewalAt: started.settlement.nextRenewalAt }
}

async function chargedOf(rentalId: string): Promise<string | undefined> {
  const [row] = await world.application.query<{ charged: string }[]>(
    'SELECT charged FROM rental_segments WHERE rental_id = $1',
    [rentalId],
  )
  return row?.charged
}

const over = (rentalId: string): Promise<unknown> =>
  world.application.query(`UPDATE rentals SET phase = 'ended' WHERE id = $1`, [rentalId])
