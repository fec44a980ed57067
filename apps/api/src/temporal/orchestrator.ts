import {
  cardSetupWorkflowId,
  cardSetupWorkflowType,
  openCardSetupUpdate,
  type CardSetupWorkflowInput,
} from '@berth/workflows/card-setup/messages'
import {
  reconcileNowSignal,
  reconciliationWorkflowId,
  reconciliationWorkflowType,
} from '@berth/workflows/reconciliation/messages'
import { openCheckoutUpdate, topUpWorkflowId, topUpWorkflowType } from '@berth/workflows/top-up/messages'
import {
  extendUpdate,
  forceEndSignal,
  rentalWorkflowId,
  rentalTaskTimeout,
  rentalWorkflowType,
  retryNowSignal,
  stopSignal,
  type ExtendAnswer,
  type ExtendRequest,
  type StopRequest,
} from '@berth/workflows/rental/messages'
import { stripeEventWorkflowId, stripeEventWorkflowType } from '@berth/workflows/stripe-event/messages'
import { TASK_QUEUES } from '@berth/workflows/task-queues'
import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client'
import {
  ApplicationFailure,
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
} from '@temporalio/common'

/** How long a person may wait for Temporal's word; within it the client repeats refused connections by itself. */
export interface OrchestratorTimeouts {
  callMs: number
  extendMs: number
  checkoutMs: number
}

const TIMEOUTS: OrchestratorTimeouts = { callMs: 5_000, extendMs: 8_000, checkoutMs: 10_000 }

export interface RentalToStart {
  rentalId: string
  /** "2x H100 SXM on RunPod US-KS-2 for octocat": what an operator reads in Temporal Web. */
  summary: string
  provider: string
  gpuModel: string
  userId: string
}

export type ExtendOutcome =
  | { ok: true; answer: ExtendAnswer }
  /** The rental's own words. */
  | { ok: false; reason: string }

/**
 * All this process asks of Temporal. Every method either reached it or throws; what a throw leaves open (did it
 * arrive?) is for the caller to settle, and each call may be repeated: workflow and update ids make it one.
 */
export interface Orchestrator {
  startRental: (rental: RentalToStart) => Promise<void>
  /** Recorded by Temporal also while every worker is down. Starts the workflow first where a crash had left none. */
  stopRental: (rental: RentalToStart, request: StopRequest) => Promise<void>
  /** An operator's "try again now"; starts the workflow where a crash had left none. False when it is over. */
  retryRental: (rental: RentalToStart) => Promise<boolean>
  /** An operator's end; starts the workflow where a crash had left none. False when it is over. */
  forceEndRental: (rental: RentalToStart, reason: string) => Promise<boolean>
  /** Starts the nightly workflow where it is lost; while a run is under way it changes nothing. */
  reconcileNow: (requestedBy: string) => Promise<void>
  extendRental: (rentalId: string, updateId: string, request: ExtendRequest) => Promise<ExtendOutcome>
  openCheckout: (topUpId: string) => Promise<{ url: string }>
  openCardSetup: (setup: CardSetupWorkflowInput) => Promise<{ url: string }>
  handleStripeEvent: (eventId: string) => Promise<void>
  /** Throws unless Temporal answers within two seconds. */
  ping: () => Promise<void>
}

const ATTRIBUTES = {
  phase: defineSearchAttributeKey('RentalPhase', SearchAttributeType.KEYWORD),
  health: defineSearchAttributeKey('RentalHealth', SearchAttributeType.KEYWORD),
  provider: defineSearchAttributeKey('Provider', SearchAttributeType.KEYWORD),
  gpuModel: defineSearchAttributeKey('GpuModel', SearchAttributeType.KEYWORD),
  user: defineSearchAttributeKey('RentalUser', SearchAttributeType.KEYWORD),
}

interface OrchestratorDeps {
  client: Client
  timeouts?: OrchestratorTimeouts
}

