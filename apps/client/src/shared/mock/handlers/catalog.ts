import type { MockGroup } from '../mock-handlers.ts'
import { refuse } from '../world/refuse.ts'
import { refuseIfClosed } from '../world/rent.ts'
import { countFacets, openOffers, searchMarket } from '../world/search-market.ts'

export const catalogHandlers: MockGroup<'catalog'> = {
  listings: ({ world, query }) => searchMarket(world, query),
  facets: ({ world, query }) => countFacets(world, query),
  offer: ({ world, params }) => {
    const offer = openOffers(world).find(({ id }) => id === params.id)
    if (offer) return offer
    refuseIfClosed(world, params.id)
    throw refuse(
      'not_found',
      'This offer is not on the market any more. Search again for what can be had now.',
    )
  },
}
