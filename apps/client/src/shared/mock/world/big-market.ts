import { marketOffers } from './market-offers.ts'
import type { MockOffer } from './world.ts'

/** Of the size of a market over many more clouds than there are today. */
const OFFERS = 3000

/** The usual market again and again, in rooms of its regions with other numbers and at other prices; every offer works. */
export function bigMarket(nowMs: number): MockOffer[] {
  const usual = marketOffers(nowMs)
  const rooms = Math.ceil(OFFERS / usual.length)
  return Array.from({ length: rooms }, (_, room) => usual.map((offer) => inRoom(offer, room)))
    .flat()
    .slice(0, OFFERS)
}

function inRoom(offer: MockOffer, room: number): MockOffer {
  if (room === 0) return { ...offer, behaviour: 'works' }
  const dearer = (micros: number): number => micros + Math.round((micros * room) / 100)
  const priceMicrosPerHour = dearer(offer.priceMicrosPerHour)
  return {
    ...offer,
    id: `${offer.id}/room-${room}`,
    region: { ...offer.region, code: `${offer.region.code}-${room}` },
    priceMicrosPerHour,
    pricePerGpuMicrosPerHour: Math.ceil(priceMicrosPerHour / offer.gpuCount),
    upstreamMicrosPerHour: dearer(offer.upstreamMicrosPerHour),
    behaviour: 'works',
  }
}