export function createOrchestrator({ client, timeouts = TIMEOUTS }: OrchestratorDeps): Orchestrator {
  const within = <T>(timeoutMs: number, call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + timeoutMs, call)
  const tell = (rental: RentalToStart, signal: (options: RentalOptions) => Promise<unknown>) =>
    within(timeouts.callMs, () => unlessOver(() => signal(rentalOptions(rental))))
  return {
    startRental: (rental) =>
      within(timeouts.callMs, () =>
        unlessStarted(() => client.workflow.start(rentalWorkflowType, rentalOptions(rental))),
      ),
    stopRental: async (rental, request) => {
      await tell(rental, (options) =>
        client.workflow.signalWithStart(rentalWorkflowType, {
          ...options,
          signal: stopSignal,
          signalArgs: [request],
        }),
      )
    },
    retryRental: (rental) =>
      tell(rental, (options) =>
        client.workflow.signalWithStart(rentalWorkflowType, { ...options, signal: retryNowSignal }),
      ),
    forceEndRental: (rental, reason) =>
      tell(rental, (options) =>
        client.workflow.signalWithStart(rentalWorkflowType, {
          ...options,
          signal: forceEndSignal,
          signalArgs: [{ reason }],
        }),
      ),
    extendRental: (rentalId, updateId, request) =>
      within(timeouts.extendMs, async () => {
        try {
          const handle = client.workflow.getHandle(rentalWorkflowId(rentalId))
          const answer = await handle.executeUpdate(extendUpdate, { args: [request], updateId })
          return { ok: true, answer }
        } catch (error) {
          return refusalOf(error)
        }
      }),
    reconcileNow: async (requestedBy) => {
      await within(timeouts.callMs, () =>
        client.workflow.signalWithStart(reconciliationWorkflowType, {
          workflowId: reconciliationWorkflowId,
          taskQueue: TASK_QUEUES.main,
          signal: reconcileNowSignal,
          signalArgs: [{ requestedBy }],
        }),
      )
    },
    openCheckout: (topUpId) => within(timeouts.checkoutMs, () => openCheckout(client, topUpId)),
    openCardSetup: (setup) => within(timeouts.checkoutMs, () => openCardSetup(client, setup)),
    handleStripeEvent: (eventId) =>
      within(timeouts.callMs, () =>
        unlessStarted(() =>
          client.workflow.start(stripeEventWorkflowType, {
            workflowId: stripeEventWorkflowId(eventId),
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            taskQueue: TASK_QUEUES.main,
            args: [{ eventId }],
          }),
        ),
      ),
    ping: async () => {
      await client.withDeadline(Date.now() + 2_000, () => client.workflowService.getSystemInfo({}))
    },
  }
}

type RentalOptions = ReturnType<typeof rentalOptions>

function rentalOptions({ rentalId, summary, provider, gpuModel, userId }: RentalToStart) {
  return {
    workflowId: rentalWorkflowId(rentalId),
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    taskQueue: TASK_QUEUES.main,
    args: [{ rentalId }],
    workflowTaskTimeout: rentalTaskTimeout,
    staticSummary: summary,
    memo: { summary },
    typedSearchAttributes: new TypedSearchAttributes([
      { key: ATTRIBUTES.phase, value: 'reserving' },
      { key: ATTRIBUTES.health, value: 'ok' },
      { key: ATTRIBUTES.provider, value: provider },
      { key: ATTRIBUTES.gpuModel, value: gpuModel },
      { key: ATTRIBUTES.user, value: userId },
    ]),
  }
}

/** A workflow that runs, or ran, under this id already is what was wanted. */
async function unlessStarted(start: () => Promise<unknown>): Promise<void> {
  await unlessOver(start)
}

/** False where the id belongs to a workflow that can not be started or told anything any more. */
async function unlessOver(start: () => Promise<unknown>): Promise<boolean> {
  try {
    await start()
    return true
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    return false
  }
}

/** The rental said no, or is over: an answer, not a failure. Anything else is not known to have been refused. */
function refusalOf(error: unknown): ExtendOutcome {
  if (error instanceof WorkflowNotFoundError) return { ok: false, reason: 'The rental has ended.' }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    return { ok: false, reason: error.cause.message }
  }
  throw error
}

/** One call starts the top-up's workflow, if it does not run yet, and waits for Stripe's page. */
async function openCheckout(client: Client, topUpId: string): Promise<{ url: string }> {
  return client.workflow.executeUpdateWithStart(openCheckoutUpdate, {
    args: [],
    updateId: 'open-checkout',
    startWorkflowOperation: new WithStartWorkflowOperation(topUpWorkflowType, {
      workflowId: topUpWorkflowId(topUpId),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      taskQueue: TASK_QUEUES.main,
      args: [{ topUpId }],
    }),
  })
}

async function openCardSetup(client: Client, setup: CardSetupWorkflowInput): Promise<{ url: string }> {
  return client.workflow.executeUpdateWithStart(openCardSetupUpdate, {
    args: [],
    updateId: 'open-card-setup',
    startWorkflowOperation: new WithStartWorkflowOperation(cardSetupWorkflowType, {
      workflowId: cardSetupWorkflowId(setup.setupId),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      taskQueue: TASK_QUEUES.main,
      args: [setup],
    }),
  })
}
