import { Context, log } from '@temporalio/activity'
import { toWire } from '@berth/contract/money'
import type { DataSource } from 'typeorm'
import { asActivity } from '../as-activity.ts'
import type { Billing, MicrosText } from '../billing/port.ts'
import { providerOf } from '../provisioning/provider-of.ts'
import type { Provider } from '../providers/port.ts'
import { beginRun, type BeginRunInput } from './begin-run.ts'
import { findPodsToReconcile, type FindPodsInput } from './find-pods-to-reconcile.ts'
import { finishRun } from './finish-run.ts'
import { reconcileRental, type ReconcileInput } from './reconcile-rental.ts'

interface Deps {
  dataSource: DataSource
  billing: Billing
  providers: ReadonlyMap<string, Provider>
}

export type ReconciliationActivities = ReturnType<typeof createReconciliationActivities>

/** Comparing what we booked with what providers charge. Thin: each names the one function that does it. */
export function createReconciliationActivities(deps: Deps) {
  const { dataSource, providers } = deps
  return {
    beginReconciliation: asActivity((input: BeginRunInput) => beginRun(dataSource, input)),
    findPodsToReconcile: asActivity((input: FindPodsInput) => findPodsToReconcile(deps, input)),
    /** Null where the provider has no bill to show. */
    readBill: asActivity(
      async ({ account, podId }: { account: string; podId: string }): Promise<MicrosText | null> => {
        const bill = await providerOf(providers, account).costSoFar?.(
          podId,
          Context.current().cancellationSignal,
        )
        return bill === undefined ? null : String(bill)
      },
    ),
    reconcileRental: asActivity(async (input: ReconcileInput) => {
      const flagged = await reconcileRental(deps, input)
      for (const { account, podId, bill, estimate, deviation } of flagged) {
        log.warn('a provider charged us otherwise than our record explains', {
          rentalId: input.rentalId,
          account,
          podId,
          deviation,
          billMicros: bill === null ? null : toWire(bill),
          estimateMicros: toWire(estimate),
        })
      }
    }),
    finishReconciliation: asActivity(({ runId }: { runId: string }) => finishRun(dataSource, runId)),
  }
}
