import { createBilling } from '@berth/activities/billing/billing'
import type { TestPostgres } from '../../support/test-cluster.ts'
import { auditBooks, hurryClock, openBooks, tidyBooks, type Books } from './books.ts'
import { bullmqDebits, type Redis } from './bullmq.ts'
import { nodeRenewals } from './callers.ts'
import { pgbenchRenewals } from './pgbench.ts'
import { resolveProgram } from './programs.ts'
import type { Series } from './series.ts'

/** Connections of each side: the pool of the worker is twice that, and more only makes a queue at one wallet longer. */
const CONNECTIONS = 8
/** A settlement keeps one connection busy for long; more of them than cores only wait for each other. */
const SETTLERS = 4
/** Many times what BullMQ gets done in a second, so that its queue never runs dry. */
const JOBS_PER_SECOND = 6_000
/** The whole horizon of a hold, as an ordinary settlement finds it. */
const SETTLED_SECONDS = 300

export interface DebitPlan {
  rounds: number
  seconds: number
  wallets: number
  /** Wallets that are settled as a whole, and the pods of each. */
  shared: { wallets: number; pods: number }
}

export const FULL_PLAN: DebitPlan = {
  rounds: 5,
  seconds: 6,
  wallets: 5_000,
  shared: { wallets: 20, pods: 100 },
}

export type Side = 'pgbenchMany' | 'nodeMany' | 'pgbenchHot' | 'nodeHot' | 'settlement' | 'bullmq'

/** Every side once a round, one after the other, after a first round that does not count. */
export async function measureDebits(options: {
  cluster: TestPostgres
  redis: Redis
  folder: string
  plan: DebitPlan
  say: (words: string) => void
}): Promise<{ series: Record<Side, Series>; broken: string[] }> {
  const { cluster, redis, folder, plan, say } = options
  const pgbench = await resolveProgram('pgbench')
  const [many, hot, shared] = [
    await openBooks(cluster, { wallets: plan.wallets, metersEach: 1 }),
    await openBooks(cluster, { wallets: 1, metersEach: 1 }),
    await openBooks(cluster, { wallets: plan.shared.wallets, metersEach: plan.shared.pods }),
  ]
  const all = [many, hot, shared]
  try {
    await Promise.all([hurryClock(many, 1), hurryClock(hot, 1), hurryClock(shared, SETTLED_SECONDS)])
    const sides = sidesOf({ many, hot, shared, pgbench, redis, folder, plan })
    for (let round = 0; round <= plan.rounds; round += 1) {
      for (const books of all) await tidyBooks(books)
      for (const { series, measure } of Object.values(sides)) {
        const value = await measure()
        if (round > 0) series.values.push(value)
      }
      say(round === 0 ? 'warmed up' : `round ${round} of ${plan.rounds}`)
    }
    const broken = (await Promise.all(all.map(auditBooks))).flat()
    const series = Object.fromEntries(Object.entries(sides).map(([side, { series: of }]) => [side, of]))
    return { series: series as Record<Side, Series>, broken }
  } finally {
    for (const books of all) await books.close()
  }
}

function sidesOf(world: {
  many: Books
  hot: Books
  shared: Books
  pgbench: string
  redis: Redis
  folder: string
  plan: DebitPlan
}): Record<Side, { series: Series; measure: () => Promise<number> }> {
  const { many, hot, shared, redis, folder, plan } = world
  const { seconds } = plan
  const limit = (books: Books) => () =>
    pgbenchRenewals({ program: world.pgbench, books, clients: CONNECTIONS, seconds, folder })
  const node = (books: Books, callers = CONNECTIONS) => {
    const billing = createBilling({ dataSource: books.application })
    return () => nodeRenewals({ books, billing, callers, seconds })
  }
  const settle = node(shared, SETTLERS)
  const side = (name: string, measure: () => Promise<number>) => ({
    series: { name, unit: 'debits/s', values: [] as number[] },
    measure,
  })
  return {
    pgbenchMany: side('pgbench, one debit a call, many wallets', limit(many)),
    nodeMany: side('Berth, one debit a call, many wallets', node(many)),
    pgbenchHot: side('pgbench, one debit a call, one wallet', limit(hot)),
    nodeHot: side('Berth, one debit a call, one wallet', node(hot)),
    settlement: side(
      `Berth, wallets of ${plan.shared.pods} pods settled whole`,
      async () => (await settle()) * plan.shared.pods,
    ),
    bullmq: side('BullMQ + Redis, a job a debit', () =>
      bullmqDebits({
        books: many,
        billing: createBilling({ dataSource: many.application }),
        redis,
        jobs: JOBS_PER_SECOND * seconds,
        seconds,
      }),
    ),
  }
}
