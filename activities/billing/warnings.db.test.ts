import { newId } from '@berth/contract/ids'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBillingWorld, DOLLAR, type BillingWorld } from './test-support/billing-world.ts'

/** $3.60 an hour: a tenth of a cent a second. */
const PRICE = 3_600_000
const HOUR = 3_600

interface Owner {
  walletId: string
  userId: string
}

let world: BillingWorld
beforeAll(async () => {
  world = await createBillingWorld({ poolSize: 2 })
})
afterAll(() => world.close())

describe('a threshold that was told', () => {
  it('is not told again because a sibling stopped and the runway rose a little', async () => {
    const owner = await aWallet(1.3 * DOLLAR)
    const [first, second] = [await aPod(owner, { price: PRICE }), await aPod(owner, { price: PRICE / 10 })]
    expect(await toldTo(owner)).toEqual([HOUR])
    await renewAt(600, first)
    expect(await toldTo(owner)).toEqual([HOUR, 600])
    await world.billing.close({ rentalId: second })
    await renewAt(610, first)
    await renewAt(700, first)
    expect(await toldTo(owner)).toEqual([HOUR, 600])
  })

  it('of two minutes is not told again because a dear sibling stopped and five minutes are left', async () => {
    const owner = await aWallet(0.5 * DOLLAR)
    const [dear, cheap] = [await aPod(owner, { price: PRICE }), await aPod(owner, { price: PRICE / 2 })]
    await renewAt(230, dear)
    await world.billing.close({ rentalId: dear })
    await renewAt(235, cheap)
    await renewAt(500, cheap)
    expect(await toldTo(owner)).toEqual([600, 120])
  })

  it('is told again when a sibling’s stop made the money last much longer, and then ran down', async () => {
    const owner = await aWallet(1.3 * DOLLAR)
    const [dear, cheap] = [await aPod(owner, { price: PRICE }), await aPod(owner, { price: PRICE / 10 })]
    await renewAt(600, dear)
    await world.billing.close({ rentalId: dear })
    // 64 cents at 36 cents an hour: an hour and three quarters.
    await renewAt(600, cheap)
    await renewAt(600 + 5_900, cheap)
    expect(await toldTo(owner)).toEqual([HOUR, 600, 600])
  })

  it('is told again after a top-up, however small, that lifted the wallet above it', async () => {
    const owner = await aWallet(1 * DOLLAR)
    const rentalId = await aPod(owner, { price: PRICE })
    await renewAt(450, rentalId)
    expect(await toldTo(owner)).toEqual([HOUR, 600])
    await topUp(owner, 0.06 * DOLLAR)
    await renewAt(451, rentalId)
    await renewAt(470, rentalId)
    expect(await toldTo(owner)).toEqual([HOUR, 600, 600])
  })

  it('is not told again after a top-up that left the wallet below it', async () => {
    const owner = await aWallet(1 * DOLLAR)
    const rentalId = await aPod(owner, { price: PRICE })
    await renewAt(450, rentalId)
    await topUp(owner, 0.01 * DOLLAR)
    for (const second of [451, 500]) await renewAt(second, rentalId)
    expect(await toldTo(owner)).toEqual([HOUR, 600])
  })

  it('is told again to somebody who topped up while nothing ran and came back', async () => {
    const owner = await aWallet(1 * DOLLAR)
    await world.billing.close({ rentalId: await aPod(owner, { price: PRICE }) })
    await topUp(owner, 100 * DOLLAR)
    const rentalId = await aPod(owner, { price: PRICE })
    expect(await toldTo(owner)).toEqual([HOUR, 'recovered'])
    await renewAt(5 * HOUR, rentalId)
    expect(await toldTo(owner)).toEqual([HOUR, 'recovered', 24 * HOUR])
  })
})

describe('a warning', () => {
  it('frightens nobody whose pods all end in time, and comes when one is extended beyond the money', async () => {
    const owner = await aWallet(1 * DOLLAR)
    const rentalId = await aPod(owner, { price: PRICE, durationSeconds: 900 })
    await renewAt(800, rentalId)
    expect(await toldTo(owner)).toEqual([])
    await world.billing.setLimits({ rentalId, endsAt: new Date(Date.now() + 9e8).toISOString() })
    expect(await toldTo(owner)).toEqual([600])
  })

  it('is taken back when every pod that is left ends in time', async () => {
    const owner = await aWallet(1 * DOLLAR)
    const rentalId = await aPod(owner, { price: PRICE })
    await world.billing.setLimits({ rentalId, spendLimitMicros: 0.9 * DOLLAR })
    expect(await toldTo(owner)).toEqual([HOUR, 'recovered'])
  })

  it('comes from the sweeper too, when nobody else looks', async () => {
    const owner = await aWallet(1 * DOLLAR)
    await aPod(owner, { price: PRICE })
    await world.at(890_000)
    await world.billing.sweep({ limit: 10 })
    expect(await toldTo(owner)).toEqual([HOUR, 120])
    await world.billing.sweep({ limit: 10 })
    expect(await toldTo(owner)).toEqual([HOUR, 120])
  })
})

async function aWallet(balance: number): Promise<Owner> {
  await world.at(0)
  return world.aWallet(balance)
}

async function aPod(
  owner: Owner,
  { price, durationSeconds = null }: { price: number; durationSeconds?: number | null },
): Promise<string> {
  const rentalId = await world.aRental(owner)
  const reserve = { rentalId, priceMicrosPerHour: price, durationSeconds, teardownSeconds: 10 }
  expect(await world.billing.reserve(reserve)).toMatchObject({ ok: true })
  expect(await world.billing.start({ rentalId, priceMicrosPerHour: price })).toMatchObject({ ok: true })
  return rentalId
}

async function renewAt(second: number, rentalId: string): Promise<void> {
  await world.at(second * 1000)
  await world.billing.renew({ rentalId })
}

const topUp = ({ walletId }: Owner, micros: number): Promise<unknown> =>
  world.billing.post({
    walletId,
    amountMicros: BigInt(micros),
    kind: 'top_up',
    idempotencyKey: newId('topUp'),
    reference: 'test',
  })

/** Thresholds and recoveries, in the order they were told. */
async function toldTo({ userId }: Owner): Promise<(number | 'recovered')[]> {
  const notices = await world.application.query<{ kind: string; threshold: number }[]>(
    `SELECT kind, (data ->> 'thresholdSeconds')::int AS threshold FROM notices WHERE user_id = $1 ORDER BY at, id`,
    [userId],
  )
  return notices.map(({ kind, threshold }) => (kind === 'runway_recovered' ? 'recovered' : threshold))
}
