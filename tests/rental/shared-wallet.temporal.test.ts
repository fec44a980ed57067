import { walletFundedSignal } from '@berth/workflows/rental/messages'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSimulation, type Simulation } from '../support/simulation.ts'

let simulation: Simulation

beforeAll(async () => {
  simulation = await openSimulation()
})
afterAll(() => simulation?.close())

describe('five pods of different prices on one wallet, in simulated time', { timeout: 400_000 }, () => {
  it('run it to zero: no unfunded second is sold, all are told to stop in time, each warning is given once', async () => {
    const { market } = simulation
    const { person, rentalIds, handles } = await fivePods(2_000_000n)
    // One after the other: each wait lets the time run and stops it again, for the whole server.
    for (const handle of handles) await handle.result()

    let charged = 0n
    for (const rentalId of rentalIds) {
      expect(await market.rental(rentalId)).toMatchObject({ phase: 'ended', endReason: 'wallet_depleted' })
      const [meter] = await market.dataSource.query<Meter[]>(METER, [rentalId])
      expect(meter).toMatchObject({ written_off: '0', held: '0', state: 'closed' })
      charged += BigInt(meter!.charged)
    }
    const wallet = await market.wallet(person)
    expect(wallet.held).toBe(0n)
    expect(wallet.available).toBe(2_000_000n - charged)
    const lows = await market.dataSource.query<{ threshold: number; times: number }[]>(
      `SELECT (data ->> 'thresholdSeconds')::int AS threshold, count(*)::int AS times FROM notices
       WHERE user_id = $1 AND kind = 'runway_low' GROUP BY 1 ORDER BY 1 DESC`,
      [person.userId],
    )
    expect(lows.length).toBeGreaterThanOrEqual(3)
    expect(lows.every(({ times }) => times === 1)).toBe(true)
    expect(market.runpod.control.instances.list()).toEqual([])
  })

  it('are all saved by a top-up in their last seconds, and told once that it is well', async () => {
    const { market } = simulation
    const { person, rentalIds, handles } = await fivePods(600_000n)
    await simulation.skipUntil(async () => {
      const rentals = await Promise.all(rentalIds.map((id) => market.rental(id)))
      return rentals.some(({ health }) => health === 'depleting')
    })
    await market.topUp(person, 500_000_000n)
    for (const handle of handles) await handle.signal(walletFundedSignal)
    await simulation.skipUntil(async () => {
      const rentals = await Promise.all(rentalIds.map((id) => market.rental(id)))
      return rentals.every(({ health }) => health === 'ok')
    })
    await simulation.temporal.sleep('20m')
    for (const rentalId of rentalIds) expect((await market.rental(rentalId)).phase).toBe('running')
    const [recoveries] = await market.dataSource.query<{ times: number }[]>(
      `SELECT count(*)::int AS times FROM notices WHERE user_id = $1 AND kind = 'runway_recovered'`,
      [person.userId],
    )
    expect(recoveries?.times).toBe(1)
    for (const rentalId of rentalIds) await simulation.stop(rentalId)
    for (const rentalId of rentalIds) {
      expect(await market.rental(rentalId)).toMatchObject({ endReason: 'stopped_by_user' })
      const [meter] = await market.dataSource.query<Meter[]>(METER, [rentalId])
      expect(meter).toMatchObject({ written_off: '0', held: '0' })
    }
  })
})

interface Meter {
  state: string
  charged: string
  held: string
  written_off: string
}

const METER = 'SELECT state, charged, held, written_off FROM rental_segments WHERE rental_id = $1'

const TEARDOWN_SECONDS = 30

/**
 * All running, at five different prices. Time stands still until they do. The prices are near one another, so that what a
 * pod gives back when it stops is no recovery for those that are left: that takes ten minutes more than a threshold.
 */
async function fivePods(balanceMicros: bigint) {
  const { market, orchestrator } = simulation
  const person = await market.person(balanceMicros)
  const offers = new Map((await market.offers()).map((offer) => [offer.priceMicrosPerHour, offer]))
  const five = [...offers.values()].sort((a, b) => a.priceMicrosPerHour - b.priceMicrosPerHour).slice(0, 5)
  expect(five).toHaveLength(5)
  const all = five.reduce((sum, { priceMicrosPerHour }) => sum + priceMicrosPerHour, 0)
  expect((TEARDOWN_SECONDS * all) / five[0]!.priceMicrosPerHour).toBeLessThan(600)
  const rentalIds = await Promise.all(five.map((offer) => market.request({ person, offer })))
  const handles = await Promise.all(rentalIds.map((id) => orchestrator.start(id)))
  await Promise.all(rentalIds.map((id) => simulation.reach(id, 'running')))
  return { person, rentalIds, handles }
}
