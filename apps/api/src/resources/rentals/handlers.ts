import { endpoints } from '@berth/contract/endpoints'
import type { DataSource } from 'typeorm'
import { implement } from '../../http/implement.ts'
import type { Orchestrator } from '../../temporal/orchestrator.ts'
import type { PodGatewayClient } from '../pods/pod-gateway-client.ts'
import { testConnection } from '../pods/test-connection.ts'
import { createRental } from './create-rental.ts'
import { extendRental } from './extend-rental.ts'
import { listEvents } from './list-events.ts'
import { listRentals } from './list-rentals.ts'
import { previewRental } from './preview-rental.ts'
import { readRentalUsage } from './read-rental-usage.ts'
import { renameRental } from './rename-rental.ts'
import type { RentalQueries } from './rental-queries.ts'
import { stopRental } from './stop-rental.ts'

interface RentalRoutesDeps {
  dataSource: DataSource
  orchestrator: Orchestrator
  queries: RentalQueries
  gateway: PodGatewayClient
  secretsKeys: readonly string[]
}

export const createRentalRoutes = (deps: RentalRoutesDeps) => {
  const { dataSource, queries } = deps
  return implement(endpoints.rentals)({
    preview: ({ user, body }) => previewRental(dataSource, user.id, body),
    create: async ({ user, body, claim, request }) => {
      const rentalId = await createRental(deps, { user, wanted: body, claim, log: request.log })
      return queries.detail(user, rentalId)
    },
    list: async ({ user, query }) => {
      const { rentals, nextCursor } = await listRentals(dataSource, user.id, query)
      return { items: await queries.views(rentals), nextCursor }
    },
    get: ({ user, params }) => queries.detail(user, params.id),
    rename: async ({ user, params, body }) => {
      const rental = await queries.find(user, params.id)
      await renameRental(dataSource, rental, body.name)
      return queries.detail(user, rental.id)
    },
    meter: ({ user, params }) => queries.meter(user, params.id),
    usage: async ({ user, params }) => {
      await queries.find(user, params.id)
      return readRentalUsage(dataSource, params.id)
    },
    events: async ({ user, params, query }) => {
      await queries.find(user, params.id)
      return listEvents(dataSource, params.id, query)
    },
    stop: async ({ user, params, request }) => {
      const rental = await queries.find(user, params.id)
      await stopRental(deps, { user, rental, log: request.log })
      return queries.detail(user, rental.id)
    },
    extend: async ({ user, params, body, claim, request }) => {
      const rental = await queries.find(user, params.id)
      await extendRental(deps, { rental, by: body, key: claim.key, log: request.log })
      return queries.detail(user, rental.id)
    },
    testConnection: async ({ user, params }) =>
      testConnection(deps.gateway, (await queries.find(user, params.id)).id),
  })
}
