import express, { type Response, type Router } from 'express'
import { faultedRequest } from '../kit/fault-middleware.ts'
import { API_ERRORS, sendError } from './api-error.ts'
import type { LambdaInstance } from './instance.ts'
import type { Instances } from './instances.ts'
import { renderInstance } from './render-instance.ts'
import { instanceIdsSchema, launchSchema, parseBody, renameSchema } from './requests.ts'

interface InstanceRoutesDeps {
  readonly instances: Instances
  /** The address machines are reached at. */
  readonly host: string
}

/** `/instances` and `/instance-operations` of the vendor document. */
export function createInstanceRoutes({ instances, host }: InstanceRoutesDeps): Router {
  const router = express.Router()
  const render = (instance: LambdaInstance): Record<string, unknown> => renderInstance(instance, host)

  router.get('/instances', (_request, response) => {
    response.json({ data: instances.list().map(render) })
  })

  router.get('/instances/:id', (request, response) => {
    const instance = instances.get(request.params.id)
    if (instance === undefined) sendError(response, API_ERRORS.noSuchInstance)
    else response.json({ data: render(instance) })
  })

  router.post('/instances/:id', (request, response) => {
    const instance = instances.get(request.params.id)
    const body = parseBody(renameSchema, request.body)
    if (instance === undefined) sendError(response, API_ERRORS.noSuchInstance)
    else if (!body.ok) sendError(response, body.error)
    else {
      instances.rename(instance, body.value.name)
      response.json({ data: render(instance) })
    }
  })

  router.post('/instance-operations/launch', (request, response) => {
    const body = parseBody(launchSchema, request.body)
    const launched = body.ok ? instances.launch(body.value, faultedRequest(request)) : body
    if (launched.ok) response.json({ data: { instance_ids: [launched.instance.id] } })
    else sendError(response, launched.error)
  })

  router.post('/instance-operations/terminate', (request, response) =>
    withAll(request.body, response, (all) => {
      for (const instance of all) instances.terminate(instance, faultedRequest(request))
      response.json({ data: { terminated_instances: all.map(render) } })
    }),
  )

  router.post('/instance-operations/restart', (request, response) =>
    withAll(request.body, response, (all) => {
      for (const instance of all) instances.restart(instance)
      response.json({ data: { restarted_instances: all.map(render) } })
    }),
  )

  /** All or none: one id that does not exist refuses the whole call. */
  function withAll(body: unknown, response: Response, act: (all: readonly LambdaInstance[]) => void): void {
    const parsed = parseBody(instanceIdsSchema, body)
    if (!parsed.ok) {
      sendError(response, parsed.error)
      return
    }
    const found = parsed.value.instance_ids.map((id) => instances.get(id))
    const all = found.filter((instance) => instance !== undefined)
    if (all.length < found.length) sendError(response, API_ERRORS.noSuchInstance)
    else act(all)
  }

  return router
}
