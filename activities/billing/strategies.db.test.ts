import type { ChargingTerms } from '@berth/contract/charging'
import { costAfter } from '@berth/contract/money'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReserveInput, Settlement } from './port.ts'
import { createBillingWorld, DOLLAR, NOON, type BillingWorld } from './test-support/billing-world.ts'
import { verifyLedger } from './verify/verify-ledger.ts'

/** The worked examples of docs/rfc/07-charging-strategies.md: $3.60 an hour is a tenth of a cent a second. */
const PRICE = 3_600_000
const HOUR = 3600

let world: BillingWorld

beforeAll(async () => {
  world = await createBillingWorld()
})
afterAll(async () => {
  const { problems } = await verifyLedger({ dataSource: world.application })
  await world.close()
  if (problems.length > 0) throw new Error(`the tests left broken books: ${JSON.stringify(problems)}`)
})

describe('tick', () => {
  it('sets nothing aside while it runs and charges the seconds just used', async () => {
    const { rentalId, settlement } = await running({ strategy: 'tick' }, 10 * DOLLAR)
    expect(settlement).toMatchObject({ state: 'funded', heldMicros: '0', availableMicros: '10000000' })
    await after(100)
    expect(await world.billing.renew({ rentalId })).toMatchObject({
      chargedMicros: '100000',
      heldMicros: '0',
      availableMicros: '9900000',
    })
  })

  it('is told to stop while its teardown is still covered, and what it outlives is ours', async () => {
    const { rentalId } = await running({ strategy: 'tick' }, 100_000)
    await after(65)
    expect(await world.billing.renew({ rentalId })).toMatchObject({ state: 'depleting' })
    await after(70)
    expect(await world.billing.renew({ rentalId })).toMatchObject({ state: 'exhausted' })
    await after(107)
    expect(await world.billing.close({ rentalId })).toMatchObject({
      chargedMicros: '100000',
      writtenOffSeconds: 7,
      writtenOffMicros: '7000',
    })
  })
})

describe('block', () => {
  const hour = { strategy: 'block', blockSeconds: HOUR } as const

  it('is charged at the start and again before it ends', async () => {
    const { rentalId, settlement } = await running({ ...hour, unused: 'pro_rata' }, 10 * DOLLAR)
    expect(settlement).toMatchObject({
      chargedMicros: '3600000',
      heldMicros: '0',
      availableMicros: '6400000',
    })
    const due = (Date.parse(settlement.nextRenewalAt) - NOON) / 1000
    expect(due).toBeGreaterThan(HOUR - 45)
    expect(due).toBeLessThanOrEqual(HOUR - 30)
    await after(due)
    expect(await world.billing.renew({ rentalId })).toMatchObject({
      chargedMicros: '7200000',
      state: 'funded',
    })
  })

  it('gives unused seconds back, or keeps the block that was begun, as the offer says', async () => {
    const returned = await running({ ...hour, unused: 'pro_rata' }, 10 * DOLLAR)
    await after(600)
    expect(await world.billing.close(returned)).toMatchObject({ chargedMicros: '600000', billedSeconds: 600 })
    const kept = await running({ ...hour, unused: 'none' }, 10 * DOLLAR)
    await after(600)
    expect(await world.billing.close(kept)).toMatchObject({
      chargedMicros: '3600000',
      billedSeconds: HOUR,
      meteredTo: new Date(NOON + 600_000).toISOString(),
      writtenOffMicros: '0',
    })
  })

  it('never keeps a block that was bought ahead and not begun', async () => {
    const { rentalId } = await running({ ...hour, unused: 'none' }, 10 * DOLLAR)
    await after(HOUR - 10)
    expect(await world.billing.renew({ rentalId })).toMatchObject({ chargedMicros: '7200000' })
    expect(await world.billing.close({ rentalId })).toMatchObject({ chargedMicros: '3600000' })
  })

  it('gives everything unused back where the end was our doing', async () => {
    const { rentalId } = await running({ ...hour, unused: 'none' }, 10 * DOLLAR)
    await after(600)
    expect(await world.billing.close({ rentalId, refundUnused: true })).toMatchObject({
      chargedMicros: '600000',
    })
  })

  it('that the wallet can not buy whole is cut, and the pod ends with it', async () => {
    const { rentalId } = await running({ ...hour, unused: 'none' }, 5 * DOLLAR)
    await after(HOUR - 40)
    const cut = await world.billing.renew({ rentalId })
    expect(cut).toMatchObject({ state: 'depleting', chargedMicros: '5000000', availableMicros: '0' })
    expect(cut.fundedUntil).toBe(new Date(NOON + 5_000_000).toISOString())
    await after(4_970)
    expect(await world.billing.renew({ rentalId })).toMatchObject({ state: 'exhausted' })
  })
})

