import { resolveTemporal } from '@berth/stack/temporal/resolve-temporal'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { TestPostgres } from '../../support/test-cluster.ts'
import { startTestCluster } from '../../support/test-cluster.ts'
import { startRedis } from './bullmq.ts'
import { FULL_PLAN, measureDebits } from './debits.ts'
import { measureOrchestration } from './orchestration.ts'
import { reportDebits, reportOrchestration, type Verdict } from './report.ts'
import type { Series } from './series.ts'

const say = (words: string): void => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${words}\n`)
}

/**
 * `npm run bench:billing -- [--rounds 5] [--seconds 6] [--rentals 6000] [--only debits|rentals]`: what billing sustains, as
 * ratios against the database's own limit and against what one would build instead, all on this machine in this run. Ends
 * with 1 where the run says nothing: rounds that differ too much, or books that are wrong afterwards.
 */
async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: `${FULL_PLAN.rounds}` },
      seconds: { type: 'string', default: `${FULL_PLAN.seconds}` },
      rentals: { type: 'string', default: '6000' },
      only: { type: 'string' },
    },
  })
  const [rounds, seconds, rentals] = [
    whole('rounds', values),
    whole('seconds', values),
    whole('rentals', values),
  ]
  const { only } = values
  if (only !== undefined && only !== 'debits' && only !== 'rentals')
    throw new Error(`--only takes debits or rentals, not ${only}.`)
  const folder = await mkdtemp(join(tmpdir(), 'berth-bench-'))
  const { value: cluster, stop } = await startTestCluster()
  try {
    const plan = { ...FULL_PLAN, rounds, seconds }
    const verdicts: Verdict[] = []
    let bullmq: Series | undefined
    if (only !== 'rentals') {
      const redis = await startRedis(folder)
      try {
        const { series, broken } = await measureDebits({ cluster, redis, folder, plan, say })
        bullmq = series.bullmq
        verdicts.push(reportDebits(series, broken))
      } finally {
        await redis.stop()
      }
    }
    if (only !== 'debits') {
      const measured = await measureRentals({ cluster, folder, rentals })
      verdicts.push(reportOrchestration(measured, bullmq))
    }
    return print(verdicts)
  } finally {
    await stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function whole<Name extends string>(name: Name, values: Record<Name, string>): number {
  const value = Number(values[name])
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} takes a whole number, 1 at least.`)
  return value
}

async function measureRentals(options: { cluster: TestPostgres; folder: string; rentals: number }) {
  const { TEMPORAL_ADDRESS: _shared, ...env } = process.env
  const temporal = await resolveTemporal({ env, onProgress: say })
  if (temporal.kind !== 'program')
    throw new Error('This needs a Temporal program of its own, see TEMPORAL_PROGRAM.')
  return measureOrchestration({ ...options, temporalProgram: temporal.path, seconds: 20, say })
}

function print(verdicts: readonly Verdict[]): number {
  const rejected = verdicts.flatMap((verdict) => verdict.rejected)
  process.stdout.write(`${cpus().length} cores, ${cpus()[0]?.model.trim()}\n\n`)
  for (const { lines } of verdicts) process.stdout.write(`${lines.join('\n')}\n\n`)
  for (const reason of rejected) process.stdout.write(`REJECTED: ${reason}\n`)
  return rejected.length > 0 ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
