import type { ReconciliationRunView } from '@berth/contract/schemas/reconciliation'
import type { Logger } from 'pino'
import type { DataSource } from 'typeorm'
import type { SignedInUser } from '../../http/authenticate.ts'
import { problem } from '../../http/problem.ts'
import type { Orchestrator } from '../../temporal/orchestrator.ts'
import { readLastRun } from './read-last-run.ts'

/** Asks for a run between two nights. However often it is asked for while one is under way, one more begins after it. */
export async function reconcileNow(
  { dataSource, orchestrator }: { dataSource: DataSource; orchestrator: Orchestrator },
  { operator, log }: { operator: SignedInUser; log: Logger },
): Promise<{ lastRun: ReconciliationRunView | null }> {
  log.info({ operator: operator.handle, operatorId: operator.id }, 'operator asks for a reconciliation')
  await orchestrator.reconcileNow(operator.id).catch((error: unknown) => {
    log.error({ err: error }, 'the reconciliation could not be asked for')
    throw problem(
      'orchestrator_unavailable',
      'Temporal does not answer, so the run may not begin. Ask again in a minute; twice does no harm.',
      { retryAfterSeconds: 30, cause: error },
    )
  })
  return { lastRun: await readLastRun(dataSource) }
}
