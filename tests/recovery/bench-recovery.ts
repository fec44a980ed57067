import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { resolveTemporal } from '@berth/stack/temporal/resolve-temporal'
import { gather } from '../chaos/audit/evidence.ts'
import { orphanLives, spreadOf } from '../chaos/audit/latencies.ts'
import { settlementGaps } from '../chaos/audit/settlement-gaps.ts'
import { calmDown } from '../chaos/calm-down.ts'
import { drive } from '../chaos/drive.ts'
import type { ChaosPlan, PlannedEvent, PlannedRental } from '../chaos/plan-chaos.ts'
import { openWorld, WORKERS } from '../chaos/world.ts'
import { copyTemplate } from '../support/copy-template.ts'
import { startTestCluster } from '../support/test-cluster.ts'

/** Rentals begin over this time, one after the other. */
const OPENING_MS = 20_000
/** Time for every renewal that a death has held up, before the next one. */
const KILL_EVERY_MS = 25_000
const DOWN_MS = 8_000
/** Every so many creates the answer is lost after the pod was made. */
const LOST_ANSWER_EVERY = 3
/** Poor enough that a hold is renewed every few seconds, so that a death is felt at once. */
const WALLET_SECONDS = 180

const say = (words: string): void => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${words}\n`)
}

/**
 * `npm run bench:recovery -- [--rentals 40] [--kills 6]`: how late settlements come after the SIGKILL of one of two workers,
 * and how long a pod lives whose create went unheard. Prints figures and holds none of them against a limit.
 */
async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rentals: { type: 'string', default: '40' },
      kills: { type: 'string', default: '6' },
    },
  })
  const { TEMPORAL_ADDRESS: _shared, ...env } = process.env
  const temporal = await resolveTemporal({ env, onProgress: say })
  if (temporal.kind !== 'program')
    throw new Error('This needs a Temporal program of its own, see TEMPORAL_PROGRAM.')
  const { value: cluster, stop } = await startTestCluster()
  const database = await copyTemplate(cluster)
  const world = await openWorld({ database, temporalProgram: temporal.path, clouds: ['runpod'] })
  try {
    const deeds = await drive(world, planRecovery(Number(values.rentals), Number(values.kills)), say)
    await calmDown(world, deeds, say)
    const evidence = await gather(world, deeds)
    const lives = orphanLives(evidence.cases).map(({ seconds }) => seconds)
    process.stdout.write(
      [
        `${values.rentals} rentals, ${deeds.workerDeaths.length} deaths of one of ${WORKERS} workers, ${cpus().length} cores`,
        line('settlement after a death, late by', settlementGaps(evidence)),
        line('life of a pod whose create went unheard', lives),
        '',
      ].join('\n'),
    )
    return 0
  } finally {
    await world.close({ keepLogs: false })
    await stop()
  }
}

function planRecovery(rentals: number, kills: number): ChaosPlan {
  const driveMs = OPENING_MS + kills * KILL_EVERY_MS
  return {
    seed: 0,
    driveMs,
    rentals: Array.from({ length: rentals }, (_, number) => planRental(number, rentals)),
    events: [
      ...Array.from({ length: Math.floor(rentals / LOST_ANSWER_EVERY) }, (_, number): PlannedEvent => ({
        atMs: Math.floor((number * LOST_ANSWER_EVERY * OPENING_MS) / rentals),
        kind: 'fault',
        cloud: 'runpod',
        call: 'create',
        fault: { kind: 'cut_after_effect' },
      })),
      ...Array.from({ length: kills }, (_, number): PlannedEvent => ({
        atMs: OPENING_MS + number * KILL_EVERY_MS,
        kind: 'kill_worker',
        worker: number % WORKERS,
        downMs: DOWN_MS,
      })),
    ],
  }
}

const planRental = (number: number, rentals: number): PlannedRental => ({
  number,
  atMs: Math.floor((number * OPENING_MS) / rentals),
  wallet: number,
  walletSeconds: WALLET_SECONDS,
  cloud: 'runpod',
  offerShare: number / rentals,
  durationSeconds: null,
  budgetSeconds: null,
  failover: false,
  actions: [],
})

function line(what: string, seconds: readonly number[]): string {
  const { count, p50, p99, most } = spreadOf(seconds)
  return `  ${what.padEnd(42)}${String(count).padStart(5)} times   p50 ${p50.toFixed(1)} s   p99 ${p99.toFixed(1)} s   most ${most.toFixed(1)} s`
}

process.exitCode = await main(process.argv.slice(2))
