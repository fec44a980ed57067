import express, { type Response, type Router } from 'express'
import { faultedRequest } from '../kit/fault-middleware.ts'
import type { Actions, Outcome } from './actions.ts'
import { apiError, invalid, sendError } from './api-error.ts'
import type { VerdaInstance } from './instance.ts'
import type { Instances } from './instances.ts'
import { renderInstance } from './render-instance.ts'
import { type ActionRequest, actionSchema, createInstanceSchema, parseRequest } from './requests.ts'

interface InstanceRoutesDeps {
  readonly instances: Instances
  readonly actions: Actions
  /** The address machines are reached at. */
  readonly host: string
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** `/instances` as the vendor's clients speak it. */
export function createInstanceRoutes({ instances, actions, host }: InstanceRoutesDeps): Router {
  const router = express.Router()
  const render = (instance: VerdaInstance): Record<string, unknown> => renderInstance(instance, host)

  router.get('/instances', (request, response) => {
    const { status } = request.query
    const wanted = instances.list().filter((instance) => (status ?? instance.status) === instance.status)
    response.json(wanted.map(render))
  })

  router.get('/instances/:id', (request, response) => {
    const { id } = request.params
    const instance = instances.get(id)
    if (instance !== undefined) response.json(render(instance))
    else if (UUID.test(id)) sendError(response, apiError(404, 'Instance not found'))
    else sendError(response, invalid('Invalid instance id'))
  })

  // The id of a new instance is plain text.
  router.post('/instances', (request, response) => {
    const body = parseRequest(createInstanceSchema, request.body)
    const created = body.ok ? instances.create(body.value, faultedRequest(request)) : body
    if (created.ok) response.status(202).type('text/plain').send(created.instance.id)
    else sendError(response, created.error)
  })

  router.put('/instances', (request, response) => {
    const body = parseRequest(actionSchema, request.body)
    if (body.ok) sendOutcomes(response, body.value, actions.run(body.value, faultedRequest(request)))
    else sendError(response, body.error)
  })

  return router
}

/** 202 where all went well, 207 where some did, and the error itself where none did. */
function sendOutcomes(response: Response, { action }: ActionRequest, outcomes: readonly Outcome[]): void {
  const refused = outcomes.filter((outcome) => !outcome.ok)
  const [first] = refused
  if (first !== undefined && refused.length === outcomes.length && first.within207 !== true) {
    sendError(response, first.error)
    return
  }
  const results = outcomes.map((outcome) => ({
    action,
    instanceId: outcome.id,
    ...(outcome.ok
      ? { status: 'success' }
      : { status: 'error', error: outcome.error.message, statusCode: outcome.error.status }),
  }))
  response.status(refused.length === 0 ? 202 : 207).json(results)
}
