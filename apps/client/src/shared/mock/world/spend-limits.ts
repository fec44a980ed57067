import { formatUsd } from '@berth/contract/money'
import type { RentalPreview } from '@berth/contract/schemas/rentals'
import { refuse } from './refuse.ts'
import { spendLimitsOf } from './runway.ts'
import { burnOf } from './wallet.ts'
import type { World } from './world.ts'

/** The limit that stands against one more pod, as a launch would judge it. */
export function limitAgainst(
  world: World,
  { price, firstHold }: { price: bigint; firstHold: bigint },
): RentalPreview['limitReached'] {
  const { perHourMicros, perDayMicros, spentTodayMicros } = spendLimitsOf(world)
  if (perHourMicros !== null && burnOf(world) + price > BigInt(perHourMicros)) return 'burn_limit'
  const spoken = BigInt(spentTodayMicros + world.state.wallet.heldMicros)
  return perDayMicros !== null && spoken + firstHold > BigInt(perDayMicros) ? 'day_limit' : null
}

export function requireLimits(world: World, launch: { price: bigint; firstHold: bigint }): void {
  const against = limitAgainst(world, launch)
  if (against === null) return
  const { perHourMicros, perDayMicros } = world.state.limits
  throw refuse(
    'spend_limit_reached',
    against === 'burn_limit'
      ? `With this pod yours would cost more than the ${formatUsd(perHourMicros ?? 0)} an hour that you allow. Nothing was charged.`
      : `Your limit of ${formatUsd(perDayMicros ?? 0)} leaves too little for today. Nothing was charged.`,
  )
}
