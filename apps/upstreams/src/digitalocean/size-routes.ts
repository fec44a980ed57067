import express, { type Router } from 'express'
import type { Inventory } from './inventory.ts'
import { withListQuery } from './list-query.ts'
import { renderPage } from './pages.ts'
import { renderSize, SIZES } from './sizes.ts'

/** `/sizes` of the vendor document: where there is no stock, the region is not listed. */
export function createSizeRoutes({ inventory }: { inventory: Inventory }): Router {
  const router = express.Router()
  router.get('/sizes', (request, response) =>
    withListQuery(request, response, ({ page, per_page: perPage }) => {
      const items = SIZES.map((size) => {
        const regions = size.regions.filter((region) => inventory.free({ size: size.slug, region }) > 0)
        return renderSize(size, regions)
      })
      response.json(renderPage({ name: 'sizes', items, page, perPage, path: '/v2/sizes' }))
    }),
  )
  return router
}
