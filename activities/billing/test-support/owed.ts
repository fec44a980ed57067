import type { ChargingTerms } from '@berth/contract/charging'

/** What so many seconds are worth: by the hour, and the rest of an hour by the second, rounded down. */
export function worth(priceMicros: bigint, seconds: number): bigint {
  const hours = BigInt(Math.floor(seconds / 3600))
  const rest = BigInt(seconds % 3600)
  const exact = priceMicros * rest
  return priceMicros * hours + (exact - (exact % 3600n)) / 3600n
}

interface Life {
  lived: number
  /** Where its term or budget ends it, in seconds; Infinity where nothing does. */
  cap: number
  /** The end was not the renter's doing. */
  ourFault: boolean
}

/** The auditor's own reading of the RFC: the seconds that a pod owes which lived so long, were there money for all of it. */
export function owedSeconds(charging: ChargingTerms, { lived, cap, ourFault }: Life): number {
  const within = Math.min(lived, cap)
  if (ourFault) return within
  const minimum = Math.min(charging.minimumSeconds ?? 0, cap)
  return Math.max(minimum, lived >= cap ? cap : boughtSeconds(charging, within, cap))
}

/** Begun blocks whole, less what of them comes back. */
function boughtSeconds(charging: ChargingTerms, lived: number, cap: number): number {
  switch (charging.strategy) {
    case 'hold':
    case 'tick':
      return lived
    case 'block': {
      if (charging.unused === 'pro_rata') return lived
      let bought = charging.blockSeconds
      while (bought < lived) bought += charging.blockSeconds
      return Math.min(bought, cap)
    }
    case 'term': {
      const step = charging.earlyStop.filter(({ fromSeconds }) => fromSeconds <= lived).at(-1)
      return cap - Math.floor(((cap - lived) * (step?.refundPercent ?? 0)) / 100)
    }
  }
}

/** The most that may ever have been charged by now: what is bought ahead is bought for a while, not for ever. */
export function mostSeconds(
  charging: ChargingTerms,
  { elapsed, cap, teardown }: { elapsed: number; cap: number; teardown: number },
): number {
  const minimum = charging.minimumSeconds ?? 0
  switch (charging.strategy) {
    case 'hold':
    case 'tick':
      return Math.max(elapsed, Math.min(minimum, cap))
    case 'block':
      return Math.max(minimum, elapsed + teardown + 15 + charging.blockSeconds)
    case 'term':
      return Math.max(cap, elapsed)
  }
}
