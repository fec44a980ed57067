// @vitest-environment node
import type { ApiError } from '@berth/contract/client'
import { affordableSeconds, costAfter } from '@berth/contract/money'
import type { NewRental } from '@berth/contract/schemas/rentals'
import { describe, expect, it } from 'vitest'
import { createMockFetch } from './mock-fetch.ts'
import { startMockApi, type MockApi } from './testing.ts'
import type { Scenario } from './world/seed.ts'
import { payTopUp } from './world/top-ups.ts'

describe('a pod of the mock', () => {
  it('goes through every phase in seconds, and costs nothing before it runs', async () => {
    const { api, rent, wait } = setup()
    const { id } = await rent('runpod:US-KS-2/rtx-4090/1')
    const phases: string[] = []
    let chargedBefore = 0
    for (let second = 0; second < 9; second += 1) {
      const { phase, meter } = await api.rentals.get({ params: { id } })
      phases.push(phase)
      if (phase !== 'running') chargedBefore += meter.chargedMicros
      wait(1)
    }
    expect(chargedBefore).toBe(0)
    expect([...new Set(phases)]).toEqual(['reserving', 'launching', 'verifying', 'running'])
    const { items } = await api.rentals.events({ params: { id } })
    expect(items.map(({ kind }) => kind)).toEqual([
      'requested',
      'reserved',
      'attempt_started',
      'pod_created',
      'running',
    ])
  })

  it('is charged exactly seconds × price ÷ 3600, however often it is looked at', async () => {
    const { api, rent, wait } = setup()
    const { id } = await rent('runpod:CA-MTL-1/l40s/1')
    for (const seconds of [9, 31, 7, 400, 1, 1, 900]) {
      wait(seconds)
      await api.billing.balance({})
    }
    await api.rentals.stop({ params: { id } })
    wait(5)
    const { meter, phase, endReason } = await api.rentals.get({ params: { id } })
    expect({ phase, endReason }).toEqual({ phase: 'ended', endReason: 'stopped_by_user' })
    const price = BigInt(meter.priceMicrosPerHour)
    expect(BigInt(meter.chargedMicros)).toBe(costAfter(price, meter.billedSeconds))
    const { items } = await api.billing.ledger({ query: { rentalId: id, kind: 'charge', pageSize: 200 } })
    expect(items.reduce((sum, line) => sum - line.amountMicros, 0)).toBe(meter.chargedMicros)
    expect(meter.heldMicros).toBe(0)
  })

  it('ends when its time is over, its budget is used up or the wallet is empty', async () => {
    const { api, rent, wait } = setup()
    const timed = await rent('runpod:US-KS-2/h200/1', { duration: { kind: 'for', seconds: 600 } })
    const spendLimitMicros = 150_000
    const budgeted = await rent('runpod:US-KS-2/h100/1', { duration: { kind: 'budget', spendLimitMicros } })
    wait(700)
    expect(await api.rentals.get({ params: { id: timed.id } })).toMatchObject({
      endReason: 'term_reached',
      meter: { billedSeconds: 600 },
    })
    const { endReason, meter } = await api.rentals.get({ params: { id: budgeted.id } })
    expect(endReason).toBe('budget_reached')
    const affordable = affordableSeconds(BigInt(spendLimitMicros), BigInt(meter.priceMicrosPerHour))
    expect(meter.billedSeconds).toBe(affordable)
    wait(60 * 3600)
    const { items } = await api.rentals.list({ query: { state: 'ended' } })
    expect(items.map((rental) => rental.endReason)).toContain('wallet_depleted')
    // Less than one more second would cost.
    expect((await api.billing.balance({})).totalMicros).toBeLessThan(1000)
  })

  it('takes another offer below the cap when the provider refuses, and none above it', async () => {
    const { api, rent, wait } = setup()
    const failover = { maxPriceMicrosPerHour: 3_000_000 }
    const saved = await rent('vast:SG-1/h100/1', { failover })
    const lost = await rent('vast:SG-1/h100/1')
    wait(12)
    const { phase, attempts } = await api.rentals.get({ params: { id: saved.id } })
    expect({ phase, outcomes: attempts.map(({ outcome }) => outcome) }).toEqual({
      phase: 'running',
      outcomes: ['no_capacity', 'ready'],
    })
    expect(await api.rentals.get({ params: { id: lost.id } })).toMatchObject({
      endReason: 'no_capacity',
      meter: { chargedMicros: 0, heldMicros: 0 },
    })
  })

  it('has every other outcome too', async () => {
    const { api, rent, wait } = setup()
    const never = await rent('vast:us-west-3/a100/1')
    const spot = await rent('runpod:EU-RO-1/h100/1/spot')
    const lingering = await rent('lambda:us-east-1/rtx-a6000/1')
    wait(20)
    await api.rentals.stop({ params: { id: lingering.id } })
    wait(4)
    expect(await api.rentals.get({ params: { id: lingering.id } })).toMatchObject({ health: 'stuck' })
    wait(60)
    const reasons = await Promise.all(
      [never, spot, lingering].map(({ id }) => api.rentals.get({ params: { id } })),
    )
    expect(reasons.map(({ endReason }) => endReason)).toEqual(['failed', 'interrupted', 'stopped_by_user'])
  })
})

