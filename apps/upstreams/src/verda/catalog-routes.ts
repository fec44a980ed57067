import express, { type Router } from 'express'
import { sendError } from './api-error.ts'
import { INSTANCE_TYPES, renderInstanceType } from './instance-types.ts'
import type { Inventory } from './inventory.ts'
import { LOCATIONS } from './locations.ts'
import { availabilityQuerySchema, parseRequest } from './requests.ts'
import { NVME_DOLLARS_PER_GB_MONTH, type Volumes } from './volumes.ts'

interface CatalogRoutesDeps {
  readonly inventory: Inventory
  readonly volumes: Volumes
}

const VOLUME_TYPES = [
  { type: 'NVMe', price: NVME_DOLLARS_PER_GB_MONTH },
  { type: 'HDD', price: 0.05 },
].map(({ type, price }) => ({
  type,
  price: { price_per_month_per_gb: price, cps_per_gb: price / 730 / 3600, currency: 'usd' },
  is_shared_fs: false,
  burst_bandwidth: 2000,
  continuous_bandwidth: 2000,
  iops: '100k',
}))

/** What can be had, where, and for how much; and the account's balance and volumes. */
export function createCatalogRoutes({ inventory, volumes }: CatalogRoutesDeps): Router {
  const router = express.Router()
  router.get(
    '/instance-types',
    (_request, response) => void response.json(INSTANCE_TYPES.map(renderInstanceType)),
  )
  router.get('/locations', (_request, response) => void response.json(LOCATIONS))
  router.get('/volume-types', (_request, response) => void response.json(VOLUME_TYPES))
  router.get('/volumes', (_request, response) => void response.json(volumes.list()))
  router.get('/balance', (_request, response) => void response.json({ amount: 5_000, currency: 'usd' }))

  router.get('/instance-availability', (request, response) => {
    const query = parseRequest(availabilityQuerySchema, request.query)
    if (!query.ok) {
      sendError(response, query.error)
      return
    }
    const { is_spot, location_code } = query.value
    response.json(
      LOCATIONS.filter(({ code }) => (location_code ?? code) === code).map(({ code }) => ({
        location_code: code,
        availabilities: inventory.availableIn(code, is_spot),
      })),
    )
  })

  // A bare true or false.
  router.get('/instance-availability/:instanceType', (request, response) => {
    const query = parseRequest(availabilityQuerySchema, request.query)
    if (!query.ok) {
      sendError(response, query.error)
      return
    }
    const { is_spot, location_code } = query.value
    const places = LOCATIONS.map(({ code }) => code).filter((code) => (location_code ?? code) === code)
    const { instanceType } = request.params
    response.json(places.some((location) => inventory.free({ instanceType, location, isSpot: is_spot }) > 0))
  })

  return router
}
