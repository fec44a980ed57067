import { TASK_QUEUES } from '@berth/workflows/task-queues'
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type NativeConnection,
  type WorkerOptions,
  type WorkflowBundle,
} from '@temporalio/worker'
import { createRequire } from 'node:module'

/** After a worker's death its workflows wait this long for it before another takes over: the bound of a late settlement. */
const STICKY_TIMEOUT = '2s'

/** Mails and webhooks under way at once. */
const MAX_DELIVERIES = 50

export interface WorkerPoolOptions {
  connection: NativeConnection
  namespace: string
  activities: object
  maxCachedWorkflows: number
  maxProviderCalls: number
  /** Money activities under way at once; no more than the database pool serves. */
  maxRecordCalls: number
  /** A bundle made elsewhere, so that a test suite makes it once. */
  workflowBundle?: NonNullable<WorkerOptions['workflowBundle']>
}

/** The code of all workflows as one bundle; takes about a second. */
export const bundleWorkflows = (): Promise<WorkflowBundle> =>
  bundleWorkflowCode({
    logger: new DefaultLogger('WARN'),
    workflowsPath: createRequire(import.meta.url).resolve('@berth/workflows/all-workflows'),
  })

/**
 * Three workers of one process: rentals and money on one queue, provider calls on another, notices on a third, so that a
 * cloud or a receiver which answers slowly takes up slots of its own and never those of the meter.
 */
export async function createWorkerPool(options: WorkerPoolOptions): Promise<Worker[]> {
  const shared = {
    connection: options.connection,
    namespace: options.namespace,
    activities: options.activities,
  } satisfies Partial<WorkerOptions>
  return [
    await Worker.create({
      ...shared,
      taskQueue: TASK_QUEUES.main,
      workflowBundle: options.workflowBundle ?? (await bundleWorkflows()),
      maxCachedWorkflows: options.maxCachedWorkflows,
      stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
      maxConcurrentActivityTaskExecutions: options.maxRecordCalls,
      maxConcurrentLocalActivityExecutions: options.maxRecordCalls,
      shutdownGraceTime: '10s',
    }),
    await Worker.create({
      ...shared,
      taskQueue: TASK_QUEUES.providers,
      maxConcurrentActivityTaskExecutions: options.maxProviderCalls,
      shutdownGraceTime: '10s',
    }),
    await Worker.create({
      ...shared,
      taskQueue: TASK_QUEUES.notices,
      maxConcurrentActivityTaskExecutions: MAX_DELIVERIES,
      // Why so short: the outbox is being watched all the time, and a cut delivery is sent again under its id.
      shutdownGraceTime: '1s',
    }),
  ]
}
