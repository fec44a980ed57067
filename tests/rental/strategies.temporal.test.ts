import type { ChargingTerms } from '@berth/contract/charging'
import { affordableSeconds, costAfter } from '@berth/contract/money'
import { forceEndSignal, stopSignal } from '@berth/workflows/rental/messages'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountsOf, segmentOf, windowsOf } from '../support/charges.ts'
import { recordHistory } from '../support/histories.ts'
import { openSimulation, type Simulation } from '../support/simulation.ts'

const HOUR = 3600
const BALANCE = 500_000_000n

let simulation: Simulation

beforeAll(async () => {
  simulation = await openSimulation()
})
afterAll(() => simulation?.close())

describe('a rental of a term', () => {
  const earlyStop = [
    { fromSeconds: 0, refundPercent: 50 },
    { fromSeconds: HOUR, refundPercent: 100 },
  ]
  const term = { charging: { strategy: 'term', earlyStop } as const, durationSeconds: 10 * HOUR }

  it('is paid whole at its start, sleeps, and ends by itself', async () => {
    const { rentalId, person, handle, price } = await running(term)
    const paid = costAfter(price, 10 * HOUR)
    expect(await simulation.market.wallet(person)).toMatchObject({ available: BALANCE - paid, held: 0n })
    await handle.result()
    expect(await ended(rentalId)).toEqual({ reason: 'term_reached', seconds: 10 * HOUR })
    await expectBooks(rentalId, paid)
    expect(await windowsOf(simulation.market.dataSource, rentalId)).toHaveLength(1)
    expect((await handle.describe()).historyLength).toBeLessThan(120)
    await recordHistory('paid-for-its-term', handle)
  })

  it('stopped early gives back by the table of its contract', async () => {
    const early = await running(term)
    await early.stopAfter(HOUR / 2)
    // 9.5 hours unused, half of them come back.
    await expectBooks(early.rentalId, costAfter(early.price, 5.25 * HOUR))
    const later = await running(term)
    await later.stopAfter(2 * HOUR)
    await expectBooks(later.rentalId, costAfter(later.price, 2 * HOUR))
    expect((await simulation.market.wallet(later.person)).available).toBe(
      BALANCE - costAfter(later.price, 2 * HOUR),
    )
  })

  it('ended by an operator gives everything unused back', async () => {
    const { rentalId, handle, price } = await running(term)
    await simulation.temporal.sleep('20 minutes')
    await handle.signal(forceEndSignal, { reason: 'the host is on fire' })
    await handle.result()
    const { reason, seconds } = await ended(rentalId)
    expect(reason).toBe('ended_by_operator')
    expect(seconds).toBeLessThan(HOUR / 2)
    await expectBooks(rentalId, costAfter(price, seconds))
  })
})

describe('a rental by the block', () => {
  const block = (unused: 'pro_rata' | 'none') =>
    ({ charging: { strategy: 'block', blockSeconds: HOUR, unused } }) as const

  it('buys the next block before the one before it ends, and keeps what was begun', async () => {
    const { rentalId, person, handle, price, startedAt, stopAfter } = await running(block('none'))
    expect(await simulation.market.wallet(person)).toMatchObject({
      available: BALANCE - costAfter(price, HOUR),
      held: 0n,
    })
    await stopAfter(1.5 * HOUR)
    await expectBooks(rentalId, costAfter(price, 2 * HOUR))
    const bought = await simulation.market.dataSource.query<{ at: Date }[]>(
      `SELECT occurred_at AS at FROM ledger_transactions WHERE rental_id = $1 AND kind = 'charge' ORDER BY seq`,
      [rentalId],
    )
    const seconds = bought.map(({ at }) => (at.getTime() - startedAt.getTime()) / 1000)
    expect(seconds).toEqual([0, expect.any(Number)])
    expect(seconds[1]).toBeGreaterThan(HOUR - 60)
    expect(seconds[1]).toBeLessThan(HOUR)
    await recordHistory('bought-by-the-block', handle)
  })

  it('gives the unused part back where its offer says so', async () => {
    const { rentalId, price, stopAfter } = await running(block('pro_rata'))
    await stopAfter(1.5 * HOUR)
    expect((await ended(rentalId)).seconds).toBe(1.5 * HOUR)
    await expectBooks(rentalId, costAfter(price, 1.5 * HOUR))
  })

  it('ends with its wallet, which pays for as much of the last block as it can', async () => {
    const { rentalId, person, handle, price } = await running(block('none'), (hourly) => (hourly * 3n) / 2n)
    await handle.result()
    expect((await ended(rentalId)).reason).toBe('wallet_depleted')
    const paid = (price * 3n) / 2n
    await expectBooks(rentalId, costAfter(price, affordableSeconds(paid, price) ?? 0))
    expect((await simulation.market.wallet(person)).available).toBeLessThan(price / BigInt(HOUR) + 1n)
  })
})

