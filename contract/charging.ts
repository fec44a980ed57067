/** How a running pod turns into money (docs/rfc/07-charging-strategies.md). Zod-free: entities and workflows share it. */
export const CHARGING_STRATEGIES = ['hold', 'tick', 'block', 'term'] as const
export type ChargingStrategy = (typeof CHARGING_STRATEGIES)[number]

/** From this second of the pod's life on, so much of the unused paid seconds comes back at an early stop. */
export interface EarlyStopStep {
  fromSeconds: number
  /** 0 to 100. */
  refundPercent: number
}

interface Modifiers {
  /** The first so many seconds are charged at the start, used or not. */
  minimumSeconds?: number | undefined
  /** Seconds that a pod may live on, at our expense, once its money has run out. */
  graceSeconds?: number | undefined
}

/**
 * `hold`: minutes ahead are set aside, what is used is charged. `tick`: what was used is charged, nothing is set aside.
 * `block`: bought a block at a time. `term`: the whole length is paid at the start. None changes the price of a second.
 */
export type ChargingTerms = Modifiers &
  (
    | { strategy: 'hold' }
    | { strategy: 'tick' }
    | { strategy: 'block'; blockSeconds: number; unused: 'pro_rata' | 'none' }
    | { strategy: 'term'; earlyStop: EarlyStopStep[] }
  )

export const DEFAULT_CHARGING: ChargingTerms = { strategy: 'hold' }

/** Which terms a launch gets: those agreed with the account, else those of the offer, else the hold. */
export const chargingFor = (account: ChargingTerms | null, offer: ChargingTerms | null): ChargingTerms =>
  account ?? offer ?? DEFAULT_CHARGING
