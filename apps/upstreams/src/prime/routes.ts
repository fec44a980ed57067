import express, { type Request, type Response, type Router } from 'express'
import type { z } from 'zod'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import { faultedRequest } from '../kit/fault-middleware.ts'
import type { Stock } from '../kit/stock.ts'
import { API_ERRORS, sendError } from './api-error.ts'
import { OFFERS, renderOffer } from './offers.ts'
import type { PrimeFault, PrimePod } from './pod.ts'
import { type Pods, type Shelf, shelfOf } from './pods.ts'
import { renderEnded, renderPod } from './render-pod.ts'
import { availabilityQuerySchema, pageQuerySchema, parseBody, sshKeyRequestSchema } from './requests.ts'
import { renderSshKey, type SshKeys } from './ssh-keys.ts'

interface RoutesDeps {
  readonly kit: EmulatorKit<PrimeFault>
  readonly pods: Pods
  readonly stock: Stock<Shelf>
  readonly sshKeys: SshKeys
  readonly host: string
}

/** `/availability`, `/pods` and `/ssh_keys`. */
export function createRoutes(deps: RoutesDeps): Router {
  return express.Router().use(createAvailabilityRoutes(deps), createPodRoutes(deps), createKeyRoutes(deps))
}

function createAvailabilityRoutes({ stock }: RoutesDeps): Router {
  return express.Router().get('/availability/gpus', (request, response) =>
    withQuery(availabilityQuerySchema, request, response, ({ page, page_size: size, ...asked }) => {
      const offers = OFFERS.filter(
        ({ gpuType, gpus }) => (asked.gpu_type ?? gpuType) === gpuType && (asked.gpu_count ?? gpus) === gpus,
      )
      const items = offers
        .slice((page - 1) * size, page * size)
        .map((offer) => renderOffer(offer, stock.free(shelfOf(offer))))
      response.json({ items, totalCount: offers.length })
    }),
  )
}

function createPodRoutes({ kit, pods, host }: RoutesDeps): Router {
  const router = createCollectionRouter('/pods')
  const render = (pod: PrimePod): Record<string, unknown> =>
    renderPod(pod, { host, nowMs: kit.clock.nowMs() })

  router.get('/pods/', (request, response) =>
    withQuery(pageQuerySchema, request, response, ({ offset, limit }) => {
      const all = pods.list()
      const data = all.slice(offset, offset + limit).map(render)
      response.json({ total_count: all.length, offset, limit, data })
    }),
  )

  router.post('/pods/', (request, response) => {
    const created = pods.create(request.body, faultedRequest(request))
    if (created.ok) response.json(render(created.pod))
    else sendError(response, created.error)
  })

  router.get('/pods/history', (request, response) =>
    withQuery(pageQuerySchema, request, response, ({ offset, limit }) => {
      const all = pods.ended()
      const data = all
        .slice(offset, offset + limit)
        .map((pod) => renderEnded(pod, kit.meter.costMicros(pod.id)))
      response.json({ total_count: all.length, offset, limit, data })
    }),
  )

  router.get('/pods/:id', (request, response) =>
    withPod(request, response, (pod) => void response.json(render(pod))),
  )

  router.delete('/pods/:id', (request, response) =>
    withPod(request, response, (pod) => {
      pods.delete(pod, faultedRequest(request))
      response.json({ status: 'TERMINATED' })
    }),
  )

  function withPod(request: Request<{ id: string }>, response: Response, use: (pod: PrimePod) => void): void {
    const pod = pods.get(request.params.id)
    if (pod === undefined) sendError(response, API_ERRORS.noSuchPod)
    else use(pod)
  }

  return router
}

function createKeyRoutes({ sshKeys }: RoutesDeps): Router {
  const router = createCollectionRouter('/ssh_keys')

  router.get('/ssh_keys/', (request, response) =>
    withQuery(pageQuerySchema, request, response, ({ offset, limit }) => {
      const all = sshKeys.list()
      const data = all.slice(offset, offset + limit).map(renderSshKey)
      response.json({ total_count: all.length, offset, limit, data })
    }),
  )

  router.post('/ssh_keys/', (request, response) => {
    const body = parseBody(sshKeyRequestSchema, request.body)
    if (!body.ok) {
      sendError(response, body.error)
      return
    }
    const key = sshKeys.add(body.value)
    if (key === null) sendError(response, { status: 400, detail: 'Invalid SSH public key' })
    else response.json(renderSshKey(key))
  })

  router.delete('/ssh_keys/:id', (request, response) => {
    if (sshKeys.remove(request.params.id)) response.json({ message: 'SSH key deleted' })
    else sendError(response, API_ERRORS.noSuchKey)
  })

  return router
}

/** A collection ends in a slash here; without it, the answer says where it is. */
function createCollectionRouter(collection: string): Router {
  const router = express.Router({ strict: true })
  router.all(collection, (request, response) => {
    const [path, query] = request.originalUrl.split('?')
    response.redirect(307, `${path}/${query === undefined ? '' : `?${query}`}`)
  })
  return router
}

function withQuery<T>(
  schema: z.ZodType<T>,
  request: Request,
  response: Response,
  use: (query: T) => void,
): void {
  const query = parseBody(schema, request.query)
  if (query.ok) use(query.value)
  else sendError(response, query.error)
}
