import { insertedAt, primary, text } from './columns.ts'
import { table } from './table.ts'

/** A launch that an offer refused although it was listed. */
export interface OfferRefusal {
  account: string
  offerKey: string
  at: Date
  reason: string
}

export const OfferRefusalEntity = table<OfferRefusal>('offer_refusals', {
  columns: { account: primary(text()), offerKey: primary(text()), at: primary(insertedAt()), reason: text() },
  indices: [{ on: ['at'] }],
})
