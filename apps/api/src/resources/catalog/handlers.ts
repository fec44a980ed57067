import { endpoints } from '@berth/contract/endpoints'
import { implement } from '../../http/implement.ts'
import { problem } from '../../http/problem.ts'
import type { Market } from './market.ts'

export const createCatalogRoutes = ({ market }: { market: Market }) =>
  implement(endpoints.catalog)({
    listings: ({ query }) => market.query(query),
    facets: ({ query }) => market.facets(query),
    offer: async ({ params }) => {
      const offer = await market.find(params.id)
      if (!offer)
        throw problem(
          'not_found',
          'This offer is not on the market any more. Search again for what can be had now.',
        )
      return offer
    },
  })
