import { costAfter } from '@berth/contract/money'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Settlement } from './port.ts'
import { createBillingWorld, DOLLAR, NOON, type BillingWorld } from './test-support/billing-world.ts'
import { verifyLedger } from './verify/verify-ledger.ts'

const PRICE = 2_490_000
const HOUR_MS = 3_600_000

let world: BillingWorld

beforeAll(async () => {
  world = await createBillingWorld()
})
afterAll(async () => {
  const { problems } = await verifyLedger({ dataSource: world.application })
  await world.close()
  if (problems.length > 0) throw new Error(`the tests left broken books: ${JSON.stringify(problems)}`)
})

describe('a reservation', () => {
  it('sets the horizon and the teardown time aside, and nothing is charged until the meter starts', async () => {
    const { billing } = world
    const { rentalId, walletId } = await setup({ balance: 100 * DOLLAR })
    const reserved = await billing.reserve({ rentalId, priceMicrosPerHour: PRICE, teardownSeconds: 60 })
    expect(reserved).toEqual({ ok: true, heldMicros: String(costAfter(BigInt(PRICE), 360)) })
    await world.at(HOUR_MS)
    expect(await walletOf(walletId)).toEqual({
      available: String(100n * 1_000_000n - costAfter(BigInt(PRICE), 360)),
      held: String(costAfter(BigInt(PRICE), 360)),
    })
    const closed = await billing.close({ rentalId })
    expect(closed).toMatchObject({ chargedMicros: '0', billedSeconds: 0, meteredFrom: null, meteredTo: null })
    expect(closed.releasedMicros).toBe(String(costAfter(BigInt(PRICE), 360)))
    expect(await walletOf(walletId)).toEqual({ available: String(100 * DOLLAR), held: '0' })
  })

  it('is refused with the shortfall to the micro-dollar, and succeeds once exactly that has come', async () => {
    const { billing } = world
    const { rentalId, walletId } = await setup({ balance: 1 })
    const input = { rentalId, priceMicrosPerHour: PRICE, teardownSeconds: 30 }
    const required = costAfter(BigInt(PRICE), 45)
    const refused = await billing.reserve(input)
    expect(refused).toEqual({
      ok: false,
      reason: 'insufficient_balance',
      requiredMicros: String(required),
      availableMicros: '1',
      shortfallMicros: String(required - 1n),
    })
    await topUp(walletId, required - 2n)
    expect(await billing.reserve(input)).toMatchObject({ ok: false, shortfallMicros: '1' })
    await topUp(walletId, 1n)
    expect(await billing.reserve(input)).toEqual({ ok: true, heldMicros: String(required) })
    expect(await billing.reserve(input)).toEqual({ ok: true, heldMicros: String(required) })
  })

  it('is refused while the wallet owes money', async () => {
    const { billing } = world
    const { rentalId, walletId } = await setup({ balance: DOLLAR })
    await billing.post({
      walletId,
      amountMicros: 3_000_000n,
      kind: 'refund',
      idempotencyKey: `r/${walletId}`,
      reference: 're',
    })
    const refused = await billing.reserve({ rentalId, priceMicrosPerHour: PRICE, teardownSeconds: 0 })
    expect(refused).toMatchObject({ ok: false, reason: 'wallet_in_debt', availableMicros: '0' })
    await topUp(walletId, 5_000_000n)
    expect(await walletOf(walletId)).toMatchObject({ available: '3000000' })
    expect(await billing.reserve({ rentalId, priceMicrosPerHour: PRICE, teardownSeconds: 0 })).toMatchObject({
      ok: true,
    })
  })

  it.each([-1, 10_000_000_001])(
    'at %d micro-dollars an hour is refused for good',
    async (priceMicrosPerHour) => {
      const { rentalId } = await setup({ balance: DOLLAR })
      const refused = world.billing.reserve({ rentalId, priceMicrosPerHour })
      await expect(refused).rejects.toMatchObject({ code: 'invalid_amount', retryable: false })
    },
  )

  it('never holds more than a budget or a term can use', async () => {
    const { billing } = world
    const limited = await setup({ balance: 100 * DOLLAR })
    const budget = { rentalId: limited.rentalId, priceMicrosPerHour: PRICE, spendLimitMicros: 5_000 }
    const answer = await billing.reserve(budget)
    expect(answer.ok && BigInt(answer.heldMicros)).toBeLessThanOrEqual(5_000n)
    const short = await setup({ balance: 100 * DOLLAR })
    const term = await billing.reserve({
      rentalId: short.rentalId,
      priceMicrosPerHour: PRICE,
      durationSeconds: 10,
    })
    expect(term).toEqual({ ok: true, heldMicros: String(costAfter(BigInt(PRICE), 10)) })
  })
})

