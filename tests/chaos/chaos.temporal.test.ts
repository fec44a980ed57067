import { expect, inject, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { printReport } from './print-report.ts'
import { runChaos, type ChaosReport } from './run-chaos.ts'

/** The short form of `npm run chaos`, with a seed of its own for every run; a failure names the one to replay. */
it(
  'a dozen rentals in a storm of faults and kills leave nothing alive, unexplained or wrongly charged',
  { timeout: 400_000 },
  async () => {
    const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 1_000_000))
    const report = await chaosOf(seed)
    if (report.problems.length > 0) throw new Error(printReport(report))
    expect(report.kills).toEqual({ workers: 1, temporal: 1, ownDeaths: 0 })
    const { cases, deeds } = report.evidence
    expect(cases.length + deeds.unserved).toBe(12)
  },
)

async function chaosOf(seed: number): Promise<ChaosReport> {
  const database = await createTestDatabase()
  try {
    return await runChaos({
      seed,
      rentals: 12,
      driveMs: 22_000,
      workerKills: 1,
      temporalKills: 1,
      clouds: [],
      judgeTimes: false,
      database,
      temporalProgram: inject('temporal').devServer,
      say: () => undefined,
    })
  } catch (error) {
    throw new Error(`The chaos of seed ${seed} could not be carried out`, { cause: error })
  } finally {
    await database.drop()
  }
}
