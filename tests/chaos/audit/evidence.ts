import { verifyLedger, type LedgerReport } from '@berth/activities/billing/verify/verify-ledger'
import { ChargeWindowEntity, type ChargeWindow } from '@berth/entities/charge-window'
import { LaunchAttemptEntity, type LaunchAttempt } from '@berth/entities/launch-attempt'
import { LaunchOutcomeEntity, type LaunchOutcome } from '@berth/entities/launch-outcome'
import { LedgerTransactionEntity } from '@berth/entities/ledger-transaction'
import { RentalEntity, type Rental } from '@berth/entities/rental'
import { RentalEventEntity, type RentalEvent } from '@berth/entities/rental-event'
import { RentalSegmentEntity, type RentalSegment } from '@berth/entities/rental-segment'
import { WalletEntity, type Wallet } from '@berth/entities/wallet'
import type { Client } from '@temporalio/client'
import { IsNull, Not } from 'typeorm'
import type { Deeds } from '../drive.ts'
import { podsOf, type UpstreamPod } from '../pods.ts'
import type { World } from '../world.ts'

/** One rental from every side: its rows, its meter, and what the clouds' own books say. */
export interface Case {
  rental: Rental
  segment: RentalSegment | null
  windows: ChargeWindow[]
  events: RentalEvent[]
  attempts: (LaunchAttempt & { outcome: LaunchOutcome | null })[]
  pods: UpstreamPod[]
  /** When money of it moved, by the ledger. */
  settledMs: number[]
}

/** All that is left behind when everything is over; the checks read this and nothing else. */
export interface Evidence {
  cases: Case[]
  wallets: Wallet[]
  /** Sum of all entries ever written, by account. */
  accounts: Map<string, bigint>
  ledger: LedgerReport
  /** Workflows of rentals that still run, by Temporal's word. */
  openWorkflows: number
  /** Those that ended otherwise than by completing, with what they said. */
  brokenWorkflows: string[]
  /** What is not a pod and was left upstream all the same. */
  leftovers: string[]
  litter: number
  deeds: Deeds
}

export async function gather({ dataSource, clouds, client }: World, deeds: Deeds): Promise<Evidence> {
  const { manager } = dataSource
  const pods = podsOf(clouds)
  const rentals = await manager.find(RentalEntity, { order: { requestedAt: 'ASC' } })
  const segments = await manager.find(RentalSegmentEntity)
  const windows = await manager.find(ChargeWindowEntity, { order: { windowStart: 'ASC' } })
  const events = await manager.find(RentalEventEntity, { order: { id: 'ASC' } })
  const attempts = await manager.find(LaunchAttemptEntity, { order: { attempt: 'ASC' } })
  const outcomes = new Map((await manager.find(LaunchOutcomeEntity)).map((row) => [row.attemptId, row]))
  const settled = await manager.find(LedgerTransactionEntity, { where: { rentalId: Not(IsNull()) } })
  const sums: { account: string; sum: string }[] = await dataSource.query(
    'SELECT account, sum(amount)::text AS sum FROM ledger_entries GROUP BY account',
  )
  const caseOf = (rental: Rental): Case => {
    const segment = segments.find(({ rentalId }) => rentalId === rental.id) ?? null
    return {
      rental,
      segment,
      windows: windows.filter(({ segmentId }) => segmentId === segment?.id),
      events: events.filter(({ rentalId }) => rentalId === rental.id),
      attempts: attempts
        .filter(({ rentalId }) => rentalId === rental.id)
        .map((attempt) => ({ ...attempt, outcome: outcomes.get(attempt.id) ?? null })),
      pods: pods.filter(({ rentalId }) => rentalId === rental.id),
      settledMs: settled
        .filter(({ rentalId, kind }) => rentalId === rental.id && kind !== 'upstream_cost')
        .map(({ postedAt }) => postedAt.getTime()),
    }
  }
  return {
    cases: rentals.map(caseOf),
    wallets: await manager.find(WalletEntity),
    accounts: new Map(sums.map(({ account, sum }) => [account, BigInt(sum)])),
    ledger: await verifyLedger({ dataSource }),
    openWorkflows: (await client.workflow.count("WorkflowType = 'rental' AND ExecutionStatus = 'Running'"))
      .count,
    brokenWorkflows: await broken(client),
    leftovers: clouds.flatMap(({ name, leftovers }) => leftovers().map((what) => `${what} at ${name}`)),
    litter: clouds.reduce((sum, { litter }) => sum + litter(), 0),
    deeds,
  }
}

async function broken(client: Client): Promise<string[]> {
  const words: string[] = []
  const query =
    "WorkflowType = 'rental' AND ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut', 'Canceled')"
  for await (const { workflowId, runId, status } of client.workflow.list({ query })) {
    const failure = await client.workflow
      .getHandle(workflowId, runId)
      .result()
      .catch((error: unknown) => error)
    words.push(`${workflowId} ${status.name}: ${chainOf(failure)}`)
  }
  return words
}

/** "Workflow execution failed < Activity task failed < the provider's words". */
function chainOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message} < ${chainOf(error.cause)}`
}
