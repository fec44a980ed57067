import express, { type Request, type Response, type Router } from 'express'
import { faultedRequest } from '../kit/fault-middleware.ts'
import type { Faults } from '../kit/faults.ts'
import { NOT_FOUND, sendError, sendRefusal } from './api-error.ts'
import { findHost, HOSTS, type HostFacts } from './hosts.ts'
import type { TensorDockFault, TensorDockInstance } from './instance.ts'
import type { InstanceLife } from './instance-life.ts'
import type { InstanceAnswer, Instances } from './instances.ts'
import type { Inventory } from './inventory.ts'
import { renderHost, renderInstance, renderListed, renderLocation } from './render.ts'
import { createInstanceSchema, parseBody } from './requests.ts'

interface RoutesDeps {
  readonly instances: Instances
  readonly inventory: Inventory
  readonly life: InstanceLife
  readonly faults: Faults<TensorDockFault>
  /** The address machines are reached at. */
  readonly host: string
}

/** `/locations` and `/hostnodes`: what the marketplace has now. */
export function createCatalogRoutes({ instances, inventory }: RoutesDeps): Router {
  const router = express.Router()
  const stateOf = (host: HostFacts) => ({
    freeGpus: inventory.free({ hostId: host.id }),
    freePorts: instances.freePorts(host),
  })

  router.get('/hostnodes', (_request, response) => {
    const hosts = HOSTS.map((host) => ({ host, state: stateOf(host) }))
    const open = hosts.filter(({ state }) => state.freeGpus > 0)
    response.json({ data: { hostnodes: open.map(({ host, state }) => renderHost(host, state)) } })
  })

  router.get('/hostnodes/:id', (request, response) => {
    const host = findHost(request.params.id)
    if (host === undefined) sendError(response, { status: 404, error: 'Hostnode not found' })
    else response.json({ data: renderHost(host, stateOf(host)) })
  })

  router.get('/locations', (_request, response) => {
    const ids = [...new Set(HOSTS.map(({ locationId }) => locationId))]
    const locations = ids.map((id) =>
      renderLocation(
        HOSTS.filter(({ locationId }) => locationId === id).map((host) => ({ ...host, ...stateOf(host) })),
      ),
    )
    response.json({ data: { locations } })
  })

  return router
}

/** `/instances` by the vendor's pages. */
export function createInstanceRoutes({ instances, life, faults, host }: RoutesDeps): Router {
  const router = express.Router()

  router.use('/instances', (request, response, next) => {
    const refusal = faults.take('refused_in_200', faultedRequest(request))
    if (refusal === null) next()
    else sendRefusal(response, { error: refusal.error, status: refusal.status })
  })

  router.get('/instances', (request, response) => {
    const listed = instances.list()
    const swapped = faults.take('other_shape', faultedRequest(request)) !== null
    if (swapped) response.json({ data: listed.map((instance) => renderInstance(instance, host)) })
    else response.json({ data: { instances: listed.map(renderListed) } })
  })

  router.get('/instances/:id', (request, response) =>
    withInstance(request, response, (instance) => {
      const body = renderInstance(instance, host)
      const swapped = faults.take('other_shape', faultedRequest(request)) !== null
      response.json(swapped ? { data: body } : body)
    }),
  )

  router.post('/instances', (request, response) => {
    const body = parseBody(createInstanceSchema, request.body)
    const created = body.ok ? instances.create(body.value.data.attributes, faultedRequest(request)) : body
    if (!created.ok) {
      sendRefusal(response, created.error)
      return
    }
    const { id, name, status } = created.instance
    const answer = { type: 'virtualmachine', id, name, status }
    const swapped = faults.take('other_shape', faultedRequest(request)) !== null
    response.json(swapped ? answer : { data: answer })
  })

  router.post('/instances/:id/start', (request, response) =>
    withInstance(request, response, (instance) => sendStatus(response, instances.start(instance))),
  )
  router.post('/instances/:id/stop', (request, response) =>
    withInstance(request, response, (instance) => sendStatus(response, instances.stop(instance))),
  )
  router.delete('/instances/:id', (request, response) =>
    withInstance(request, response, (instance) => {
      life.end(instance)
      response.json({ data: { type: 'success', attributes: { message: 'Instance deleted successfully' } } })
    }),
  )

  function withInstance(
    request: Request<{ id: string }>,
    response: Response,
    use: (instance: TensorDockInstance) => void,
  ): void {
    const instance = instances.get(request.params.id)
    if (instance === undefined) sendError(response, NOT_FOUND)
    else use(instance)
  }

  return router
}

function sendStatus(response: Response, answer: InstanceAnswer): void {
  if (!answer.ok) {
    sendRefusal(response, answer.error)
    return
  }
  const { id, status } = answer.instance
  response.json({ data: { type: 'instance', id, attributes: { status } } })
}
