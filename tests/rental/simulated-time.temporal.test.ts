import { extendUpdate, walletFundedSignal } from '@berth/workflows/rental/messages'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordHistory } from '../support/histories.ts'
import { openSimulation, type Simulation } from '../support/simulation.ts'

const HOUR = 3600
const HOUR_N = 3600n

let simulation: Simulation

beforeAll(async () => {
  simulation = await openSimulation()
})
afterAll(() => simulation?.close())

describe('in simulated time, a rental', () => {
  it('runs for a day on at most three thousand events, charged to the micro-dollar', async () => {
    const { market, orchestrator } = simulation
    const person = await market.person(5_000_000_000n)
    const [offer] = await market.offers()
    const rentalId = await market.request({ person, offer: offer!, durationSeconds: 24 * HOUR })
    const handle = await orchestrator.start(rentalId)
    await simulation.reach(rentalId, 'running')
    await handle.result()

    expect(await market.rental(rentalId)).toMatchObject({ phase: 'ended', endReason: 'term_reached' })
    const charged = BigInt(offer!.priceMicrosPerHour) * 24n
    const wallet = await market.wallet(person)
    expect([wallet.available, wallet.held]).toEqual([5_000_000_000n - charged, 0n])
    const { historyLength } = await handle.describe()
    expect(historyLength).toBeLessThanOrEqual(3_000)
    // A renewal every five minutes really took place.
    expect(historyLength).toBeGreaterThan(1_000)
  })

  it('that shares its wallet with another runs it to zero: neither overspends, both pods are gone', async () => {
    const { market, orchestrator } = simulation
    const person = await market.person(1_000_000n)
    const offers = await market.offers()
    const rentalIds = await Promise.all(
      [offers[0]!, offers[3]!].map((offer) => market.request({ person, offer })),
    )
    const handles = await Promise.all(rentalIds.map((id) => orchestrator.start(id)))
    // Time stands still until both run: it must not jump while one of them is being created.
    await Promise.all(rentalIds.map((id) => simulation.reach(id, 'running')))
    // One after the other: each wait lets the time run and stops it again, for the whole server.
    for (const handle of handles) await handle.result()

    const rentals = await Promise.all(rentalIds.map((id) => market.rental(id)))
    for (const rental of rentals)
      expect(rental).toMatchObject({ phase: 'ended', endReason: 'wallet_depleted' })
    const wallet = await market.wallet(person)
    expect(wallet.held).toBe(0n)
    const charged = await Promise.all(rentalIds.map((id) => simulation.chargedMicros(id)))
    expect(wallet.available).toBe(1_000_000n - charged[0]! - charged[1]!)
    // What is left is less than the shortest stretch worth selling, teardown time included.
    expect(wallet.available).toBeLessThan(
      (BigInt(offers[0]!.priceMicrosPerHour + offers[3]!.priceMicrosPerHour) * 60n) / HOUR_N,
    )
    expect(market.runpod.control.instances.list()).toEqual([])
  })

  it('is saved by a top-up in its last seconds and goes on', async () => {
    const { market, orchestrator } = simulation
    const person = await market.person(60_000n)
    const [offer] = await market.offers()
    const rentalId = await market.request({ person, offer: offer! })
    const handle = await orchestrator.start(rentalId)
    await simulation.reach(rentalId, 'running')
    await simulation.skipUntil(async () => (await market.rental(rentalId)).health === 'depleting')
    await market.topUp(person, 50_000_000n)
    await handle.signal(walletFundedSignal)
    await simulation.skipUntil(async () => (await market.rental(rentalId)).health === 'ok')
    await simulation.temporal.sleep('2h')
    expect((await market.rental(rentalId)).phase).toBe('running')
    expect((await market.events(rentalId)).map(({ kind }) => kind)).toContain('funded')
    await recordHistory('saved-by-a-top-up', handle)
    await simulation.stop(rentalId)
    expect(await market.rental(rentalId)).toMatchObject({ phase: 'ended', endReason: 'stopped_by_user' })
  })

  it('ends at its budget, and not before', async () => {
    const { market, orchestrator } = simulation
    const person = await market.person(50_000_000n)
    const [offer] = await market.offers()
    const rentalId = await market.request({ person, offer: offer!, spendLimitMicros: 400_000n })
    const handle = await orchestrator.start(rentalId)
    await simulation.reach(rentalId, 'running')
    await handle.result()
    expect(await market.rental(rentalId)).toMatchObject({ phase: 'ended', endReason: 'budget_reached' })
    const charged = await simulation.chargedMicros(rentalId)
    expect(charged).toBeLessThanOrEqual(400_000n)
    expect(charged + BigInt(offer!.priceMicrosPerHour) / HOUR_N + 1n).toBeGreaterThan(400_000n)
  })

  it('is extended before its end and charged to the new one', async () => {
    const { market, orchestrator } = simulation
    const person = await market.person(50_000_000n)
    const [offer] = await market.offers()
    const rentalId = await market.request({ person, offer: offer!, durationSeconds: HOUR })
    const handle = await orchestrator.start(rentalId)
    await simulation.reach(rentalId, 'running')
    const { endsAt } = await market.rental(rentalId)
    const answer = await handle.executeUpdate(extendUpdate, { args: [{ addSeconds: HOUR }] })
    expect(Date.parse(answer.endsAt!)).toBe(endsAt!.getTime() + HOUR * 1000)
    await expect(
      handle.executeUpdate(extendUpdate, { args: [{ endsAt: '2001-01-01T00:00:00Z' }] }),
    ).rejects.toThrow(/rejected|failed/i)
    await handle.result()
    expect(await simulation.chargedMicros(rentalId)).toBe(BigInt(offer!.priceMicrosPerHour) * 2n)
    await recordHistory('extended-before-its-end', handle)
  })
})
