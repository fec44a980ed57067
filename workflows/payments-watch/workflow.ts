import type { PaymentActivities } from '@berth/activities/payments/activities'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import {
  ActivityFailure,
  continueAsNew,
  isCancellation,
  ParentClosePolicy,
  proxyActivities,
  rootCause,
  setCurrentDetails,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow'
import { autoTopUpWorkflowId, autoTopUpWorkflowType } from '../auto-top-up/messages.ts'
import { stripeEventWorkflowId, stripeEventWorkflowType } from '../stripe-event/messages.ts'
import { topUpWorkflowId, topUpWorkflowType } from '../top-up/messages.ts'
import type { PaymentsWatchInput } from './messages.ts'

/** Well within the shortest hold: a wallet that falls under its threshold is charged for before its pods run dry. */
const EVERY_MS = 15_000
/** A webhook that never came costs its customer so many rounds at most: five minutes. */
const ROUNDS_PER_RECONCILIATION = 20
const LONG_HISTORY_EVENTS = 4_000
const WALLETS_A_ROUND = 50

/** One look each; the next round is the retry. */
const once = { startToCloseTimeout: '60s', retry: { maximumAttempts: 1 } } as const
const { findDueAutoTopUps, detachRemovedCards, findLostTopUps, recordMissedEvents } =
  proxyActivities<PaymentActivities>(once)

/**
 * Looks after money that comes in by itself: has the saved card of a wallet that runs low charged, and asks Stripe for
 * what webhooks never brought. Each thing it finds gets a workflow of its own, by a name that only one can have.
 */
export async function paymentsWatch({ eventsSeenUntil = null }: PaymentsWatchInput = {}): Promise<void> {
  let seenUntil = eventsSeenUntil
  const said = { charges: 'not yet', events: 'not yet' }
  for (let round = 0; workflowInfo().historyLength < LONG_HISTORY_EVENTS; round += 1) {
    said.charges = await outcome(chargeDue)
    if (round % ROUNDS_PER_RECONCILIATION === 0) {
      said.events = await outcome(async () => {
        const { words, until } = await reconcile(seenUntil)
        seenUntil = until
        return words
      })
    }
    setCurrentDetails(`Automatic charges: ${said.charges}\n\nReconciliation: ${said.events}`)
    await sleep(EVERY_MS)
  }
  return continueAsNew<typeof paymentsWatch>({ eventsSeenUntil: seenUntil })
}

async function chargeDue(): Promise<string> {
  const { walletIds } = await findDueAutoTopUps({ limit: WALLETS_A_ROUND })
  for (const walletId of walletIds) {
    await unlessRunning(autoTopUpWorkflowType, autoTopUpWorkflowId(walletId), { walletId }, 'ALLOW_DUPLICATE')
  }
  return `${walletIds.length} wallets under their threshold`
}

async function reconcile(since: number | null): Promise<{ words: string; until: number }> {
  const { eventIds, seenUntil } = await recordMissedEvents({ since })
  for (const eventId of eventIds) {
    await unlessRunning(
      stripeEventWorkflowType,
      stripeEventWorkflowId(eventId),
      { eventId },
      'REJECT_DUPLICATE',
    )
  }
  const { topUpIds } = await findLostTopUps()
  for (const topUpId of topUpIds) {
    await unlessRunning(topUpWorkflowType, topUpWorkflowId(topUpId), { topUpId }, 'REJECT_DUPLICATE')
  }
  const { detached } = await detachRemovedCards()
  const words = `${eventIds.length} events unheard of, ${topUpIds.length} checkouts looked after, ${detached} cards let go of`
  return { words, until: seenUntil }
}

/** Starts it, to live on without us, unless that name is taken: then it is looked after already. */
async function unlessRunning(
  type: string,
  workflowId: string,
  input: object,
  workflowIdReusePolicy: 'ALLOW_DUPLICATE' | 'REJECT_DUPLICATE',
): Promise<void> {
  try {
    await startChild(type, {
      workflowId,
      workflowIdReusePolicy,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}

/** A failed round is told, not fatal: the next one is seconds away. */
async function outcome(round: () => Promise<string>): Promise<string> {
  try {
    return `${await round()} (${new Date().toISOString()})`
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error
    return `failed: ${rootCause(error) ?? 'no answer'} (${new Date().toISOString()})`
  }
}