describe('the meter', () => {
  it('charges every whole second from the start, whatever the renewals', async () => {
    const { rentalId, walletId } = await running({ balance: 100 * DOLLAR })
    for (const offset of [1_999, 2_000, 65_432, 65_432, 300_000, 3_599_999]) {
      await world.at(offset)
      const { chargedMicros, availableMicros, heldMicros } = await world.billing.renew({ rentalId })
      expect(chargedMicros).toBe(String(costAfter(BigInt(PRICE), Math.floor(offset / 1000))))
      expect(BigInt(chargedMicros) + BigInt(availableMicros) + BigInt(heldMicros)).toBe(100_000_000n)
    }
    await world.at(HOUR_MS)
    expect(await world.billing.close({ rentalId })).toMatchObject({
      chargedMicros: String(PRICE),
      billedSeconds: 3600,
    })
    expect(await walletOf(walletId)).toEqual({ available: String(100 * DOLLAR - PRICE), held: '0' })
  })

  it('starts once: a repeated start answers the first', async () => {
    const { rentalId } = await running({ balance: 100 * DOLLAR })
    await world.at(10_000)
    const again = await world.billing.start({ rentalId, priceMicrosPerHour: PRICE })
    expect(again).toMatchObject({ ok: true, settlement: { startedAt: new Date(NOON).toISOString() } })
    expect(again.ok && again.settlement.chargedMicros).toBe(String(costAfter(BigInt(PRICE), 10)))
  })

  it('asks to be renewed before the hold is down to the teardown time, at a moment stable for the rental', async () => {
    const { rentalId, settlement } = await running({ balance: 100 * DOLLAR, teardownSeconds: 60 })
    const due = Date.parse(settlement.nextRenewalAt) - NOON
    expect(settlement.state).toBe('funded')
    expect(Date.parse(settlement.fundedUntil) - NOON).toBe(360_000)
    expect(Date.parse(settlement.stopBy) - NOON).toBe(300_000)
    expect(due).toBeGreaterThanOrEqual(240_000)
    expect(due).toBeLessThanOrEqual(270_000)
    await world.at(1_000)
    const next = await world.billing.renew({ rentalId })
    expect(Date.parse(next.nextRenewalAt) - NOON).toBe(due + 1_000)
  })

  it('charges a worker outage of hours exactly, in one window', async () => {
    const { rentalId } = await running({ balance: 100 * DOLLAR })
    await world.at(3 * HOUR_MS + 500)
    const settlement = await world.billing.renew({ rentalId })
    expect(settlement).toMatchObject({ state: 'funded', chargedMicros: String(3 * PRICE) })
    const windows = await windowsOf(rentalId)
    expect(windows).toEqual([{ kind: 'usage', seconds: 3 * 3600, written_off: '0' }])
  })

  it('gives a zero-length window when the database clock steps back, and never money back', async () => {
    const { rentalId } = await running({ balance: 100 * DOLLAR })
    await world.at(600_000)
    const before = await world.billing.renew({ rentalId })
    await world.at(60_000)
    const after = await world.billing.renew({ rentalId })
    expect(after.chargedMicros).toBe(before.chargedMicros)
    expect(await world.billing.close({ rentalId })).toMatchObject({
      billedSeconds: 600,
      writtenOffMicros: '0',
    })
  })

  it('runs at the price of the pod that was taken, or not at all', async () => {
    const { billing } = world
    const { rentalId, walletId } = await setup({ balance: 200_000 })
    await billing.reserve({ rentalId, priceMicrosPerHour: PRICE, teardownSeconds: 30 })
    const refused = await billing.start({ rentalId, priceMicrosPerHour: 100 * PRICE })
    expect(refused).toMatchObject({ ok: false, reason: 'insufficient_balance' })
    const wallet = await walletOf(walletId)
    expect(BigInt(wallet.available) + BigInt(wallet.held)).toBe(200_000n)
    expect(
      await billing.start({ rentalId, priceMicrosPerHour: 2 * PRICE, teardownSeconds: 5 }),
    ).toMatchObject({ ok: true })
    await world.at(10_000)
    expect(await billing.close({ rentalId })).toMatchObject({
      chargedMicros: String(costAfter(BigInt(2 * PRICE), 10)),
    })
  })

  it('of a free pod runs for ever on an empty wallet and writes no ledger rows', async () => {
    const { billing } = world
    const { rentalId, walletId } = await setup({ balance: 0 })
    expect(await billing.reserve({ rentalId, priceMicrosPerHour: 0 })).toEqual({ ok: true, heldMicros: '0' })
    await billing.start({ rentalId, priceMicrosPerHour: 0 })
    await world.at(HOUR_MS)
    expect(await billing.renew({ rentalId })).toMatchObject({
      state: 'funded',
      chargedMicros: '0',
      runwaySeconds: null,
    })
    expect(await billing.close({ rentalId })).toMatchObject({ billedSeconds: 3600, chargedMicros: '0' })
    const rows = await world.application.query<unknown[]>(
      'SELECT 1 FROM ledger_transactions WHERE wallet_id = $1',
      [walletId],
    )
    expect(rows).toEqual([])
  })
})

