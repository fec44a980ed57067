import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBillingWorld, NOON, type BillingWorld } from './test-support/billing-world.ts'
import { modelRunway } from './test-support/runway-model.ts'
import { someTerms } from './test-support/story.ts'

let world: BillingWorld
beforeAll(async () => {
  world = await createBillingWorld({ poolSize: 2 })
})
afterAll(() => world.close())

const numRuns = Number(process.env['BERTH_PROPERTY_RUNS'] ?? 40)

const aPod = fc.record({
  charging: someTerms,
  price: fc.oneof(fc.constantFrom(1_000_000, 2_490_000), fc.integer({ min: 500_000, max: 30_000_000 })),
  teardownSeconds: fc.constantFrom(0, 5, 30),
  durationSeconds: fc.option(fc.integer({ min: 1, max: 4_000 }), { nil: null }),
  spendLimitMicros: fc.option(fc.integer({ min: 1, max: 2_000_000 }), { nil: null }),
  afterMs: fc.integer({ min: 0, max: 90_000 }),
})
type PodWish = typeof aPod extends fc.Arbitrary<infer T> ? T : never

it('the runway is the second at which the money is gone, whatever ends, budgets and prepaid time the pods have', async () => {
  const looks = fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 4_000_000 }),
      fc.array(aPod, { minLength: 1, maxLength: 4 }),
      looks,
      async (opening, wishes, pauses) => {
        let offsetMs = 0
        await world.at(0)
        const wallet = await world.aWallet(opening)
        const rentals: string[] = []
        for (const wish of wishes) {
          await world.at((offsetMs += wish.afterMs))
          const rentalId = await launch(wallet, wish)
          if (rentalId !== null) rentals.push(rentalId)
        }
        for (const [look, pause] of pauses.entries()) {
          await world.at((offsetMs += pause))
          const expected = () => modelRunway(world, wallet.walletId, NOON + offsetMs)
          expect(await shown(wallet.walletId)).toBe(await expected())
          const rentalId = rentals[look % rentals.length]
          if (rentalId === undefined) return
          const { runwaySeconds } = await world.billing.renew({ rentalId })
          expect(runwaySeconds).toBe(await expected())
          expect(await shown(wallet.walletId)).toBe(runwaySeconds)
        }
      },
    ),
    { numRuns, endOnFailure: true },
  )
}, 600_000)

async function launch(wallet: { walletId: string; userId: string }, wish: PodWish): Promise<string | null> {
  const { charging, price, ...limits } = wish
  const rentalId = await world.aRental(wallet, charging)
  const { teardownSeconds, durationSeconds, spendLimitMicros } = limits
  if (charging.strategy === 'term' && durationSeconds === null && spendLimitMicros === null) return null
  const terms = { teardownSeconds, durationSeconds, spendLimitMicros }
  const reserved = await world.billing.reserve({ rentalId, priceMicrosPerHour: price, ...terms })
  if (!reserved.ok) return null
  const started = await world.billing.start({ rentalId, priceMicrosPerHour: price })
  return started.ok ? rentalId : null
}

/** As `GET /v1/billing/balance` shows it. */
async function shown(walletId: string): Promise<number | null> {
  const { runwaySeconds } = await world.billing.preview({ walletId, priceMicrosPerHour: 0 })
  return runwaySeconds
}
