import { priceWithDisk, type Offer } from '@berth/contract/offer'
import { problem } from '../../http/problem.ts'

/** The disk of a rental and its all-in price: the offer's own disk is included, every GiB beyond it costs extra. */
export interface RentalPrice {
  diskGib: number
  priceMicrosPerHour: number
}

/** Throws `invalid_request` where the offer has no room for the disk. */
export function rentalPrice(offer: Offer, wishedGib: number | undefined): RentalPrice {
  const diskGib = wishedGib ?? Math.max(offer.disk.includedGib, 1)
  if (wishedGib !== undefined && wishedGib > offer.disk.maxGib) {
    const detail = `This offer has room for ${offer.disk.maxGib} GiB of disk at most.`
    throw problem('invalid_request', detail, { errors: [{ pointer: '/diskGib', detail }] })
  }
  return { diskGib, priceMicrosPerHour: priceWithDisk(offer, diskGib) }
}
