import { expect, inject, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { printReport } from './print-report.ts'
import { runChaos } from './run-chaos.ts'

/** The short form of `npm run chaos`, with a seed of its own for every run; a failure prints the one to replay. */
it(
  'a dozen rentals in a storm of faults and kills leave nothing alive, unexplained or wrongly charged',
  { timeout: 300_000 },
  async () => {
    const database = await createTestDatabase()
    try {
      const report = await runChaos({
        seed: Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 1_000_000)),
        rentals: 12,
        driveMs: 30_000,
        workerKills: 1,
        temporalKills: 1,
        clouds: [],
        judgeTimes: false,
        database,
        temporalProgram: inject('temporal').devServer,
        say: () => undefined,
      })
      if (report.problems.length > 0) throw new Error(printReport(report))
      expect(report.kills).toEqual({ workers: 1, temporal: 1, ownDeaths: 0 })
      expect(report.evidence.cases.some(({ segment }) => (segment?.charged ?? 0n) > 0n)).toBe(true)
    } finally {
      await database.drop()
    }
  },
)
