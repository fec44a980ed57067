import { costAfter } from '@berth/contract/money'
import type { QueryRunner } from 'typeorm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBilling } from './billing.ts'
import type { Settlement } from './port.ts'
import { createBillingWorld, DOLLAR, NOON, type BillingWorld } from './test-support/billing-world.ts'
import { verifyLedger } from './verify/verify-ledger.ts'

const PRICE = 2_490_000

let world: BillingWorld

beforeAll(async () => {
  world = await createBillingWorld({ poolSize: 24 })
})
afterAll(async () => {
  const { problems } = await verifyLedger({ dataSource: world.application })
  await world.close()
  if (problems.length > 0) throw new Error(`the tests left broken books: ${JSON.stringify(problems)}`)
})

describe('many at once', () => {
  it('fifty reservations against money for ten: ten succeed, and the wallet ends at zero', async () => {
    const hold = Number(costAfter(BigInt(PRICE), 40))
    const wallet = await walletAtNoon(10 * hold)
    const rentals = await Promise.all(Array.from({ length: 50 }, () => world.aRental(wallet)))
    const answers = await Promise.all(
      rentals.map((rentalId) =>
        world.billing.reserve({ rentalId, priceMicrosPerHour: PRICE, durationSeconds: 40 }),
      ),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(10)
    expect(await balanceOf(wallet.walletId)).toEqual({ available: '0', held: String(10 * hold) })
    await Promise.all(rentals.map((rentalId) => world.billing.close({ rentalId }).catch(ignoreUnreserved)))
    expect(await balanceOf(wallet.walletId)).toEqual({ available: String(10 * hold), held: '0' })
  })

  it('fifty renewals of one pod in one second make one window', async () => {
    const wallet = await walletAtNoon(10 * DOLLAR)
    const { rentalId } = await running(wallet)
    await world.at(77_000)
    const renewals = await Promise.all(Array.from({ length: 50 }, () => world.billing.renew({ rentalId })))
    expect(new Set(renewals.map(({ chargedMicros }) => chargedMicros))).toEqual(
      new Set([String(costAfter(BigInt(PRICE), 77))]),
    )
    const windows = await world.application.query<unknown[]>(
      'SELECT 1 FROM charge_windows WHERE segment_id = (SELECT id FROM rental_segments WHERE rental_id = $1)',
      [rentalId],
    )
    expect(windows).toHaveLength(1)
  })

  it('twenty copies of one top-up credit once; the same key for another amount is a conflict', async () => {
    const { walletId } = await walletAtNoon(0)
    const topUp = {
      walletId,
      amountMicros: 7n,
      kind: 'top_up',
      idempotencyKey: `once/${walletId}`,
      reference: 'cs',
    } as const
    const posted = await Promise.all(Array.from({ length: 20 }, () => world.billing.post(topUp)))
    expect(posted.filter(({ fresh }) => fresh)).toHaveLength(1)
    expect(new Set(posted.map(({ transactionId }) => transactionId)).size).toBe(1)
    expect(await balanceOf(walletId)).toEqual({ available: '7', held: '0' })
    await expect(world.billing.post({ ...topUp, amountMicros: 8n })).rejects.toMatchObject({
      code: 'idempotency_conflict',
    })
  })

  it('two closes, a renewal and a top-up in one instant leave the books right and the hold released', async () => {
    const wallet = await walletAtNoon(DOLLAR)
    const { rentalId } = await running(wallet)
    await world.at(200_000)
    const { billing } = world
    const [one, , two] = await Promise.all([
      billing.close({ rentalId }),
      billing.renew({ rentalId }),
      billing.close({ rentalId }),
      topUp(wallet.walletId, 500n),
    ])
    expect(two).toEqual(one)
    const charged = costAfter(BigInt(PRICE), 200)
    expect(await balanceOf(wallet.walletId)).toEqual({ available: String(1_000_500n - charged), held: '0' })
  })
})

describe('two pods on one wallet', () => {
  it.each([
    { first: PRICE, second: PRICE, teardownSeconds: 0 },
    { first: 2_490_000, second: 31_999_999, teardownSeconds: 30 },
    { first: 12_345_678, second: 3_600, teardownSeconds: 5 },
  ])(
    'of $first and $second run dry together and spend not a micro-dollar more than there was',
    async (given) => {
      const { first, second, teardownSeconds } = given
      const balance = 900_000
      const wallet = await walletAtNoon(balance)
      const pods = [await running(wallet, { price: first, teardownSeconds })]
      await world.at(4_321)
      pods.push(await running(wallet, { price: second, teardownSeconds }))
      const ends = await renewUntilExhausted(pods)
      await world.at(Math.max(...ends.map(({ fundedUntil }) => Date.parse(fundedUntil))) - NOON)
      const closings = await Promise.all(
        ends.map(({ rentalId, fundedUntil }) => world.billing.close({ rentalId, endAt: fundedUntil })),
      )
      const charged = closings.reduce((total, { chargedMicros }) => total + BigInt(chargedMicros), 0n)
      const { available, held } = await balanceOf(wallet.walletId)
      expect({ held, total: charged + BigInt(available) }).toEqual({ held: '0', total: BigInt(balance) })
      const [cheap, dear] = [Math.min(first, second), Math.max(first, second)]
      expect(BigInt(available)).toBeLessThan(BigInt(cheap) / 3600n + 1n)
      expect(closings.map(({ writtenOffMicros }) => writtenOffMicros)).toEqual(['0', '0'])
      // What is less than a second of the dear one may carry the cheap one on.
      const [a, b] = ends.map(({ fundedUntil }) => Date.parse(fundedUntil))
      expect(Math.abs((a ?? 0) - (b ?? 0)) / 1000).toBeLessThanOrEqual(15 + dear / cheap + 1)
    },
  )

  it('that nobody looked after until the money was gone are paid up to the same instant', async () => {
    const seconds = 1_000
    const balance =
      Number(costAfter(BigInt(PRICE), seconds)) + Number(costAfter(BigInt(3 * PRICE), seconds)) + 5
    const wallet = await walletAtNoon(balance)
    const cheap = await running(wallet)
    const dear = await running(wallet, { price: 3 * PRICE })
    await world.at(5_000_000)
    await world.billing.renew({ rentalId: dear.rentalId })
    const closings = await Promise.all([
      world.billing.close({ rentalId: cheap.rentalId }),
      world.billing.close({ rentalId: dear.rentalId }),
    ])
    for (const closing of closings)
      expect(closing).toMatchObject({ billedSeconds: seconds, writtenOffSeconds: 4_000 })
    expect(await balanceOf(wallet.walletId)).toEqual({ available: '5', held: '0' })
  })

  it('do not lose money that a sleeping workflow counts on when a third one starts', async () => {
    const wallet = await walletAtNoon(2 * DOLLAR)
    const sleeper = await running(wallet)
    const dear = await running(wallet, { price: 60 * DOLLAR })
    let last = dear
    while (last.state !== 'exhausted' && Date.parse(last.now) < Date.parse(sleeper.nextRenewalAt)) {
      await world.at(Date.parse(last.nextRenewalAt) - NOON)
      last = await world.billing.renew({ rentalId: dear.rentalId })
    }
    expect(last.state).toBe('exhausted')
    const [row] = await world.application.query<{ funded_until: Date }[]>(
      'SELECT funded_until FROM rental_segments WHERE rental_id = $1',
      [sleeper.rentalId],
    )
    expect(row?.funded_until.getTime()).toBeGreaterThanOrEqual(Date.parse(sleeper.nextRenewalAt) + 29_000)
  })
})

describe('the lock', () => {
  it('is the wallet row: a second settlement waits for the first, then finds nothing left to charge', async () => {
    const wallet = await walletAtNoon(10 * DOLLAR)
    const { rentalId } = await running(wallet)
    await world.at(50_000)
    const holder = world.application.createQueryRunner()
    await holder.startTransaction()
    const pid = await pidOf(holder, 'SELECT pg_backend_pid() AS pid FROM billing_renew($1)', [rentalId])
    const locks = await world.owner.query<{ mode: string }[]>(
      `SELECT mode FROM pg_locks WHERE pid = $1 AND relation = 'wallets'::regclass AND granted`,
      [pid],
    )
    expect(locks.map(({ mode }) => mode)).toContain('RowShareLock')
    const second = world.billing.renew({ rentalId })
    expect(await waiterOf(pid)).toBeGreaterThan(0)
    await holder.commitTransaction()
    await holder.release()
    expect((await second).chargedMicros).toBe(String(costAfter(BigInt(PRICE), 50)))
  })

  it('lets a renewal whose connection died be asked again, with one effect', async () => {
    const wallet = await walletAtNoon(10 * DOLLAR)
    const { rentalId } = await running(wallet)
    await world.at(50_000)
    const holder = world.owner.createQueryRunner()
    await holder.startTransaction()
    const pid = await pidOf(holder, 'SELECT pg_backend_pid() AS pid FROM wallets WHERE id = $1 FOR UPDATE', [
      wallet.walletId,
    ])
    const lost = world.billing.renew({ rentalId }).catch((error: unknown) => String(error))
    await terminate(await waiterOf(pid))
    expect(await lost).toMatch(/terminat/i)
    await holder.rollbackTransaction()
    await holder.release()
    const expected = { chargedMicros: String(costAfter(BigInt(PRICE), 50)) }
    expect(await asTemporalWould(() => world.billing.renew({ rentalId }))).toMatchObject(expected)
    expect(await world.billing.renew({ rentalId })).toMatchObject(expected)
  })

  it('is never held by a renewal of another wallet', async () => {
    const blocked = await walletAtNoon(DOLLAR)
    const other = await running(await walletAtNoon(DOLLAR))
    const holder = world.owner.createQueryRunner()
    await holder.startTransaction()
    await holder.query('SELECT 1 FROM wallets WHERE id = $1 FOR UPDATE', [blocked.walletId])
    expect(await world.billing.renew({ rentalId: other.rentalId })).toMatchObject({ state: 'funded' })
    await holder.rollbackTransaction()
    await holder.release()
  })
})

describe('a credit in the caller’s transaction', () => {
  it('is gone when that transaction fails, and there when it succeeds', async () => {
    const { walletId } = await walletAtNoon(0)
    const input = {
      walletId,
      amountMicros: 5n,
      kind: 'top_up',
      idempotencyKey: `tx/${walletId}`,
      reference: 'cs',
    } as const
    const failed = world.application.transaction(async (manager) => {
      await createBilling({ dataSource: world.application }).post(input, manager)
      throw new Error('the rest went wrong')
    })
    await expect(failed).rejects.toThrow('the rest went wrong')
    expect(await balanceOf(walletId)).toMatchObject({ available: '0' })
    const posted = await world.application.transaction((manager) => world.billing.post(input, manager))
    expect(posted).toMatchObject({ fresh: true, availableMicros: '5' })
  })

  it('pays back a debt first, and a dispute freezes money until it is won or lost', async () => {
    const { walletId } = await walletAtNoon(1_000)
    const post = (kind: 'dispute_opened' | 'dispute_won' | 'dispute_lost' | 'top_up', dispute: string) =>
      world.billing.post({
        walletId,
        amountMicros: 1_500n,
        kind,
        idempotencyKey: `${kind}:${dispute}`,
        reference: dispute,
      })
    expect(await post('dispute_opened', 'a')).toMatchObject({ availableMicros: '0', receivableMicros: '500' })
    expect(await post('dispute_won', 'a')).toMatchObject({ availableMicros: '1000', receivableMicros: '0' })
    expect(await post('dispute_opened', 'b')).toMatchObject({ availableMicros: '0', receivableMicros: '500' })
    expect(await post('dispute_lost', 'b')).toMatchObject({ availableMicros: '0', receivableMicros: '500' })
    expect(await post('top_up', 'c')).toMatchObject({ availableMicros: '1000', receivableMicros: '0' })
  })
})

async function walletAtNoon(balance: number): Promise<{ walletId: string; userId: string }> {
  await world.at(0)
  return world.aWallet(balance)
}

async function running(
  wallet: { walletId: string; userId: string },
  { price = PRICE, teardownSeconds = 30 } = {},
): Promise<Settlement> {
  const rentalId = await world.aRental(wallet)
  const reserved = await world.billing.reserve({ rentalId, priceMicrosPerHour: price, teardownSeconds })
  expect(reserved).toMatchObject({ ok: true })
  const started = await world.billing.start({ rentalId, priceMicrosPerHour: price })
  if (!started.ok) throw new Error('the reservation did not cover the start')
  return started.settlement
}

/** Plays the workflows: each looks again when it was told to or woken, the earlier one first. */
async function renewUntilExhausted(pods: Settlement[]): Promise<Settlement[]> {
  const last = new Map(pods.map((pod) => [pod.rentalId, pod]))
  for (;;) {
    const awake = [...last.values()].filter(({ state }) => state !== 'exhausted')
    const next = awake.sort((a, b) => Date.parse(a.nextRenewalAt) - Date.parse(b.nextRenewalAt))[0]
    if (next === undefined) return [...last.values()]
    await world.at(Date.parse(next.nextRenewalAt) - NOON)
    const settlement = await world.billing.renew({ rentalId: next.rentalId })
    last.set(next.rentalId, settlement)
    for (const rentalId of settlement.wakeRentalIds)
      last.set(rentalId, await world.billing.renew({ rentalId }))
  }
}

async function topUp(walletId: string, amountMicros: bigint): Promise<void> {
  await world.billing.post({
    walletId,
    amountMicros,
    kind: 'top_up',
    idempotencyKey: `t/${walletId}`,
    reference: 'cs',
  })
}

/** Tries again until it is heard: the pool may hand out the dead connection once more before it notices. */
async function asTemporalWould<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call()
    } catch (error) {
      if (attempt === 5) throw error
    }
  }
}

function ignoreUnreserved(error: unknown): void {
  if (!(error instanceof Error && error.message.includes('has no meter'))) throw error
}

async function balanceOf(walletId: string): Promise<{ available: string; held: string }> {
  const [wallet] = await world.application.query<{ available: string; held: string }[]>(
    'SELECT available, held FROM wallets WHERE id = $1',
    [walletId],
  )
  if (!wallet) throw new Error(`no wallet ${walletId}`)
  return wallet
}

async function pidOf(runner: QueryRunner, query: string, parameters: unknown[]): Promise<number> {
  const [row]: { pid: number }[] = await runner.manager.query(query, parameters)
  if (!row) throw new Error(`no row for ${query}`)
  return row.pid
}

/** The process that waits for what `pid` holds, as soon as there is one. */
async function waiterOf(pid: number): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const [waiter] = await world.owner.query<{ pid: number }[]>(
      'SELECT pid FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))',
      [pid],
    )
    if (waiter) return waiter.pid
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`nobody waits for process ${pid}`)
}

/** As a crash of the server process would. Runs as the application, whose own processes they are. */
async function terminate(pid: number): Promise<void> {
  await world.application.query('SELECT pg_terminate_backend($1)', [pid])
}
