import { endpoints } from '@berth/contract/endpoints'
import { implement } from '../../http/implement.ts'
import type { Market } from './market.ts'
import { notListed } from './off-market.ts'

export const createCatalogRoutes = ({ market }: { market: Market }) =>
  implement(endpoints.catalog)({
    listings: ({ query }) => market.query(query),
    facets: ({ query }) => market.facets(query),
    offer: async ({ params }) => {
      const offer = await market.find(params.id)
      if (!offer) throw notListed(await market.offMarket(params.id))
      return offer
    },
  })
