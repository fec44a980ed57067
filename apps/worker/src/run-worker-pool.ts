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

export interface WorkerPoolOptions {
  connection: NativeConnection
  namespace: string
  activities: object
  maxCachedWorkflows: number
  maxProviderCalls: number
  /** Money activities under way at once; no more than the database pool serves. */
  maxRecordCalls: number
  /** A bundle made elsewhere, so that a test suite makes it once. */
  workflowBundle?: WorkflowBundle
}

/** The code of all workflows as one bundle; takes about a second. */
export const bundleWorkflows = (): Promise<WorkflowBundle> =>
  bundleWorkflowCode({
    logger: new DefaultLogger('WARN'),
    workflowsPath: createRequire(import.meta.url).resolve('@berth/workflows/all-workflows'),
  })

/**
 * Two workers of one process: rentals and money on one queue, provider calls on another, so that a cloud which
 * answers slowly takes up its own slots and never those of the meter.
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
  ]
}
