import type { ChargingTerms } from '@berth/contract/charging'
import { costAfter } from '@berth/contract/money'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBillingWorld, DOLLAR, NOON, type BillingWorld } from './test-support/billing-world.ts'

const PRICE = 3_600_000

let world: BillingWorld
beforeAll(async () => {
  world = await createBillingWorld()
})
afterAll(() => world.close())

/** What has gone wrong in other ledgers and meters, and is not told by another test. */
describe('a failure that others had', () => {
  it('holds overlooked: six pods at once do not hold six times what the wallet has once', async () => {
    await world.at(0)
    const wallet = await world.aWallet(5 * DOLLAR)
    // A dollar each: an hour at a dollar, paid as a term.
    const term: ChargingTerms = { strategy: 'term', earlyStop: [{ fromSeconds: 0, refundPercent: 100 }] }
    const rentals = await Promise.all(Array.from({ length: 6 }, () => world.aRental(wallet, term)))
    const terms = { priceMicrosPerHour: DOLLAR, durationSeconds: 3_600 }
    const answers = await Promise.all(
      rentals.map((rentalId) => world.billing.reserve({ rentalId, ...terms })),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(5)
    expect(await balanceOf(wallet.walletId)).toEqual({ available: '0', held: String(5 * DOLLAR) })
  })

  it('a balance below zero: the database refuses one whoever writes it', async () => {
    const { walletId } = await world.aWallet(DOLLAR)
    for (const column of ['available', 'held', 'receivable']) {
      const write = world.owner.query(`UPDATE wallets SET ${column} = -1 WHERE id = $1`, [walletId])
      await expect(write).rejects.toThrow(`wallets_${column}_check`)
    }
  })

  it('a reversal that races another: a refund and two disputes at once take each its own, and owe the rest', async () => {
    const { walletId } = await world.aWallet(10 * DOLLAR)
    const take = (kind: 'refund' | 'dispute_opened', dollars: number, key: string) =>
      world.billing.post({
        walletId,
        kind,
        amountMicros: BigInt(dollars * DOLLAR),
        idempotencyKey: `${key}/${walletId}`,
        reference: key,
      })
    const once = () => [
      take('refund', 6, 'refund'),
      take('dispute_opened', 3, 'first'),
      take('dispute_opened', 4, 'second'),
    ]
    const posted = await Promise.all([...once(), ...once(), ...once()])
    expect(posted.filter(({ fresh }) => fresh)).toHaveLength(3)
    const [wallet] = await world.application.query(
      'SELECT available, receivable FROM wallets WHERE id = $1',
      [walletId],
    )
    expect(wallet).toEqual({ available: '0', receivable: String(3 * DOLLAR) })
  })

  it('a pod too short to be sampled: seven seconds between two looks cost seven seconds', async () => {
    const { rentalId } = await running()
    await world.at(7_999)
    expect(await world.billing.close({ rentalId })).toMatchObject({
      billedSeconds: 7,
      chargedMicros: String(costAfter(BigInt(PRICE), 7)),
    })
  })

  it('a price that changed within the hour: a running pod keeps the price it was rented at', async () => {
    const { rentalId } = await running()
    await world.application.query('UPDATE rentals SET price_micros_per_hour = $2 WHERE id = $1', [
      rentalId,
      10 * PRICE,
    ])
    await world.at(1_800_000)
    const endAt = new Date(NOON + 1_800_000).toISOString()
    const closed = await world.billing.close({ rentalId, endAt })
    expect(closed.chargedMicros).toBe(String(costAfter(BigInt(PRICE), 1_800)))
  })
})

async function running(): Promise<{ rentalId: string }> {
  await world.at(0)
  const rentalId = await world.aRental(await world.aWallet(100 * DOLLAR))
  await world.billing.reserve({ rentalId, priceMicrosPerHour: PRICE })
  await world.billing.start({ rentalId, priceMicrosPerHour: PRICE })
  return { rentalId }
}

async function balanceOf(walletId: string): Promise<{ available: string; held: string } | undefined> {
  const [wallet] = await world.application.query<{ available: string; held: string }[]>(
    'SELECT available, held FROM wallets WHERE id = $1',
    [walletId],
  )
  return wallet
}