describe('term', () => {
  const earlyStop = [
    { fromSeconds: 0, refundPercent: 50 },
    { fromSeconds: HOUR, refundPercent: 100 },
  ]
  const tenHours = { durationSeconds: 10 * HOUR }

  it('is paid whole at its start, then sleeps to its end', async () => {
    const { rentalId, settlement } = await running({ strategy: 'term', earlyStop }, 40 * DOLLAR, tenHours)
    expect(settlement).toMatchObject({ chargedMicros: '36000000', runwaySeconds: null })
    expect(settlement.nextRenewalAt).toBe(new Date(NOON + 36_000_000).toISOString())
    await after(10 * HOUR)
    expect(await world.billing.renew({ rentalId })).toMatchObject({ state: 'term_reached' })
    expect(await world.billing.close({ rentalId })).toMatchObject({ chargedMicros: '36000000' })
  })

  it('stopped early comes back by its table', async () => {
    const early = await running({ strategy: 'term', earlyStop }, 40 * DOLLAR, tenHours)
    await after(HOUR / 2)
    // 9.5 hours unused, half of them come back.
    expect(await world.billing.close(early)).toMatchObject({ billedSeconds: (0.5 + 4.75) * HOUR })
    const later = await running({ strategy: 'term', earlyStop }, 40 * DOLLAR, tenHours)
    await after(2 * HOUR)
    expect(await world.billing.close(later)).toMatchObject({ chargedMicros: '7200000' })
  })

  it('is not rented for less than the whole, nor without a length', async () => {
    const wallet = await world.aWallet(35 * DOLLAR)
    const rentalId = await world.aRental(wallet, { strategy: 'term', earlyStop })
    const wish = { rentalId, priceMicrosPerHour: PRICE }
    expect(await world.billing.reserve({ ...wish, ...tenHours })).toMatchObject({
      ok: false,
      reason: 'insufficient_balance',
      shortfallMicros: '1000000',
    })
    await expect(world.billing.reserve(wish)).rejects.toMatchObject({ code: 'invalid_amount' })
  })
})

describe('modifiers', () => {
  it('a minimum is charged at the start, once, and bounds what comes back', async () => {
    const { rentalId, settlement } = await running({ strategy: 'hold', minimumSeconds: 600 }, 10 * DOLLAR)
    expect(settlement.chargedMicros).toBe('600000')
    await after(300)
    expect(await world.billing.renew({ rentalId })).toMatchObject({ chargedMicros: '600000' })
    expect(await world.billing.close({ rentalId })).toMatchObject({
      chargedMicros: '600000',
      billedSeconds: 600,
    })
    const longer = await running({ strategy: 'hold', minimumSeconds: 600 }, 10 * DOLLAR)
    await after(700)
    expect(await world.billing.close(longer)).toMatchObject({ chargedMicros: '700000' })
  })

  it('grace moves the stop, not the money: seconds beyond it are written off', async () => {
    const { rentalId } = await running({ strategy: 'hold', graceSeconds: 60 }, 100_000)
    await after(90)
    expect(await world.billing.renew({ rentalId })).toMatchObject({
      state: 'depleting',
      stopBy: new Date(NOON + 130_000).toISOString(),
    })
    await after(130)
    expect(await world.billing.renew({ rentalId })).toMatchObject({ state: 'exhausted' })
    expect(await world.billing.close({ rentalId })).toMatchObject({
      chargedMicros: '100000',
      writtenOffSeconds: 30,
    })
  })
})

