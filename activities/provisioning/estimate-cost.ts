import { costAfter, micros, ZERO, type Micros } from '@berth/contract/money'
import type { BilledTime } from '../providers/port.ts'
import type { LivedPod } from './lived-pods.ts'

/** What a pod can have cost at the most, and what it must have cost at the least. */
export interface CostEstimate {
  most: Micros
  least: Micros
}

/** For providers of which we know nothing else. */
const BY_THE_SECOND: BilledTime = { incrementSeconds: 1, leastSeconds: 0 }

/**
 * At most: the whole life by the provider's rules of billing, rounded up to the micro-dollar, so that it never says too
 * little. At least: the seconds of use by the plain price; nothing while the pod lives, whose bill may come late.
 */
export function estimateCost(pod: LivedPod, billed: BilledTime = BY_THE_SECOND): CostEstimate {
  const price = BigInt(pod.upstreamMicrosPerHour)
  const lived = Math.ceil(secondsBetween(pod.orderedAt, pod.goneAt ?? pod.now))
  const seconds = BigInt(billedSeconds(lived, billed))
  return {
    most: micros((price * seconds + 3599n) / 3600n),
    least:
      pod.usableAt === null || pod.goneAt === null
        ? ZERO
        : costAfter(price, Math.floor(secondsBetween(pod.usableAt, pod.usedUntil))),
  }
}

/** What of so many seconds stands on the bill. */
function billedSeconds(seconds: number, { incrementSeconds, leastSeconds }: BilledTime): number {
  if (seconds === 0) return 0
  return Math.max(Math.ceil(seconds / incrementSeconds) * incrementSeconds, leastSeconds)
}

const secondsBetween = (from: Date, to: Date): number => Math.max((to.getTime() - from.getTime()) / 1000, 0)
