import express, { type Request, type Response, type Router } from 'express'
import { faultedRequest } from '../kit/fault-middleware.ts'
import { API_ERRORS, sendError } from './api-error.ts'
import type { Droplet } from './droplet.ts'
import type { Droplets } from './droplets.ts'
import { withListQuery } from './list-query.ts'
import { renderPage } from './pages.ts'
import { renderAction, renderDroplet } from './render-droplet.ts'
import { actionSchema } from './requests.ts'

interface DropletRoutesDeps {
  readonly droplets: Droplets
  /** The address droplets are reached at. */
  readonly host: string
}

/** `/droplets` of the vendor document. */
export function createDropletRoutes({ droplets, host }: DropletRoutesDeps): Router {
  const router = express.Router()

  router.get('/droplets', (request, response) =>
    withListQuery(request, response, ({ page, per_page: perPage, type, name, tag_name: tag }) => {
      // Why empty: every droplet here has a GPU, and by default only those without are listed.
      const listed = type === 'gpus' ? droplets.list() : []
      const items = listed
        .filter((droplet) => name === undefined || droplet.name.toLowerCase() === name.toLowerCase())
        .filter(({ tags }) => tag === undefined || tags.includes(tag))
        .map((droplet) => renderDroplet(droplet, host))
      response.json(renderPage({ name: 'droplets', items, page, perPage, path: '/v2/droplets' }))
    }),
  )

  router.post('/droplets', (request, response) => {
    const answer = droplets.create(request.body, faultedRequest(request))
    if (!answer.ok) {
      sendError(response, answer.error)
      return
    }
    const { droplet } = answer
    const href = `https://api.digitalocean.com/v2/actions/${droplet.lastAction?.id}`
    const links = { actions: [{ id: droplet.lastAction?.id, rel: 'create', href }] }
    response.status(202).json({ droplet: renderDroplet(droplet, host), links })
  })

  router.get('/droplets/:id', (request, response) =>
    withDroplet(request, response, (droplet) => {
      response.json({ droplet: renderDroplet(droplet, host) })
    }),
  )

  router.delete('/droplets/:id', (request, response) =>
    withDroplet(request, response, (droplet) => {
      droplets.destroy(droplet, faultedRequest(request))
      response.status(204).end()
    }),
  )

  router.get('/droplets/:id/actions', (request, response) =>
    withDroplet(request, response, (droplet) => {
      const items = [renderAction(droplet)].filter((action) => action !== null)
      const path = `/v2/droplets/${droplet.id}/actions`
      response.json(renderPage({ name: 'actions', items, page: 1, perPage: 20, path }))
    }),
  )

  router.post('/droplets/:id/actions', (request, response) =>
    withDroplet(request, response, (droplet) => {
      const order = actionSchema.safeParse(request.body)
      if (!order.success) {
        sendError(response, { status: 422, message: 'The action type is not valid.' })
        return
      }
      const answer = droplets.act(droplet, order.data.type)
      if (answer.ok) response.status(201).json({ action: renderAction(droplet) })
      else sendError(response, answer.error)
    }),
  )

  function withDroplet(
    request: Request<{ id: string }>,
    response: Response,
    use: (droplet: Droplet) => void,
  ): void {
    const droplet = droplets.get(request.params.id)
    if (droplet === undefined) sendError(response, API_ERRORS.notFound)
    else use(droplet)
  }

  return router
}
