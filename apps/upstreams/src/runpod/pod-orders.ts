import type { EmulatorClock } from '../kit/clock.ts'
import type { FaultedRequest, Faults } from '../kit/faults.ts'
import { NO_CAPACITY } from './placement.ts'
import type { Pod, RunPodFault } from './pod.ts'
import type { Problem } from './problem.ts'

/** Like lack of capacity, it has no code of its own. */
const QUOTA: Problem = { status: 400, detail: 'the spend limit of this account is reached' }

/** The refusal a standing order wants for this create, if any. */
export function orderedRefusal(faults: Faults<RunPodFault>, request: FaultedRequest): Problem | null {
  if (faults.take('no_capacity', request)) return NO_CAPACITY
  if (faults.take('insufficient_balance', request)) return { status: 402, detail: 'insufficient balance' }
  if (faults.take('quota_exceeded', request)) return QUOTA
  if (faults.take('forbidden', request)) return { status: 403, detail: 'access denied' }
  return null
}

/** Marks a pod about to be created with what standing orders want of it. */
export function applyOrders(pod: Pod, { faults, request, clock }: ApplyOrders): void {
  pod.stuckProvisioning = faults.take('stuck_provisioning', request) !== null
  pod.withoutRuntime = faults.take('running_without_runtime', request) !== null
  pod.bootError = faults.take('boot_error', request) !== null
  pod.sshNever = faults.take('ssh_never', request) !== null
  pod.wrongGpu = faults.take('wrong_gpu', request)
  const hiddenMs = faults.take('invisible', request)?.ms
  pod.hiddenUntilMs = hiddenMs === undefined ? null : clock.nowMs() + hiddenMs
}

interface ApplyOrders {
  readonly faults: Faults<RunPodFault>
  readonly request: FaultedRequest
  readonly clock: EmulatorClock
}
