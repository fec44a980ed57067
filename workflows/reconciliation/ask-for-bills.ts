import type { RentalToReconcile } from '@berth/activities/reconciliation/find-pods-to-reconcile'
import type { BillAnswer } from '@berth/activities/reconciliation/reconcile-rental'
import { ApplicationFailure } from '@temporalio/common'
import { ActivityFailure, isCancellation, rootCause } from '@temporalio/workflow'
import { readBill } from './activities.ts'

type Pod = RentalToReconcile['pods'][number]

/** Asks about each pod in turn. An account that does not answer is left alone for the rest of the run: it joins the silent. */
export async function askForBills(pods: Pod[], silent: Set<string>): Promise<BillAnswer[]> {
  const answers: BillAnswer[] = []
  for (const pod of pods) answers.push(await askForBill(pod, silent))
  return answers
}

async function askForBill({ account, podId, asks }: Pod, silent: Set<string>): Promise<BillAnswer> {
  const answer = { account, podId, micros: null, words: null }
  if (!asks) return answer
  if (silent.has(account)) return { ...answer, words: 'The provider did not answer this night.' }
  try {
    const micros = await readBill.executeWithOptions({ summary: `bill of ${podId} at ${account}` }, [
      { account, podId },
    ])
    return { ...answer, micros }
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error
    if (!isRefusal(error)) silent.add(account)
    return { ...answer, words: rootCause(error) ?? 'The provider did not answer.' }
  }
}

/** The provider did answer: it tells nothing of this one pod. */
const isRefusal = ({ cause }: ActivityFailure): boolean =>
  cause instanceof ApplicationFailure && cause.nonRetryable === true
