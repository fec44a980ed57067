import type { Offer } from '@berth/contract/offer'
import type { ListedOffer } from './listed-offer.ts'

/**
 * Which offers of aggregators are on sale natively too: for each, the offers of the same cloud's own account for the same
 * board, count, country and kind of price. Through the aggregator it would be the same machine with one more party between
 * us and it, so the market shows it only while none of these can be had. Without a country nobody can tell, and it stays.
 */
export function nativeTwins(
  listings: readonly ListedOffer[],
): ReadonlyMap<ListedOffer, readonly ListedOffer[]> {
  const natives = new Map<string, ListedOffer[]>()
  for (const listed of listings) {
    const { offer } = listed
    const machine = offer.aggregator ? null : machineOf(offer, offer.provider)
    if (machine === null) continue
    const same = natives.get(machine)
    if (same) same.push(listed)
    else natives.set(machine, [listed])
  }
  const twins = new Map<ListedOffer, readonly ListedOffer[]>()
  for (const listed of listings) {
    const { offer } = listed
    const machine = offer.aggregator && offer.soldFor !== null ? machineOf(offer, offer.soldFor) : null
    const same = machine === null ? undefined : natives.get(machine)
    if (same) twins.set(listed, same)
  }
  return twins
}

const machineOf = ({ gpu, gpuCount, region, spot }: Offer, cloud: string): string | null =>
  region.country === null ? null : [cloud, gpu.key, gpuCount, region.country, spot].join(' ')
