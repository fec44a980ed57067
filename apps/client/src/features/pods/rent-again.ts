import type { RentalView } from '@berth/contract/schemas/rentals'
import type { RouteLocationRaw } from 'vue-router'

/** Where the same is rented again: the panel finds out which offer there is for it now. */
export const rentAgain = ({ id, offerId }: Pick<RentalView, 'id' | 'offerId'>): RouteLocationRaw => ({
  name: 'rent',
  params: { offerId },
  query: { again: id },
})
