import type { EndReason } from '@berth/contract/rental-status'
import type { Deeds } from '../drive.ts'
import { RICH_MICROS } from '../renters.ts'
import type { Case, Evidence } from './evidence.ts'

/** Every rental has ended, for a reason that something which was really done accounts for; Temporal has let go of it too. */
export function checkRentals({ cases, openWorkflows, brokenWorkflows, deeds }: Evidence): string[] {
  const problems = cases.flatMap((one) => {
    const { id, phase, endReason, endDetail } = one.rental
    if (phase !== 'ended') return [`${id} has not ended: it is ${phase}, for ${endReason ?? 'no reason'}`]
    if (endReason === null) return [`${id} has ended for no reason`]
    return isExplained(one, endReason, deeds)
      ? []
      : [`${id} ended as ${endReason} (${endDetail ?? 'no detail'}), which nothing that was done explains`]
  })
  if (openWorkflows > 0) problems.push(`${openWorkflows} workflows of rentals still run`)
  return [...problems, ...brokenWorkflows]
}

type Explains = (one: Case, deeds: Deeds) => boolean

const poor: Explains = ({ rental }, { renters }) => (renters.paidIn.get(rental.walletId) ?? 0n) < RICH_MICROS
const unlaunched: Explains = ({ rental, attempts }) =>
  rental.endDetail !== null && attempts.every(({ outcome }) => outcome?.outcome !== 'ready')

const EXPLAINS: Record<EndReason, Explains> = {
  stopped_by_user: ({ rental }) => rental.stopRequestedAt !== null,
  ended_by_operator: ({ rental }, { forced }) => forced.has(rental.id),
  interrupted: ({ pods }, { taken }) => pods.some(({ instanceId }) => taken.has(instanceId)),
  term_reached: ({ rental }) => rental.durationSeconds !== null,
  budget_reached: ({ rental }) => rental.spendLimitMicros !== null,
  wallet_depleted: poor,
  // Nobody in the chaos run sets a spend limit.
  wallet_limit_reached: () => false,
  insufficient_balance: poor,
  no_capacity: unlaunched,
  failed: unlaunched,
}

const isExplained = (one: Case, reason: EndReason, deeds: Deeds): boolean => EXPLAINS[reason](one, deeds)
