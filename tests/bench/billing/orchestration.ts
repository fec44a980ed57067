import '../../support/quiet-runtime.ts'
import { createBilling } from '@berth/activities/billing/billing'
import { findFreePort } from '@berth/stack/process/ports'
import { startDevServer } from '@berth/stack/temporal/dev-server'
import { Client, Connection } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import { join } from 'node:path'
import { runpod } from '../../chaos/clouds/runpod.ts'
import type { TestPostgres } from '../../support/test-cluster.ts'
import { auditBooks, openBooks } from './books.ts'
import { keepAllMetered, type Metered } from './metered.ts'
import { naiveTicks } from './naive-tick.ts'
import type { Series } from './series.ts'

const PODS_PER_WALLET = 10
/** More than one server with a durable store serves at a tick a second, so that it is always busy. */
const NAIVE_RENTALS = 150

/** The naive tick, then all rentals on one worker, then the naive tick again: one Temporal with a durable store for all. */
export async function measureOrchestration(options: {
  cluster: TestPostgres
  temporalProgram: string
  folder: string
  rentals: number
  seconds: number
  say: (words: string) => void
}): Promise<{ metered: Metered; naive: Series; broken: string[] }> {
  const { cluster, temporalProgram, folder, rentals, seconds, say } = options
  const opened: (() => Promise<unknown>)[] = []
  try {
    const port = await findFreePort()
    const server = await startDevServer({
      program: temporalProgram,
      port,
      webPort: await findFreePort(),
      databaseFile: join(folder, 'temporal.db'),
      namespace: 'default',
      logFile: join(folder, 'temporal.log'),
    })
    opened.push(() => server.stop())
    const temporalAddress = `127.0.0.1:${port}`
    const connection = await Connection.connect({ address: temporalAddress })
    opened.push(() => connection.close())
    const native = await NativeConnection.connect({ address: temporalAddress })
    opened.push(() => native.close())
    const cloud = await runpod.start()
    opened.push(() => cloud.close())
    const wallets = Math.ceil(rentals / PODS_PER_WALLET)
    const books = await openBooks(cluster, { wallets, metersEach: PODS_PER_WALLET })
    opened.push(() => books.close())
    const client = new Client({ connection })
    const naive: Series = {
      name: 'Temporal, a timer and an activity a second',
      unit: 'debits/s',
      values: [],
    }
    const billing = createBilling({ dataSource: books.application })
    const tick = async (): Promise<void> => {
      for (let turn = 0; turn < 2; turn += 1)
        naive.values.push(
          await naiveTicks({ books, billing, client, connection: native, rentals: NAIVE_RENTALS, seconds }),
        )
      say('naive tick measured')
    }
    await tick()
    const metered = await keepAllMetered({ books, client, temporalAddress, cloud, folder, say })
    await tick()
    return { metered, naive, broken: await auditBooks(books) }
  } finally {
    for (const close of opened.reverse()) await close()
  }
}
