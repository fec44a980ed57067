import { assertNever } from '@berth/contract/errors'
import { costAfter, toWire } from '@berth/contract/money'
import type { NewRental, RentalPreview } from '@berth/contract/schemas/rentals'
import type { DataSource } from 'typeorm'
import { launchOutlook } from '../billing/launch-outlook.ts'
import { loadOffer } from './load-offer.ts'
import { rentalPrice } from './rental-price.ts'

const DAY_SECONDS = 86_400

type Wish = Pick<NewRental, 'offerId' | 'duration' | 'diskGib'>

/** What a rental would cost and how long the wallet would last with it; reserves nothing. */
export async function previewRental(
  dataSource: DataSource,
  userId: string,
  wish: Wish,
): Promise<RentalPreview> {
  const { offer, teardownSeconds, charging } = await loadOffer(dataSource, wish.offerId)
  const { priceMicrosPerHour } = rentalPrice(offer, wish.diskGib)
  const outlook = await launchOutlook(dataSource, {
    userId,
    priceMicrosPerHour,
    teardownSeconds,
    charging,
    duration: wish.duration,
  })
  const missing = outlook.firstHold + outlook.receivable - outlook.available
  return {
    priceMicrosPerHour,
    pricePerDayMicros: toWire(costAfter(BigInt(priceMicrosPerHour), DAY_SECONDS)),
    upstreamMicrosPerHour: offer.upstreamMicrosPerHour,
    firstHoldMicros: toWire(outlook.firstHold),
    availableMicros: toWire(outlook.available),
    shortfallMicros: toWire(missing > 0n ? missing : 0n),
    runwaySeconds: outlook.runwayWithItSeconds,
    totalMicros: totalOf(wish.duration, priceMicrosPerHour),
    charging: outlook.charging,
    limitReached:
      outlook.refusal === 'burn_limit' || outlook.refusal === 'day_limit' ? outlook.refusal : null,
  }
}

function totalOf(duration: NewRental['duration'], priceMicrosPerHour: number): number | null {
  switch (duration.kind) {
    case 'until_stopped':
      return null
    case 'for':
      return toWire(costAfter(BigInt(priceMicrosPerHour), duration.seconds))
    case 'budget':
      return duration.spendLimitMicros
    default:
      return assertNever(duration)
  }
}
