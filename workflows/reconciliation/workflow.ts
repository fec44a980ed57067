import {
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import { records } from './activities.ts'
import { askForBills } from './ask-for-bills.ts'
import { reconcileNowSignal, type ReconciliationInput, type RunUnderWay } from './messages.ts'
import { endOfDueNight, msUntilNextNight } from './nights.ts'

const RENTALS_A_PAGE = 50
const LONG_HISTORY_EVENTS = 4_000
/** Between two rentals, so that launches never queue behind the night's questions for the limits of a provider. */
const PAUSE_MS = 1_000

/**
 * Every night, and whenever an operator asks: what each pod cost us by its provider's bill, or by our estimate where there
 * is none; the ledger is corrected to it and what can not be explained is flagged. The database knows which nights are
 * done, so that a lost workflow or an outage of days is made up for at once.
 */
export async function reconciliation({
  underWay = null,
  requestedBy = null,
}: ReconciliationInput = {}): Promise<void> {
  // Of the run that is under way it is known by whom; who asks meanwhile wants one that begins afterwards.
  let wanted = underWay ? requestedBy : null
  setHandler(reconcileNowSignal, (request) => {
    wanted = request.requestedBy
  })
  const run = underWay ?? (await nextRun(requestedBy))
  if (run) {
    const rest = await reconcile(run)
    return continueAsNew<typeof reconciliation>({ underWay: rest, requestedBy: wanted })
  }
  await condition(() => wanted !== null, msUntilNextNight(Date.now()))
  return continueAsNew<typeof reconciliation>({ requestedBy: wanted })
}

/** Null where nothing is due. */
async function nextRun(requestedBy: string | null): Promise<RunUnderWay | null> {
  const until = requestedBy === null ? endOfDueNight(Date.now()) : new Date()
  const begun = await records.beginReconciliation({ until: until.toISOString(), requestedBy })
  return begun && { runId: begun.runId, after: null, silent: [] }
}

/** Goes through the rentals of a run; what is left when the history grows long, null once it is finished. */
async function reconcile({ runId, after, silent: known }: RunUnderWay): Promise<RunUnderWay | null> {
  const silent = new Set(known)
  let last = after
  while (workflowInfo().historyLength < LONG_HISTORY_EVENTS) {
    const page = await records.findPodsToReconcile({ runId, after: last, limit: RENTALS_A_PAGE })
    for (const { rentalId, pods } of page) {
      setCurrentDetails(`Reconciles ${rentalId}. Silent: ${[...silent].join(', ') || 'nobody'}.`)
      const answers = await askForBills(pods, silent)
      await records.reconcileRental.executeWithOptions({ summary: rentalId }, [{ runId, rentalId, answers }])
      last = rentalId
      await sleep(PAUSE_MS)
    }
    if (page.length < RENTALS_A_PAGE) {
      await records.finishReconciliation({ runId })
      return null
    }
  }
  return { runId, after: last, silent: [...silent] }
}
