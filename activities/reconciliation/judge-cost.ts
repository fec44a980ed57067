import type { CostDeviation } from '@berth/contract/reconciliation'
import type { CostEstimate } from '../provisioning/estimate-cost.ts'

/** Five cents, or two per cent where that is more: within it providers may round and clocks may differ. */
const TOLERANCE_MICROS = 50_000n
const TOLERANCE_PER_CENT = 2n

/** Whether a bill is one that our own record of the pod can not explain; null where it can. */
export function deviationOf(bill: bigint, { most, least }: CostEstimate): CostDeviation | null {
  if (bill > most + toleranceOf(most)) return 'above'
  if (bill < least - toleranceOf(least)) return 'below'
  return null
}

/** Nothing at all for a pod that was surely used is no bill: providers write theirs later. */
export const isNoBillYet = (bill: bigint, { least }: CostEstimate): boolean =>
  bill === 0n && least > toleranceOf(least)

function toleranceOf(amount: bigint): bigint {
  const share = (amount * TOLERANCE_PER_CENT) / 100n
  return share > TOLERANCE_MICROS ? share : TOLERANCE_MICROS
}
