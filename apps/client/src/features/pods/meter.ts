import { costAfter } from '@berth/contract/money'
import type { RentalView } from '@berth/contract/schemas/rentals'

/** What the ticking figure needs of a rental. */
export type Metered = Pick<RentalView, 'meter' | 'stopRequestedAt' | 'spendLimitMicros'>

/**
 * Billed seconds at `nowMs` of the server's clock: what is settled, and since then the whole seconds up to the
 * earliest of now, the end of the funded time and the moment a stop was asked for.
 */
export function meteredSeconds({ meter, stopRequestedAt }: Metered, nowMs: number): number {
  if (meter.startedAt === null || meter.endedAt !== null) return meter.billedSeconds
  const from = Date.parse(meter.chargedUntil ?? meter.startedAt)
  const bounds = [meter.fundedUntil, stopRequestedAt].flatMap((at) => (at === null ? [] : [Date.parse(at)]))
  const until = Math.min(nowMs, ...bounds)
  return meter.billedSeconds + Math.max(0, Math.floor((until - from) / 1000))
}

/** The cost at `nowMs`, by the same cumulative formula as the server's; never more than the budget. */
export function costSoFar(rental: Metered, nowMs: number): bigint {
  const { meter, spendLimitMicros } = rental
  const charged = BigInt(meter.chargedMicros)
  const seconds = meteredSeconds(rental, nowMs)
  if (seconds === meter.billedSeconds) return charged
  const price = BigInt(meter.priceMicrosPerHour)
  const cost = charged + costAfter(price, seconds) - costAfter(price, meter.billedSeconds)
  return spendLimitMicros !== null && cost > BigInt(spendLimitMicros) ? BigInt(spendLimitMicros) : cost
}

/** Of the held money, what would come back if the pod stopped now. */
export function returnedOnStop(rental: Metered, nowMs: number): bigint {
  const unsettled = costSoFar(rental, nowMs) - BigInt(rental.meter.chargedMicros)
  const rest = BigInt(rental.meter.heldMicros) - unsettled
  return rest > 0n ? rest : 0n
}