describe('the refusals of the mock', () => {
  it('are reached on purpose: taken, dearer, unfunded, in debt', async () => {
    const { rent } = setup()
    await expect(rent('tensordock:DE-FRA/rtx-a6000/1')).rejects.toMatchObject(problem('offer_gone'))
    await expect(rent('verda:FIN-02/l40s/1')).rejects.toMatchObject(problem('price_changed'))
    const poor = setup('new')
    await poor.api.sshKeys.create({ body: { name: 'desk', publicKey: 'ssh-ed25519 AAAAC3Nza desk' } })
    await expect(poor.rent('runpod:US-KS-2/h100/1')).rejects.toMatchObject(problem('insufficient_balance'))
    await expect(setup('in-debt').rent('runpod:US-KS-2/h100/1')).rejects.toMatchObject(
      problem('wallet_in_debt'),
    )
  })

  it('let one idempotency key have one effect', async () => {
    const { api, body } = setup()
    const idempotencyKey = 'the-same-key'
    const wanted = body('runpod:US-KS-2/h100/1')
    const first = await api.rentals.create({ body: wanted, idempotencyKey })
    expect((await api.rentals.create({ body: wanted, idempotencyKey })).id).toBe(first.id)
    const other = api.rentals.create({ body: { ...wanted, name: 'other' }, idempotencyKey })
    await expect(other).rejects.toMatchObject(problem('idempotency_mismatch'))
  })
})

describe('the files of the mock', () => {
  it('sum to the wallet and to what was charged, and want a period', async () => {
    const { world } = setup()
    const fetch = createMockFetch(world)
    const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
    const lately = `from=${dayOf(world.nowMs() - 300 * 86_400_000)}&to=${dayOf(world.nowMs())}`
    const read = async (file: string, period = lately) =>
      (await fetch(`/v1/reports/${file}.csv?${period}`)).text()
    const sum = (text: string, columns: number[]): number =>
      text
        .trim()
        .split('\r\n')
        .slice(1)
        .map((line) => line.slice(1, -1).split('","'))
        .reduce((all, cells) => all + columns.reduce((of, at) => of + microsOf(cells[at] ?? ''), 0), 0)
    const { ledger } = world.state
    expect(sum(await read('ledger'), [5, 6])).toBe(ledger.reduce((all, line) => all + line.amountMicros, 0))
    const charges = ledger.filter(({ kind }) => kind === 'charge')
    expect(sum(await read('usage'), [6])).toBe(-charges.reduce((all, line) => all + line.amountMicros, 0))
    expect(JSON.parse(await read('usage', 'from=2026-03-02&to=2026-03-01'))).toMatchObject({ status: 400 })
  })
})

const microsOf = (usd: string): number => Number(usd.replace('.', ''))

describe('the wallet of the mock', () => {
  it('gains what was paid, once, and its ledger adds up to it', async () => {
    const { api, world, wait } = setup()
    const before = await api.billing.balance({})
    const { id } = await api.billing.checkout({
      body: { amountCents: 2500 },
      idempotencyKey: 'pay-me-once',
    })
    payTopUp(world, id)
    payTopUp(world, id)
    expect((await api.billing.balance({})).availableMicros).toBe(before.availableMicros + 25_000_000)
    wait(3600)
    const balance = await api.billing.balance({})
    const sum = world.state.ledger.reduce((total, line) => total + line.amountMicros, 0)
    expect(sum).toBe(balance.totalMicros)
    expect(balance.heldMicros).toBe(
      world.state.rentals.reduce((all, { view }) => all + view.meter.heldMicros, 0),
    )
  })
})

const problem = (code: string) => ({ problem: { code } }) as unknown as ApiError

function setup(scenario?: Scenario) {
  const mock: MockApi = startMockApi(scenario ? { scenario } : {})
  const body = (offerId: string, change: Partial<NewRental> = {}): NewRental => ({
    offerId,
    image: 'ubuntu:24.04',
    sshKeyIds: mock.world.state.sshKeys.map(({ id }) => id),
    duration: { kind: 'until_stopped' },
    priceMicrosPerHour: mock.world.state.offers.find(({ id }) => id === offerId)?.priceMicrosPerHour ?? 0,
    ...change,
  })
  return {
    ...mock,
    body,
    rent: (offerId: string, change: Partial<NewRental> = {}) =>
      mock.api.rentals.create({
        body: body(offerId, change),
        idempotencyKey: `key-${Math.random()}`,
      }),
  }
}
