import type { Micros } from '@berth/contract/money'
import type { UpstreamOffer } from '@berth/contract/offer'
import { amount, insertedAt, integer, json, primary, text } from './columns.ts'
import { table } from './table.ts'

/** The intent to launch, written before the provider is called: what a lost answer is resolved from. */
export interface LaunchAttempt {
  id: string
  rentalId: string
  attempt: number
  /** Written into the provider's name, label or tag. */
  marker: string
  provider: string
  account: string
  offerKey: string
  offer: UpstreamOffer
  /** What the renter pays while this attempt's pod runs. */
  priceMicrosPerHour: Micros
  startedAt: Date
}

export const LaunchAttemptEntity = table<LaunchAttempt>('launch_attempts', {
  columns: {
    id: primary(text()),
    rentalId: text(),
    attempt: integer(),
    marker: text(),
    provider: text(),
    account: text(),
    offerKey: text(),
    offer: json(),
    priceMicrosPerHour: amount(),
    startedAt: insertedAt(),
  },
  uniques: [['rentalId', 'attempt'], ['marker']],
  indices: [{ on: ['account', 'startedAt'] }],
  references: [{ on: 'rentalId', table: 'rentals' }],
})