describe('the spend limits of a wallet', () => {
  it('per hour: a pod too many is refused, under the lock', async () => {
    const wallet = await world.aWallet(100 * DOLLAR)
    await limit(wallet.walletId, { burnLimitMicros: 2 * PRICE })
    const rentals = await Promise.all(Array.from({ length: 6 }, () => world.aRental(wallet)))
    const answers = await Promise.all(
      rentals.map((rentalId) => world.billing.reserve({ rentalId, priceMicrosPerHour: PRICE })),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(2)
    const refusals = answers.flatMap((answer) => (answer.ok ? [] : [answer.reason]))
    expect(new Set(refusals)).toEqual(new Set(['burn_limit']))
  })

  it('per day: running pods end in time, and the next day begins anew', async () => {
    const { rentalId, walletId } = await running({ strategy: 'hold' }, 100 * DOLLAR)
    await limit(walletId, { dayLimitMicros: 1_000_000 })
    await after(960)
    const short = await world.billing.renew({ rentalId })
    expect(short).toMatchObject({ state: 'depleting', fundedUntil: new Date(NOON + 1_000_000).toISOString() })
    await after(970)
    expect(await world.billing.renew({ rentalId })).toMatchObject({ state: 'day_limit_reached' })
    const wallet = { walletId, userId: await ownerOf(walletId) }
    const another = await world.aRental(wallet)
    const refused = await world.billing.reserve({ rentalId: another, priceMicrosPerHour: PRICE })
    expect(refused).toMatchObject({ ok: false, reason: 'day_limit' })
    await after(1_000)
    expect(await world.billing.close({ rentalId })).toMatchObject({
      chargedMicros: '1000000',
      writtenOffMicros: '0',
    })
    await after(12 * HOUR)
    expect(await world.billing.reserve({ rentalId: another, priceMicrosPerHour: PRICE })).toMatchObject({
      ok: true,
    })
  })
})

const after = (seconds: number): Promise<void> => world.at(seconds * 1000)

const limit = (
  walletId: string,
  limits: { burnLimitMicros?: number; dayLimitMicros?: number },
): Promise<void> =>
  world.billing.setWalletLimits({ walletId, burnLimitMicros: null, dayLimitMicros: null, ...limits })

async function ownerOf(walletId: string): Promise<string> {
  const [row] = await world.application.query<{ id: string }[]>(
    'SELECT user_id AS id FROM wallets WHERE id = $1',
    [walletId],
  )
  if (!row) throw new Error(`no wallet ${walletId}`)
  return row.id
}

/** A pod that runs since noon on these terms. */
async function running(
  charging: ChargingTerms,
  balance: number,
  wish: Partial<ReserveInput> = {},
): Promise<{ rentalId: string; walletId: string; settlement: Settlement }> {
  await world.at(0)
  const wallet = await world.aWallet(balance)
  const rentalId = await world.aRental(wallet, charging)
  await world.billing.reserve({ rentalId, priceMicrosPerHour: PRICE, ...wish })
  const started = await world.billing.start({ rentalId, priceMicrosPerHour: PRICE })
  if (!started.ok) throw new Error('the reservation did not cover the start')
  expect(BigInt(started.settlement.chargedMicros)).toBeLessThanOrEqual(costAfter(BigInt(PRICE), 10 * HOUR))
  return { rentalId, walletId: wallet.walletId, settlement: started.settlement }
}
