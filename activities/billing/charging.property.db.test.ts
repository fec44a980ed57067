import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBillingWorld, type BillingWorld } from './test-support/billing-world.ts'
import { plantCrashPoints, type CrashPoints } from './test-support/crash-points.ts'
import { liveStory } from './test-support/live-story.ts'
import { owedSeconds, worth } from './test-support/owed.ts'
import { aPrice, aStory, someTerms } from './test-support/story.ts'
import { verifyLedger } from './verify/verify-ledger.ts'

/**
 * `npm run test:billing-properties` tells ten thousand stories in lanes side by side. A failure names its seed and path: with
 * BERTH_PROPERTY_SEED and BERTH_PROPERTY_PATH set to them (and one lane) it is told again, alone.
 */
const numRuns = Number(process.env['BERTH_PROPERTY_RUNS'] ?? 40)
const lanes = Number(process.env['BERTH_PROPERTY_LANES'] ?? 1)
const firstSeed = Number(process.env['BERTH_PROPERTY_SEED'] ?? Date.now() % 1_000_000_000)
const path = process.env['BERTH_PROPERTY_PATH']
const TIMEOUT = 4 * 3_600_000

describe('any schedule of any commands, some at the same time, some twice, some cut off', () => {
  it(
    `keeps every promise to the micro-dollar (BERTH_PROPERTY_SEED=${firstSeed}, ${numRuns} runs)`,
    { timeout: TIMEOUT },
    async () => {
      const seeds = Array.from({ length: lanes }, (_, lane) => firstSeed + lane)
      await Promise.all(seeds.map(tellStories))
    },
  )
})

/** One lane: a database of its own, stories from one seed, and the books verified at the end. */
async function tellStories(seed: number): Promise<void> {
  const runs = Math.ceil(numRuns / lanes)
  const world = await createBillingWorld({ poolSize: 10 })
  try {
    const crashes = await plantCrashPoints(world.owner)
    let told = 0
    const story = fc.asyncProperty(aStory, async (one) => {
      await liveStory(world, crashes, one)
      if ((told += 1) % 500 === 0) process.stderr.write(`seed ${seed}: ${told} schedules\n`)
    })
    // Why not shrinking a long run: it would go on for hours. The seed and path in the report tell it again, alone.
    const endOnFailure = numRuns > 100
    await fc.assert(story, { numRuns: runs, seed, endOnFailure, ...(path ? { path } : {}) })
    const report = await verifyLedger({ dataSource: world.application, batchSize: 7 })
    expect(report.problems).toEqual([])
    expect(report.wallets).toBeGreaterThanOrEqual(path ? 1 : runs)
  } finally {
    await world.close()
  }
}

describe('as long as there is money', () => {
  let world: BillingWorld
  let crashes: CrashPoints

  beforeAll(async () => {
    world = await createBillingWorld({ poolSize: 4 })
    crashes = await plantCrashPoints(world.owner)
  })
  afterAll(() => world.close())

  it(
    'every strategy charges the same whenever the workflows look, to the micro-dollar',
    { timeout: TIMEOUT },
    async () => {
      const looks = fc.array(fc.integer({ min: 1, max: 4_000_000 }), { maxLength: 8 })
      const endMs = fc.integer({ min: 1, max: 4_000_000 })
      await crashes.at(null)
      await fc.assert(
        fc.asyncProperty(
          aPrice,
          someTerms,
          looks,
          looks,
          endMs,
          async (price, charging, some, others, end) => {
            const charged = async (offsets: number[]): Promise<string> => {
              const rentalId = await world.aRental(await world.aWallet(10_000_000_000), charging)
              await world.at(0)
              await world.billing.reserve({ rentalId, priceMicrosPerHour: price, durationSeconds: 7_200 })
              await world.billing.start({ rentalId, priceMicrosPerHour: price })
              for (const offset of offsets.filter((offset) => offset < end).sort((a, b) => a - b)) {
                await world.at(offset)
                await world.billing.renew({ rentalId })
              }
              await world.at(end)
              return (await world.billing.close({ rentalId })).chargedMicros
            }
            const owed = owedSeconds(charging, { lived: Math.floor(end / 1000), cap: 7_200, ourFault: false })
            expect(await charged(some)).toBe(String(worth(BigInt(price), owed)))
            expect(await charged(others)).toBe(String(worth(BigInt(price), owed)))
          },
        ),
        { numRuns: Math.min(Math.ceil(numRuns / 2), 1_000), seed: firstSeed },
      )
    },
  )
})
