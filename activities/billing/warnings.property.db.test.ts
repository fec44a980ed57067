import { newId } from '@berth/contract/ids'
import { NoticeEntity } from '@berth/entities/notice'
import fc from 'fast-check'
import { In } from 'typeorm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBillingWorld, type BillingWorld } from './test-support/billing-world.ts'
import { createWarningJudge, type Told } from './test-support/warning-judge.ts'

let world: BillingWorld
beforeAll(async () => {
  world = await createBillingWorld({ poolSize: 2 })
})
afterAll(() => world.close())

const PODS = 4
const numRuns = Number(process.env['BERTH_PROPERTY_RUNS'] ?? 40)

const aPod = fc.integer({ min: 0, max: PODS - 1 })
const aMove = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('start' as const),
      price: fc.constantFrom(200_000, 2_000_000, 2_490_000, 6_000_000, 30_000_000),
      seconds: fc.option(fc.integer({ min: 60, max: 20_000 }), { nil: null, freq: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('stop' as const), pod: aPod }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('top_up' as const, 'refund' as const),
      micros: fc.integer({ min: 1, max: 3_000_000 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('renew' as const), pod: aPod }) },
  { weight: 3, arbitrary: fc.constant({ do: 'sweep' as const }) },
)
/** Hundredths of the runway that pass before the next move: so stories come near zero and hang about there. */
const aPause = fc.constantFrom(0, 1, 10, 30, 60, 90)
const IDLE_SECONDS = 500
const anOpening = fc.oneof(
  fc.integer({ min: 100_000, max: 2_000_000 }),
  fc.integer({ min: 100_000, max: 60_000_000 }),
)
type Move = typeof aMove extends fc.Arbitrary<infer T> ? T : never
interface Owner {
  walletId: string
  userId: string
}

it('each threshold is told once until the wallet has recovered from it, and each recovery once, whoever looks', async () => {
  const moves = fc.array(fc.tuple(aPause, aMove), { minLength: 10, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(anOpening, moves, async (opening, story) => {
      await world.at(0)
      const owner = await world.aWallet(opening)
      const pods: string[] = []
      const judge = createWarningJudge()
      const expected: Told[] = []
      let [seconds, runway] = [0, IDLE_SECONDS]
      for (const [pause, move] of story) {
        await world.at((seconds += Math.floor((runway * pause) / 100)) * 1000)
        await make(owner, pods, move)
        if (move.do === 'top_up') judge.moneyCame()
        // The sweeper's settlement, which whoever looks finds the wallet at the same instant after.
        await world.application.query('SELECT billing_settle_wallet($1)', [owner.walletId])
        const shown = await world.billing.preview({ walletId: owner.walletId, priceMicrosPerHour: 0 })
        expected.push(...judge.at({ burn: shown.burnMicrosPerHour, runway: shown.runwaySeconds }))
        expect(await toldTo(owner.userId)).toEqual(expected)
        runway = shown.runwaySeconds ?? IDLE_SECONDS
      }
    }),
    { numRuns, endOnFailure: true },
  )
}, 600_000)

async function make(owner: Owner, pods: string[], move: Move): Promise<void> {
  const rentalId = 'pod' in move ? pods[move.pod % Math.max(pods.length, 1)] : undefined
  if (move.do === 'start' && pods.length < PODS) {
    const id = await world.aRental(owner)
    const terms = { rentalId: id, priceMicrosPerHour: move.price, durationSeconds: move.seconds }
    const reserved = await world.billing.reserve(terms)
    if (reserved.ok) pods.push(id)
    if (reserved.ok) await world.billing.start({ rentalId: id, priceMicrosPerHour: move.price })
  } else if (move.do === 'stop' && rentalId !== undefined) {
    await world.billing.close({ rentalId })
    pods.splice(pods.indexOf(rentalId), 1)
  } else if (move.do === 'renew' && rentalId !== undefined) {
    await world.billing.renew({ rentalId })
  } else if (move.do === 'top_up' || move.do === 'refund') {
    const amountMicros = BigInt(move.micros)
    const request = { walletId: owner.walletId, kind: move.do, amountMicros, reference: 'test' }
    await world.billing.post({ ...request, idempotencyKey: newId('request') })
  }
}

async function toldTo(userId: string): Promise<Told[]> {
  const notices = await world.application.manager.find(NoticeEntity, {
    where: { userId, kind: In(['runway_low', 'runway_recovered']) },
    order: { at: 'ASC', id: 'ASC' },
  })
  return notices.map(({ kind, data }): Told =>
    kind === 'runway_recovered' ? 'recovered' : `below ${Number(data['thresholdSeconds'])}`,
  )
}