describe('the end of a meter', () => {
  it('lies where the stop was asked for, also when that is told late', async () => {
    const { rentalId } = await running({ balance: 100 * DOLLAR })
    await world.at(700_000)
    await world.billing.renew({ rentalId })
    const closed = await world.billing.close({ rentalId, endAt: new Date(NOON + 123_900).toISOString() })
    expect(closed).toMatchObject({ billedSeconds: 123, chargedMicros: String(costAfter(BigInt(PRICE), 123)) })
    expect(closed).toMatchObject({ writtenOffMicros: '0', meteredTo: new Date(NOON + 123_000).toISOString() })
  })

  it('lies at the stop on record, whatever else ended the rental before it heard of that', async () => {
    const { rentalId } = await running({ balance: 100 * DOLLAR, durationSeconds: 600 })
    await world.application.query('UPDATE rentals SET stop_requested_at = $2 WHERE id = $1', [
      rentalId,
      new Date(NOON + 450_500),
    ])
    await world.at(600_000)
    await world.billing.renew({ rentalId })
    expect(await world.billing.close({ rentalId })).toMatchObject({ billedSeconds: 450 })
  })

  it('reverses each charge beyond the instant a pod was last seen alive, and names it', async () => {
    const { rentalId, walletId } = await running({ balance: 100 * DOLLAR })
    for (const offset of [100_000, 200_000, 300_000]) {
      await world.at(offset)
      await world.billing.renew({ rentalId })
    }
    const closed = await world.billing.close({ rentalId, endAt: new Date(NOON + 150_000).toISOString() })
    expect(closed.chargedMicros).toBe(String(costAfter(BigInt(PRICE), 150)))
    expect(await windowsOf(rentalId)).toMatchObject([
      { kind: 'usage', seconds: 100 },
      { kind: 'usage', seconds: 100 },
      { kind: 'returned', seconds: -50 },
      { kind: 'usage', seconds: 100 },
      { kind: 'returned', seconds: -100 },
    ])
    const reversals = await world.application.query<{ named: string }[]>(
      `SELECT o.kind AS named FROM ledger_transactions r JOIN ledger_transactions o ON o.id = r.reversal_of
       WHERE r.wallet_id = $1 AND r.kind = 'charge_reversal'`,
      [walletId],
    )
    expect(reversals).toEqual([{ named: 'charge' }, { named: 'charge' }])
    expect(await walletOf(walletId)).toEqual({
      available: String(100_000_000n - costAfter(BigInt(PRICE), 150)),
      held: '0',
    })
  })

  it('answers the same however often it is told, and nothing renews afterwards', async () => {
    const { rentalId, walletId } = await running({ balance: 100 * DOLLAR })
    await world.at(90_000)
    const first = await world.billing.close({ rentalId })
    const wallet = await walletOf(walletId)
    await world.at(900_000)
    expect(await world.billing.close({ rentalId })).toEqual(first)
    expect(await world.billing.renew({ rentalId })).toMatchObject({
      state: 'closed',
      chargedMicros: first.chargedMicros,
    })
    expect(await walletOf(walletId)).toEqual(wallet)
  })

  it('comes at the term, and a pod that outlives it lives at our expense', async () => {
    const { rentalId } = await running({ balance: 100 * DOLLAR, durationSeconds: 100 })
    await world.at(99_999)
    expect(await world.billing.renew({ rentalId })).toMatchObject({
      state: 'funded',
      stopBy: new Date(NOON + 100_000).toISOString(),
    })
    await world.at(107_000)
    expect(await world.billing.renew({ rentalId })).toMatchObject({ state: 'term_reached' })
    expect(await world.billing.close({ rentalId })).toMatchObject({
      billedSeconds: 100,
      writtenOffSeconds: 7,
      writtenOffMicros: String(costAfter(BigInt(PRICE), 107) - costAfter(BigInt(PRICE), 100)),
    })
  })

  it('comes when the budget is spent, and moves when the budget is raised', async () => {
    const { rentalId, settlement } = await running({ balance: 100 * DOLLAR, spendLimitMicros: 69_999 })
    expect(Date.parse(settlement.fundedUntil) - NOON).toBe(101_000)
    await world.at(101_000)
    expect(await world.billing.renew({ rentalId })).toMatchObject({ state: 'budget_reached' })
    const raised = await world.billing.setLimits({ rentalId, spendLimitMicros: 140_000 })
    expect(raised.state).toBe('funded')
    const lifted = await world.billing.setLimits({
      rentalId,
      spendLimitMicros: null,
      endsAt: new Date(NOON + 110_000).toISOString(),
    })
    expect(lifted).toMatchObject({ state: 'funded', fundedUntil: new Date(NOON + 110_000).toISOString() })
  })
})