describe('a rental by the tick', () => {
  const tick = { charging: { strategy: 'tick' } as const }

  it('holds nothing, runs its wallet down and ends while there is money for its end', async () => {
    const { rentalId, person, handle, price } = await running(tick, (hourly) => hourly / 2n)
    expect((await simulation.market.wallet(person)).held).toBe(0n)
    await handle.result()
    const { reason, seconds } = await ended(rentalId)
    expect(reason).toBe('wallet_depleted')
    await expectBooks(rentalId, costAfter(price, seconds))
    const left = (await simulation.market.wallet(person)).available
    expect(left).toBe(price / 2n - costAfter(price, seconds))
    expect(left).toBeLessThan(costAfter(price, 60))
  })

  it('looked at too late is charged what its wallet had, and the seconds beyond are written off', async () => {
    const { rentalId, person, handle, price, startedAt } = await running(tick, (hourly) => hourly / 20n)
    await simulation.hangUntil(startedAt.getTime() + 600_000)
    await handle.result()
    const { reason, seconds } = await ended(rentalId)
    expect([reason, seconds]).toEqual(['wallet_depleted', affordableSeconds(price / 20n, price)])
    const { writtenOffSeconds, writtenOff, closedAt } = await segmentOf(
      simulation.market.dataSource,
      rentalId,
    )
    const lived = Math.floor((closedAt!.getTime() - startedAt.getTime()) / 1000)
    expect([writtenOffSeconds, writtenOff]).toEqual([
      lived - seconds,
      costAfter(price, lived) - costAfter(price, seconds),
    ])
    expect(writtenOffSeconds).toBeGreaterThanOrEqual(600 - seconds)
    await expectBooks(rentalId, costAfter(price, seconds), writtenOff)
    expect((await simulation.market.wallet(person)).available).toBe(price / 20n - costAfter(price, seconds))
  })
})

interface Wish {
  charging: ChargingTerms
  durationSeconds?: number
}

/** A rental on these terms as soon as it runs, with $500 or what its price per hour says. */
async function running(wish: Wish, balance: (hourly: bigint) => bigint = () => BALANCE) {
  const { market, orchestrator } = simulation
  const [offer] = await market.offers()
  const price = BigInt(offer!.priceMicrosPerHour)
  const person = await market.person(balance(price))
  const rentalId = await market.request({ person, offer: offer!, ...wish })
  const handle = await orchestrator.start(rentalId)
  await simulation.reach(rentalId, 'running')
  const { startedAt } = await segmentOf(market.dataSource, rentalId)
  return {
    rentalId,
    person,
    handle,
    price,
    startedAt: startedAt!,
    /** As its renter would, who asks at this very second of its life, and is heard a little later. */
    async stopAfter(seconds: number) {
      await simulation.temporal.sleep((seconds + 5) * 1000)
      const requestedAt = new Date(startedAt!.getTime() + seconds * 1000).toISOString()
      await handle.signal(stopSignal, { requestedAt, by: 'user' })
      await handle.result()
      expect((await ended(rentalId)).reason).toBe('stopped_by_user')
    },
  }
}

async function ended(rentalId: string): Promise<{ reason: string | null; seconds: number }> {
  const { market } = simulation
  const { phase, endReason } = await market.rental(rentalId)
  expect(phase).toBe('ended')
  const { billedSeconds } = (await market.events(rentalId)).find(({ kind }) => kind === 'ended')!.data
  return { reason: endReason, seconds: Number(billedSeconds) }
}

/** The whole of what the ledger has of an ended rental: what was paid came from the wallet, the rest was ours. */
async function expectBooks(rentalId: string, paid: bigint, writtenOff = 0n): Promise<void> {
  expect(await accountsOf(simulation.market.dataSource, rentalId)).toEqual({
    available: -paid,
    revenue: paid + writtenOff,
    ...(writtenOff > 0n && { write_off: -writtenOff }),
  })
  expect(await simulation.chargedMicros(rentalId)).toBe(paid)
  expect(simulation.market.runpod.control.instances.list()).toEqual([])
}
