import express, { type Router } from 'express'
import { faultedRequest } from '../kit/fault-middleware.ts'
import { invalidArgs, sendError } from './api-error.ts'
import { microsOf } from './dollars.ts'
import type { VastInstance } from './instance.ts'
import type { InstanceLife } from './instance-life.ts'
import type { Instances } from './instances.ts'
import { pageOf } from './pages.ts'
import { renderInstance } from './render-instance.ts'
import { bidSchema, jsonParameter, manageSchema, parseBody } from './requests.ts'
import { filtersSchema, passes } from './search.ts'
import { createWithInstance } from './with-instance.ts'

interface InstanceRoutesDeps {
  readonly instances: Instances
  readonly life: InstanceLife
  /** The address machines are reached at. */
  readonly host: string
}

/** `/instances` of the vendor document: one by one in v0, keyset pages in v1. */
export function createInstanceRoutes({ instances, life, host }: InstanceRoutesDeps): Router {
  const router = express.Router()
  const withInstance = createWithInstance(instances)
  const render = (instance: VastInstance): Record<string, unknown> => renderInstance(instance, host)

  router.get('/api/v1/instances', (request, response) => {
    const filters = filtersSchema.safeParse(jsonParameter(request.query['select_filters']))
    const found = filters.success
      ? instances
          .list()
          .map(render)
          .filter((row) => passes(row, filters.data))
      : null
    const page = found && pageOf(found, request.query)
    if (page) response.json(page)
    else response.status(400).json({ error: 'invalid_request', msg: 'Error in query parameters' })
  })

  // Why null and 200: that is how Vast says that an instance is gone.
  router.get('/api/v0/instances/:id', (request, response) => {
    const instance = instances.get(Number(request.params.id))
    response.json({ instances: instance === undefined ? null : render(instance) })
  })

  router.put('/api/v0/instances/bid_price/:id', (request, response) =>
    withInstance(request, response, (instance) => {
      const body = parseBody(bidSchema, request.body)
      if (!body.ok) sendError(response, body.error)
      else if (!instance.isBid) sendError(response, invalidArgs('not an interruptible instance'))
      else {
        life.reprice(instance, microsOf(body.value.price))
        response.json({ success: true })
      }
    }),
  )

  router.put('/api/v0/instances/:id', (request, response) =>
    withInstance(request, response, (instance) => {
      const body = parseBody(manageSchema, request.body)
      if (!body.ok) {
        sendError(response, body.error)
        return
      }
      const { state, label } = body.value
      if (label !== undefined) life.label(instance, label)
      if (state === 'stopped') instances.stop(instance)
      if (state === 'running') instances.start(instance, faultedRequest(request))
      response.json({ success: true })
    }),
  )

  router.delete('/api/v0/instances/:id', (request, response) =>
    withInstance(request, response, (instance) => {
      life.destroy(instance)
      response.json({ success: true, msg: 'Instance destroyed successfully' })
    }),
  )

  return router
}
