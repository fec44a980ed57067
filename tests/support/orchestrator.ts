import { createWorkerPool } from '@berth/worker/run-worker-pool'
import { composeActivities } from '@berth/worker/composition'
import './quiet-runtime.ts'
import { createStripeClient } from '@berth/activities/payments/stripe-client'
import { createVerification } from '@berth/worker/verification'
import {
  rentalTaskTimeout,
  rentalWorkflowId,
  rentalWorkflowType,
  type RentalInput,
} from '@berth/workflows/rental/messages'
import { TASK_QUEUES } from '@berth/workflows/task-queues'
import type { WorkflowHandle } from '@temporalio/client'
import { MockActivityEnvironment, type TestWorkflowEnvironment } from '@temporalio/testing'
import type Stripe from 'stripe'
import type { FleetReport } from '@berth/activities/provisioning/watch-fleet'
import type { Marketplace } from './marketplace.ts'
import { SEALING_KEYS } from './renting.ts'
import { workflowBundle } from './temporal.ts'

export type RentalHandle = WorkflowHandle<(input: RentalInput) => Promise<void>>

/** The product's own workers over a test's Temporal and market. */
export interface Orchestrator {
  start(rentalId: string): Promise<RentalHandle>
  /** What housekeeping does for rentals without a workflow. */
  ensure(rentalIds: string[]): Promise<number>
  /** One round of the fleet watch. */
  watchFleet(account: string): Promise<FleetReport>
  stop(): Promise<void>
}

export interface OrchestratorOptions {
  temporal: TestWorkflowEnvironment
  market: Marketplace
  /** Called before every activity; a time-skipping test sets the database's clock to the server's here. */
  beforeActivity?: (name: string) => Promise<void>
  /** Where money comes from; without it nobody answers. */
  stripe?: Stripe
}

export async function startOrchestrator({
  temporal,
  market,
  beforeActivity,
  stripe = createStripeClient({ secretKey: 'sk_test_unused', apiBase: 'http://127.0.0.1:9' }),
}: OrchestratorOptions): Promise<Orchestrator> {
  const activities = composeActivities({
    dataSource: market.dataSource,
    temporal: temporal.client,
    providers: market.providers,
    stripe,
    ...(await createVerification(market.verificationKeyFile)),
    settings: { marginBasisPoints: 1_000, publicUrl: 'http://127.0.0.1:4300' },
    notifications: { sendMail: null, webhooks: { secretsKeys: SEALING_KEYS, allowLocal: false } },
    billing: market.billing,
  })
  const pool = await createWorkerPool({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace ?? 'default',
    activities: beforeActivity ? preceded(activities, beforeActivity) : activities,
    maxCachedWorkflows: 100,
    maxProviderCalls: 20,
    maxRecordCalls: 8,
    workflowBundle: workflowBundle(),
  })
  const running = Promise.all(pool.map((worker) => worker.run()))
  return {
    start: (rentalId) => startRental(temporal, rentalId),
    ensure: (rentalIds) => activities.ensureWorkflows({ rentalIds }),
    watchFleet: (account) => new MockActivityEnvironment().run(activities.watchFleet, { account }),
    async stop() {
      for (const worker of pool) worker.shutdown()
      await running
    },
  }
}

/** Starts the workflow as the API does. */
export const startRental = (temporal: TestWorkflowEnvironment, rentalId: string): Promise<RentalHandle> =>
  temporal.client.workflow.start<(input: RentalInput) => Promise<void>>(rentalWorkflowType, {
    workflowId: rentalWorkflowId(rentalId),
    taskQueue: TASK_QUEUES.main,
    args: [{ rentalId }],
    // Simulated time also passes while a task is being worked on; by the usual few seconds it would be lost.
    workflowTaskTimeout: temporal.supportsTimeSkipping ? '2m' : rentalTaskTimeout,
  })

type Activity = (input: never) => Promise<unknown>

/** Runs something before each activity; what it returns is what the activity returns. */
function preceded(activities: object, before: (name: string) => Promise<void>): object {
  const wrap =
    (name: string, activity: Activity): Activity =>
    async (input) => {
      await before(name)
      return activity(input)
    }
  return Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [name, wrap(name, activity as Activity)]),
  )
}
