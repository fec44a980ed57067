import express, { type Request, type Response, type Router } from 'express'
import type { EmulatorClock } from '../kit/clock.ts'
import { faultedRequest } from '../kit/fault-middleware.ts'
import type { Pod } from './pod.ts'
import type { PodAnswer, Pods } from './pods.ts'
import { sendProblem } from './problem.ts'
import { renderPod } from './render-pod.ts'
import { createPodSchema, parseRequest, podActionSchema, updatePodSchema } from './requests.ts'

interface PodRoutesDeps {
  readonly pods: Pods
  readonly clock: EmulatorClock
  /** The address pods are reached at. */
  readonly host: string
}

/** `/pods` of the vendor document. */
export function createPodRoutes({ pods, clock, host }: PodRoutesDeps): Router {
  const router = express.Router()
  const render = (pod: Pod): Record<string, unknown> => renderPod(pod, { nowMs: clock.nowMs(), host })

  function send(response: Response, status: number, answer: PodAnswer): void {
    if (answer.ok) response.status(status).json(render(answer.pod))
    else sendProblem(response, answer.problem)
  }

  router.get('/pods', (_request, response) => {
    response.json({ pods: pods.list().map(render) })
  })

  router.post('/pods', (request, response) => {
    const body = parseRequest(createPodSchema, request.body)
    if (body.ok) send(response, 201, pods.create(body.value, faultedRequest(request)))
    else sendProblem(response, body.problem)
  })

  router.get('/pods/:id', (request, response) =>
    withPod(request, response, (pod) => void response.json(render(pod))),
  )

  router.patch('/pods/:id', (request, response) =>
    withPod(request, response, (pod) => {
      const body = parseRequest(updatePodSchema, request.body)
      if (body.ok) send(response, 200, pods.update(pod, body.value))
      else sendProblem(response, body.problem)
    }),
  )

  router.delete('/pods/:id', (request, response) =>
    withPod(request, response, (pod) => {
      const answer = pods.act(pod, 'terminate', faultedRequest(request))
      if (answer.ok) response.status(204).end()
      else sendProblem(response, answer.problem)
    }),
  )

  router.post('/pods/:id/action', (request, response) =>
    withPod(request, response, (pod) => {
      const body = parseRequest(podActionSchema, request.body)
      if (!body.ok) {
        sendProblem(response, body.problem)
        return
      }
      const answer = pods.act(pod, body.value.action, faultedRequest(request))
      if (answer.ok && body.value.action === 'terminate') response.status(204).end()
      else send(response, 200, answer)
    }),
  )

  function withPod(request: Request<{ id: string }>, response: Response, use: (pod: Pod) => void): void {
    const pod = pods.get(request.params.id)
    if (pod === undefined) sendProblem(response, { status: 404, detail: 'pod not found' })
    else use(pod)
  }

  return router
}
