import { costAfter } from '@berth/contract/money'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBillingWorld, DOLLAR, type BillingWorld } from './test-support/billing-world.ts'

const PRICE = 2_490_000

let world: BillingWorld

beforeAll(async () => {
  world = await createBillingWorld({ poolSize: 2 })
})
afterAll(() => world.close())

describe('with the disk full', () => {
  it('no money moves and nothing new is sold; once there is room, what ran meanwhile is charged to the second', async () => {
    await world.at(0)
    const wallet = await world.aWallet(10 * DOLLAR)
    const rentalId = await world.aRental(wallet)
    await world.billing.reserve({ rentalId, priceMicrosPerHour: PRICE })
    await world.billing.start({ rentalId, priceMicrosPerHour: PRICE })
    const before = await balancesOf(wallet.walletId)
    await fillDisk()
    await world.at(60_000)
    await expect(world.billing.renew({ rentalId })).rejects.toThrow(/No space left/)
    const another = await world.aRental(wallet)
    await expect(world.billing.reserve({ rentalId: another, priceMicrosPerHour: PRICE })).rejects.toThrow(
      /No space left/,
    )
    expect(await balancesOf(wallet.walletId)).toEqual(before)

    await world.owner.query('DROP TRIGGER disk_full ON ledger_transactions')
    await world.at(90_000)
    expect(await world.billing.renew({ rentalId })).toMatchObject({
      chargedMicros: String(costAfter(BigInt(PRICE), 90)),
    })
  })
})

describe('with every connection taken', () => {
  it('a reservation fails instead of waiting for ever, and has set nothing aside', async () => {
    await world.at(0)
    const wallet = await world.aWallet(10 * DOLLAR)
    const rentalId = await world.aRental(wallet)
    const before = await balancesOf(wallet.walletId)
    const held = [world.application.createQueryRunner(), world.application.createQueryRunner()]
    for (const runner of held) await runner.connect()
    await expect(world.billing.reserve({ rentalId, priceMicrosPerHour: PRICE })).rejects.toThrow(/timeout/i)
    for (const runner of held) await runner.release()
    expect(await balancesOf(wallet.walletId)).toEqual(before)
    expect(await world.billing.reserve({ rentalId, priceMicrosPerHour: PRICE })).toMatchObject({ ok: true })
  })
})

const balancesOf = (walletId: string): Promise<unknown> =>
  world.owner.query('SELECT available, held FROM wallets WHERE id = $1', [walletId])

/** What PostgreSQL says when it can not extend a file, at the next row of the ledger. */
async function fillDisk(): Promise<void> {
  await world.owner.query(
    `CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
     END $$`,
  )
  await world.owner.query(
    'CREATE TRIGGER disk_full BEFORE INSERT ON ledger_transactions FOR EACH ROW EXECUTE FUNCTION disk_full()',
  )
}
