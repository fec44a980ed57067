import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { Problem } from '@berth/contract/problems'
import { problem, toProblem } from './problem.ts'

/** The last handler: every error leaves as problem+json; those that are ours are logged with their cause. */
export const handleErrors: ErrorRequestHandler = (error, request, response, _next) => {
  const answer = toProblem(error, { instance: pathOf(request.originalUrl), requestId: String(request.id) })
  if (answer.ours) request.log.error({ err: error, code: answer.body.code }, 'request failed')
  if (response.headersSent) {
    // Why: a stream is under way; cutting it is the only way left to say that it is not complete.
    response.destroy()
    return
  }
  if (answer.body.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="Berth"')
  if (answer.retryAfterSeconds !== undefined)
    response.setHeader('Retry-After', String(answer.retryAfterSeconds))
  sendProblem(response, answer.body)
}

/** Whatever no route took. */
export const refuseUnknownRoute: RequestHandler = (request, _response, next) => {
  next(noSuchRoute(request))
}

export const noSuchRoute = ({ method, originalUrl }: Request) =>
  problem(
    'not_found',
    `There is no ${method} ${pathOf(originalUrl)}. GET /v1/openapi.json lists what there is.`,
  )

export function sendProblem(response: Response, body: Problem): void {
  response.status(body.status).type('application/problem+json').send(JSON.stringify(body))
}

/** The path without its query, which may carry secrets such as an OAuth code. */
export function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '/'
}
