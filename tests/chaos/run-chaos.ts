import type { TestDatabase } from '../support/copy-template.ts'
import { checkCharges } from './audit/check-charges.ts'
import { checkRentals } from './audit/check-rentals.ts'
import { checkUpstream } from './audit/check-upstream.ts'
import { checkWallets } from './audit/check-wallets.ts'
import { gather, type Evidence } from './audit/evidence.ts'
import { checkOrphans } from './audit/latencies.ts'
import { checkSettlements } from './audit/settlement-gaps.ts'
import { checkCosts, upstreamCostsOf, type UpstreamCosts } from './audit/upstream-costs.ts'
import { calmDown } from './calm-down.ts'
import { drive } from './drive.ts'
import { planChaos } from './plan-chaos.ts'
import { openWorld, WORKERS, type World } from './world.ts'

export interface ChaosOptions {
  seed: number
  rentals: number
  driveMs: number
  workerKills: number
  temporalKills: number
  /** Names of clouds; all there are where none is given. */
  clouds: readonly string[]
  /** Whether an orphan's life and a late settlement are held against their limits; only where nothing else takes the machine's time. */
  judgeTimes: boolean
  database: TestDatabase
  temporalProgram: string
  say: (words: string) => void
}

export interface ChaosReport {
  seed: number
  problems: string[]
  evidence: Evidence
  costs: UpstreamCosts[]
  kills: { workers: number; temporal: number; ownDeaths: number }
  seconds: { drive: number; calm: number }
}

/** Opens a world, breaks it by the plan, lets it come to rest, and has the auditor look at what is left. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, say } = options
  say(`seed ${seed}`)
  const world = await openWorld(options)
  let isWhole = false
  try {
    const clouds = world.clouds.map(({ name, ownFaults }) => ({ name, ownFaults }))
    const plan = planChaos({ ...options, clouds, workers: WORKERS })
    say(
      `${plan.rentals.length} rentals over ${clouds.map(({ name }) => name).join(', ')}; logs in ${world.logs}`,
    )
    const startedMs = Date.now()
    const deeds = await drive(world, plan, say)
    const drivenMs = Date.now() - startedMs
    say('the storm is over')
    const calmMs = await calmDown(world, deeds, say)
    const evidence = await gather(world, deeds)
    const costs = evidence.cases.map(upstreamCostsOf)
    const problems = [
      ...checkUpstream(evidence),
      ...checkRentals(evidence),
      ...checkCharges(evidence),
      ...checkWallets(evidence),
      ...checkCosts(costs, evidence.cases),
      ...(options.judgeTimes ? [...checkOrphans(evidence.cases), ...checkSettlements(evidence)] : []),
    ]
    isWhole = problems.length === 0
    return {
      seed,
      evidence,
      costs,
      problems,
      kills: killsOf(world),
      seconds: { drive: drivenMs / 1000, calm: calmMs / 1000 },
    }
  } finally {
    await world.close({ keepLogs: !isWhole })
  }
}

function killsOf({ workers, temporal }: World): ChaosReport['kills'] {
  const sum = (counts: number[]): number => counts.reduce((total, count) => total + count, 0)
  return {
    workers: sum(workers.map(({ kills }) => kills)),
    temporal: temporal.kills,
    ownDeaths: sum([...workers, temporal].map(({ ownDeaths }) => ownDeaths)),
  }
}