describe('a wallet that runs dry', () => {
  it('first depletes, then is exhausted at the last safe moment, and never pays an unfunded second', async () => {
    const seconds = 100
    const balance = Number(costAfter(BigInt(PRICE), seconds))
    const { rentalId, walletId, settlement } = await running({ balance, teardownSeconds: 20 })
    let last = settlement
    const states = [last.state]
    while (last.state !== 'exhausted') {
      await world.at(Date.parse(last.nextRenewalAt) - NOON)
      last = await world.billing.renew({ rentalId })
      states.push(last.state)
    }
    expect(new Set(states)).toEqual(new Set(['funded', 'depleting', 'exhausted']))
    expect(Date.parse(last.now)).toBe(Date.parse(last.stopBy))
    expect(Date.parse(last.fundedUntil) - NOON).toBe(seconds * 1000)
    await world.at(107_000)
    expect(await world.billing.close({ rentalId })).toMatchObject({
      billedSeconds: seconds,
      writtenOffSeconds: 7,
    })
    expect(await walletOf(walletId)).toEqual({ available: '0', held: '0' })
  })

  it('is funded again when money comes before the last safe moment', async () => {
    const { rentalId, walletId } = await running({
      balance: Number(costAfter(BigInt(PRICE), 60)),
      teardownSeconds: 20,
    })
    await world.at(30_000)
    expect(await world.billing.renew({ rentalId })).toMatchObject({ state: 'depleting' })
    await topUp(walletId, 10_000_000n)
    expect(await world.billing.renew({ rentalId })).toMatchObject({ state: 'funded', warning: null })
  })

  it('warns once at each threshold on the way down, and once when it has recovered', async () => {
    const { rentalId, walletId, settlement } = await running({ balance: 2 * PRICE })
    const told = [settlement.warning]
    for (let minute = 1; minute < 120; minute += 1) {
      await world.at(minute * 60_000)
      told.push((await world.billing.renew({ rentalId })).warning)
    }
    await topUp(walletId, 100_000_000n)
    told.push(
      (await world.billing.renew({ rentalId })).warning,
      (await world.billing.renew({ rentalId })).warning,
    )
    expect(told.filter((warning) => warning !== null)).toEqual([
      { kind: 'below', seconds: 86_400 },
      { kind: 'below', seconds: 3_600 },
      { kind: 'below', seconds: 600 },
      { kind: 'below', seconds: 120 },
      { kind: 'recovered' },
    ])
  })
})

async function setup(options: {
  balance: number
}): Promise<{ rentalId: string; walletId: string; userId: string }> {
  await world.at(0)
  const wallet = await world.aWallet(options.balance)
  return { ...wallet, rentalId: await world.aRental(wallet) }
}

/** A pod whose meter started at noon. */
async function running(options: {
  balance: number
  teardownSeconds?: number
  durationSeconds?: number
  spendLimitMicros?: number
}): Promise<{ rentalId: string; walletId: string; settlement: Settlement }> {
  const { balance, ...limits } = options
  const { rentalId, walletId } = await setup({ balance })
  const reserved = await world.billing.reserve({ rentalId, priceMicrosPerHour: PRICE, ...limits })
  expect(reserved).toMatchObject({ ok: true })
  const started = await world.billing.start({ rentalId, priceMicrosPerHour: PRICE })
  if (!started.ok) throw new Error('the reservation did not cover the start')
  return { rentalId, walletId, settlement: started.settlement }
}

async function topUp(walletId: string, amountMicros: bigint): Promise<void> {
  const idempotencyKey = `top_up/${walletId}/${Math.random()}`
  await world.billing.post({ walletId, amountMicros, kind: 'top_up', idempotencyKey, reference: 'pi' })
}

async function walletOf(walletId: string): Promise<{ available: string; held: string }> {
  const [wallet] = await world.application.query<{ available: string; held: string }[]>(
    'SELECT available, held FROM wallets WHERE id = $1',
    [walletId],
  )
  if (!wallet) throw new Error(`no wallet ${walletId}`)
  return wallet
}

const windowsOf = (rentalId: string): Promise<{ kind: string; seconds: number; written_off: string }[]> =>
  world.application.query(
    `SELECT kind, seconds, written_off FROM charge_windows
     WHERE segment_id = (SELECT id FROM rental_segments WHERE rental_id = $1) ORDER BY window_start, kind DESC`,
    [rentalId],
  )
