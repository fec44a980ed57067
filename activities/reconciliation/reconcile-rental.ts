import { micros } from '@berth/contract/money'
import { PodCostEntity, type PodCost } from '@berth/entities/pod-cost'
import type { DataSource, EntityManager } from 'typeorm'
import type { Billing, MicrosText } from '../billing/port.ts'
import { estimateCost } from '../provisioning/estimate-cost.ts'
import { livedPods, type LivedPod } from '../provisioning/lived-pods.ts'
import type { Provider } from '../providers/port.ts'
import { deviationOf, isNoBillYet } from './judge-cost.ts'

/** What came of asking a provider about one pod: `words` say why there is no bill; neither where it gives none. */
export interface BillAnswer {
  account: string
  podId: string
  micros: MicrosText | null
  words: string | null
}

export interface ReconcileInput {
  runId: string
  rentalId: string
  answers: BillAnswer[]
}

interface Deps {
  dataSource: DataSource
  billing: Billing
  providers: ReadonlyMap<string, Provider>
}

/**
 * Writes down what each pod of a rental cost and corrects the ledger to their sum, in one transaction. Once for each run;
 * answers the pods whose bills our record can not explain.
 */
export function reconcileRental(deps: Deps, input: ReconcileInput): Promise<PodCost[]> {
  const { runId, rentalId, answers } = input
  return deps.dataSource.transaction(async (manager) => {
    const pods = await livedPods(manager, rentalId)
    for (const pod of pods) {
      const answer = answers.find((each) => isOf(pod, each))
      if (answer) await keep(manager, { ...found(deps, pod, answer), rentalId, runId })
    }
    const costs = await manager.findBy(PodCostEntity, { rentalId })
    const totalMicros = totalOf(pods, costs)
    if (totalMicros !== null) {
      const idempotencyKey = `upstream_cost:${rentalId}:${runId}`
      const booked = { rentalId, totalMicros, idempotencyKey, reference: runId }
      await deps.billing.recordUpstreamCost(booked, manager)
    }
    return costs.filter(({ deviation }) => deviation !== null)
  })
}

type PodName = Pick<PodCost, 'account' | 'podId'>

const isOf = (pod: PodName, { account, podId }: PodName): boolean =>
  account === pod.account && podId === pod.podId

/**
 * Bills, and estimates where a provider gives none, of every pod that was ever looked at. Null while a provider that tells has
 * not told of some pod: what is booked stands, for it may be from a bill that was read when the rental ended.
 */
function totalOf(pods: LivedPod[], costs: PodCost[]): bigint | null {
  if (pods.some((pod) => !costs.some((cost) => isOf(pod, cost)))) return null
  if (costs.some(({ bill, answer }) => bill === null && answer === 'unanswered')) return null
  return costs.reduce((total, { bill, estimate }) => total + (bill ?? estimate), 0n)
}

type FoundCost = Omit<PodCost, 'reconciledAt'>

function found(
  { providers }: Deps,
  pod: LivedPod,
  answer: BillAnswer,
): Omit<FoundCost, 'rentalId' | 'runId'> {
  const { account, podId } = pod
  const estimate = estimateCost(pod, providers.get(account)?.capabilities.billedTime)
  const common = { account, podId, estimate: estimate.most, bill: null, words: null, deviation: null }
  if (answer.micros === null) {
    return { ...common, answer: answer.words === null ? 'no_readout' : 'unanswered', words: answer.words }
  }
  const bill = micros(answer.micros)
  if (pod.goneAt === null && bill === 0n) return { ...common, answer: 'no_readout' }
  if (isNoBillYet(bill, estimate)) return { ...common, answer: 'unanswered', words: 'No bill yet.' }
  return { ...common, answer: 'billed', bill, deviation: deviationOf(bill, estimate) }
}

/** What a provider said once stands until it says something else. */
const keep = (manager: EntityManager, cost: FoundCost): Promise<unknown> =>
  manager.query(
    `INSERT INTO pod_costs AS known (account, pod_id, rental_id, run_id, answer, estimate, bill, words, deviation)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (account, pod_id) DO UPDATE SET run_id = excluded.run_id, answer = excluded.answer,
       estimate = excluded.estimate, bill = coalesce(excluded.bill, known.bill), words = excluded.words,
       deviation = CASE WHEN excluded.bill IS NULL THEN known.deviation ELSE excluded.deviation END,
       reconciled_at = clock_timestamp()`,
    [
      cost.account,
      cost.podId,
      cost.rentalId,
      cost.runId,
      cost.answer,
      String(cost.estimate),
      cost.bill === null ? null : String(cost.bill),
      cost.words,
      cost.deviation,
    ],
  )
