import { createBillingActivities } from '@berth/activities/billing/activities'
import type { Billing } from '@berth/activities/billing/port'
import type { Client } from '@temporalio/client'
import { bundleWorkflowCode, DefaultLogger, Worker, type NativeConnection } from '@temporalio/worker'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Books } from './books.ts'
import type { naiveTick } from './naive-tick-workflow.ts'

const TASK_QUEUE = 'naive-tick'
const WARM_UP_SECONDS = 5

/**
 * Debits a second of a workflow a rental that wakes each second and debits in an ordinary activity, with more rentals than
 * it can serve: at one debit a second, that many rentals it keeps metered and no more.
 */
export async function naiveTicks(options: {
  books: Books
  billing: Billing
  client: Client
  connection: NativeConnection
  rentals: number
  seconds: number
}): Promise<number> {
  const { books, billing, client, connection, rentals, seconds } = options
  let ticks = 0
  const { renewHold } = createBillingActivities({ billing })
  const worker = await Worker.create({
    connection,
    taskQueue: TASK_QUEUE,
    workflowBundle: await bundleWorkflowCode({
      logger: new DefaultLogger('WARN'),
      workflowsPath: createRequire(import.meta.url).resolve('./naive-tick-workflow.ts'),
    }),
    activities: {
      renewHold: async (input: { rentalId: string }) => {
        const settlement = await renewHold(input)
        ticks += 1
        return settlement
      },
    },
    maxConcurrentActivityTaskExecutions: 16,
    shutdownGraceTime: '1s',
  })
  return worker.runUntil(async () => {
    const handles = await Promise.all(
      Array.from({ length: rentals }, (_, number) =>
        client.workflow.start<typeof naiveTick>('naiveTick', {
          taskQueue: TASK_QUEUE,
          workflowId: `naive-tick/${number}`,
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          args: [`${books.prefix}${1 + (number % books.rentals)}`],
        }),
      ),
    )
    try {
      await sleep(WARM_UP_SECONDS * 1000)
      const [before, startedMs] = [ticks, performance.now()]
      await sleep(seconds * 1000)
      return ((ticks - before) * 1000) / (performance.now() - startedMs)
    } finally {
      await Promise.all(handles.map((handle) => handle.terminate('the benchmark is over')))
    }
  })
}
