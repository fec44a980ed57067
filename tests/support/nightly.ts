import { PodCostEntity, type PodCost } from '@berth/entities/pod-cost'
import { ReconciliationRunEntity, type ReconciliationRun } from '@berth/entities/reconciliation-run'
import {
  reconciliationWorkflowId,
  reconciliationWorkflowType,
  reconcileNowSignal,
} from '@berth/workflows/reconciliation/messages'
import { TASK_QUEUES } from '@berth/workflows/task-queues'
import type { WorkflowHandle } from '@temporalio/client'
import type { Duration } from '@temporalio/common'
import type { Simulation } from './simulation.ts'
import { until } from './until.ts'

/** The nightly reconciliation of a simulation, as the worker starts it, and what can be seen of it. */
export interface Nightly {
  /** Moves the time on until one more run is finished. */
  night(): Promise<ReconciliationRun>
  /** What the button of an operator does; waits without moving the time. */
  now(operatorId: string): Promise<ReconciliationRun>
  /** Two operators ask, the second while the run of the first is under way. What was finished, and the link of the chain that was asked twice. */
  nowTwice(first: string, second: string): Promise<{ finished: ReconciliationRun[]; link: WorkflowHandle }>
  runs(): Promise<ReconciliationRun[]>
  costsOf(rentalId: string): Promise<PodCost[]>
  /** What the ledger has of it, transaction by transaction. */
  bookedOf(rentalId: string): Promise<bigint[]>
  /** What RunPod says that the rental's pod has cost us from now on. */
  bill(rentalId: string, micros: bigint): Promise<void>
  /** Its workflow is lost for so long, as with Temporal's store; then a worker starts it again. */
  lose(duration: Duration): Promise<void>
  /** Every link of the chain of runs that ended before it was ever lost, oldest first. */
  handles(): Promise<WorkflowHandle[]>
}

const HOUR_MS = 3_600_000

export async function startNightly({ temporal, market }: Simulation): Promise<Nightly> {
  const { client } = temporal
  const start = () =>
    client.workflow.start(reconciliationWorkflowType, {
      workflowId: reconciliationWorkflowId,
      taskQueue: TASK_QUEUES.main,
      workflowTaskTimeout: '2m',
    })
  const first = await start()
  const runs = (): Promise<ReconciliationRun[]> =>
    market.dataSource.manager.find(ReconciliationRunEntity, { order: { startedAt: 'ASC' } })
  const finished = async (): Promise<ReconciliationRun[]> =>
    (await runs()).filter(({ finishedAt }) => finishedAt !== null)
  const newest = async (): Promise<ReconciliationRun> => (await finished()).at(-1)!
  await until(async () => (await finished()).length === 1, { what: 'the run of the start' })

  return {
    runs,
    async night() {
      const before = (await finished()).length
      for (let hours = 0; (await finished()).length === before; hours += 1) {
        if (hours > 30) throw new Error('no run was finished within thirty hours')
        await temporal.sleep('1h')
      }
      return newest()
    },
    async now(operatorId) {
      const before = (await finished()).length
      const handle = client.workflow.getHandle(reconciliationWorkflowId)
      await handle.signal(reconcileNowSignal, { requestedBy: operatorId })
      for (let steps = 0; (await finished()).length === before; steps += 1) {
        if (steps > 100) throw new Error('the run that was asked for did not finish')
        await temporal.sleep('1s')
      }
      return newest()
    },
    async nowTwice(operatorId, another) {
      const before = await runs()
      const handle = client.workflow.getHandle(reconciliationWorkflowId)
      await handle.signal(reconcileNowSignal, { requestedBy: operatorId })
      await until(async () => (await runs()).length > before.length, { what: 'the run of the first' })
      const { runId } = await handle.describe()
      await handle.signal(reconcileNowSignal, { requestedBy: another })
      for (let steps = 0; (await finished()).length < before.length + 2; steps += 1) {
        if (steps > 100) throw new Error('the runs that were asked for did not finish')
        await temporal.sleep('1s')
      }
      return {
        finished: (await finished()).slice(before.length),
        link: client.workflow.getHandle(reconciliationWorkflowId, runId),
      }
    },
    costsOf: (rentalId) => market.dataSource.manager.findBy(PodCostEntity, { rentalId }),
    async bookedOf(rentalId) {
      const rows = await market.dataSource.query<{ amount: string }[]>(
        `SELECT -amount AS amount FROM ledger_entries JOIN ledger_transactions t ON t.id = transaction_id
         WHERE rental_id = $1 AND account = 'upstream_cost' ORDER BY seq`,
        [rentalId],
      )
      return rows.map(({ amount }) => BigInt(amount))
    },
    async bill(rentalId, micros) {
      const { meter } = market.runpod.control
      const book = meter.instances().find(({ marker }) => marker.includes(markerWordOf(rentalId)))
      if (!book) throw new Error(`RunPod never had a pod of ${rentalId}`)
      const toMs = Date.now()
      const segment = { kind: 'gpu', priceMicrosPerHour: micros, fromMs: toMs - HOUR_MS, toMs }
      meter.restore([{ ...book, segments: [{ ...segment, incrementSeconds: 1, leastSeconds: 0 }] }])
    },
    async lose(duration) {
      await client.workflow.getHandle(reconciliationWorkflowId).terminate('its store was lost')
      await temporal.sleep(duration)
      await start()
    },
    async handles() {
      const chain: WorkflowHandle[] = []
      for (let runId: string | null | undefined = first.firstExecutionRunId; runId;) {
        const handle: WorkflowHandle = client.workflow.getHandle(reconciliationWorkflowId, runId)
        const { events } = await handle.fetchHistory()
        runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId
        if (runId) chain.push(handle)
      }
      return chain
    },
  }
}

/** As it stands in a marker: `berth-rent-…-1`. */
const markerWordOf = (rentalId: string): string => rentalId.toLowerCase().replace('_', '-')
