import { parseArgs } from 'node:util'
import { resolveTemporal } from '@berth/stack/temporal/resolve-temporal'
import { copyTemplate } from '../support/copy-template.ts'
import { startTestCluster } from '../support/test-cluster.ts'
import { printReport } from './print-report.ts'
import { runChaos } from './run-chaos.ts'

/** What two cores can serve beside the servers themselves. */
const MS_PER_RENTAL = 1_800
const LEAST_DRIVE_MS = 25_000

const say = (words: string): void => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${words}\n`)
}

/** `npm run chaos -- [--rentals 200] [--seed N] [--clouds runpod,lambda] [--minutes M]`: 0 when nothing was found. */
async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rentals: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
      clouds: { type: 'string', default: '' },
      minutes: { type: 'string' },
    },
  })
  const rentals = wholeNumber('rentals', values.rentals)
  const driveMs =
    values.minutes === undefined
      ? Math.max(rentals * MS_PER_RENTAL, LEAST_DRIVE_MS)
      : wholeNumber('minutes', values.minutes) * 60_000
  const { TEMPORAL_ADDRESS: _shared, ...env } = process.env
  const temporal = await resolveTemporal({ env, onProgress: say })
  if (temporal.kind !== 'program')
    throw new Error('Chaos needs a Temporal program of its own: it is going to be killed.')
  const { value: cluster, stop } = await startTestCluster()
  try {
    const report = await runChaos({
      rentals,
      driveMs,
      seed: wholeNumber('seed', values.seed),
      clouds: values.clouds.split(',').filter((name) => name !== ''),
      workerKills: Math.max(1, Math.round(driveMs / 30_000)),
      temporalKills: Math.max(1, Math.round(driveMs / 120_000)),
      judgeTimes: true,
      database: await copyTemplate(cluster),
      temporalProgram: temporal.path,
      say,
    })
    process.stdout.write(`${printReport(report)}\n`)
    return report.problems.length === 0 ? 0 : 1
  } finally {
    await stop()
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error(`--${name} takes a whole number, not "${text}".`)
  return value
}

process.exitCode = await main(process.argv.slice(2))
