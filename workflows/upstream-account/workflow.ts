import type { CatalogActivities } from '@berth/activities/catalog/activities'
import type { ProvisioningActivities } from '@berth/activities/provisioning/activities'
import type { FleetReport } from '@berth/activities/provisioning/watch-fleet'
import {
  ActivityFailure,
  condition,
  continueAsNew,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  rootCause,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import { TASK_QUEUES } from '../task-queues.ts'
import { refreshNowSignal, type UpstreamAccountInput } from './messages.ts'

/** The market promises answers no older than this. */
const REFRESH_EVERY_MS = 30_000
/** A pod missed or unwanted once is looked at again so soon: a left-over pod lives two minutes at most. */
const SUSPECT_EVERY_MS = 15_000
const LONG_HISTORY_EVENTS = 4_000

/** One look each; the next round is the retry, so that a provider in trouble is not hammered. */
const onAccount = { taskQueue: TASK_QUEUES.providers, retry: { maximumAttempts: 1 } } as const
const { refreshOffers } = proxyActivities<CatalogActivities>({ ...onAccount, startToCloseTimeout: '45s' })
const { watchFleet } = proxyActivities<ProvisioningActivities>({ ...onAccount, startToCloseTimeout: '60s' })
const { fleetPollSeconds } = proxyLocalActivities<ProvisioningActivities>({ startToCloseTimeout: '10s' })

/**
 * Looks after one account at one provider: refreshes its offers and watches its pods, each at its own pace and
 * within that provider's limits. One account in trouble holds up nobody else, since each has its own workflow.
 */
export async function upstreamAccount({ account }: UpstreamAccountInput): Promise<void> {
  let refreshNow = false
  setHandler(refreshNowSignal, () => {
    refreshNow = true
  })
  const watchEveryMs = (await fleetPollSeconds({ account })) * 1000
  const due = { refresh: 0, watch: 0 }
  const said = { refresh: 'not yet', watch: 'not yet' }
  while (workflowInfo().historyLength < LONG_HISTORY_EVENTS && !workflowInfo().continueAsNewSuggested) {
    if (refreshNow || Date.now() >= due.refresh) {
      refreshNow = false
      said.refresh = await outcome(async () => {
        const answer = await refreshOffers.executeWithOptions({ summary: `offers of ${account}` }, [
          { account },
        ])
        if (answer.ok) return `${answer.offers} offers`
        return answer.reason === 'failed' ? answer.words : answer.reason
      })
      due.refresh = Date.now() + REFRESH_EVERY_MS
    }
    if (Date.now() >= due.watch) {
      let suspects = 0
      said.watch = await outcome(async () => {
        const report = await watchFleet.executeWithOptions({ summary: `pods of ${account}` }, [{ account }])
        suspects = report.suspects
        return fleetWords(report)
      })
      due.watch = Date.now() + (suspects > 0 ? Math.min(SUSPECT_EVERY_MS, watchEveryMs) : watchEveryMs)
    }
    setCurrentDetails(`Offers: ${said.refresh}\n\nFleet: ${said.watch}`)
    await condition(() => refreshNow, Math.max(Math.min(due.refresh, due.watch) - Date.now(), 100))
  }
  return continueAsNew<typeof upstreamAccount>({ account })
}

/** Rounds recorded by an earlier version know of no troubles. */
type RecordedReport = Omit<FleetReport, 'troubles'> & Partial<FleetReport>

const fleetWords = ({ seen, told, reaped, troubles = [] }: RecordedReport): string =>
  [
    `${seen} pods, ${told} changes told, ${reaped.length} destroyed as unwanted`,
    ...troubles.map((words) => `trouble with ${words}`),
  ].join('; ')

/** A failed round is told, not fatal: the next one is seconds away. */
async function outcome(round: () => Promise<string>): Promise<string> {
  try {
    return `${await round()} (${new Date().toISOString()})`
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error
    return `failed: ${rootCause(error) ?? 'no answer'} (${new Date().toISOString()})`
  }
}
