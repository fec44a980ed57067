import type { Request, RequestHandler, Response } from 'express'
import type { EmulatorClock } from './clock.ts'
import type { FaultedRequest, GenericFault } from './faults.ts'

/** A provider's own way of saying that a request failed; the faults speak through it. */
export type RenderError = (response: Response, status: number, detail: string) => void

/** The path a fault order is matched against: what the caller asked for, without its query. */
export function faultedRequest(request: Request): FaultedRequest {
  return { method: request.method, path: request.originalUrl.split('?')[0] ?? '' }
}

interface FaultMiddlewareDeps {
  readonly faults: { takeGeneric(request: FaultedRequest): readonly GenericFault[] }
  readonly clock: EmulatorClock
  readonly renderError: RenderError
}

/** Applies standing generic orders: waits first, then cuts or refuses, or lets the work be done and hides its answer. */
export function createFaultMiddleware({ faults, clock, renderError }: FaultMiddlewareDeps): RequestHandler {
  return (request, response, next) => {
    const hits = faults.takeGeneric(faultedRequest(request))
    const delayMs = hits.reduce((sum, fault) => sum + (fault.kind === 'delay' ? fault.ms : 0), 0)
    const decisive = hits.find(({ kind }) => kind !== 'delay')
    const proceed = (): void => {
      if (decisive === undefined) next()
      else if (!applyAtOnce({ fault: decisive, request, response, renderError })) {
        hideAnswer({ fault: decisive, request, response, renderError })
        next()
      }
    }
    if (delayMs === 0) proceed()
    else clock.schedule(delayMs, proceed)
  }
}

interface Application {
  readonly fault: GenericFault
  readonly request: Request
  readonly response: Response
  readonly renderError: RenderError
}

/** Handles the faults that keep the work from being done; false for those that come after it. */
function applyAtOnce({ fault, request, response, renderError }: Application): boolean {
  switch (fault.kind) {
    case 'status':
      for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value)
      sendStatus({ response, status: fault.status, body: fault.body, renderError })
      return true
    case 'cut':
      request.socket.destroy()
      return true
    case 'hang':
      return true
    case 'unauthorized':
      renderError(response, 401, 'invalid or expired token')
      return true
    case 'rate_limited':
      if (fault.retryAfterSeconds !== undefined)
        response.setHeader('Retry-After', String(fault.retryAfterSeconds))
      renderError(response, 429, 'rate limit exceeded')
      return true
    default:
      return false
  }
}

/** Lets the handler run and, at the moment it would answer, says something else or nothing. */
function hideAnswer({ fault, request, response, renderError }: Application): void {
  const realEnd = response.end.bind(response)
  const substitute = (): Response => {
    response.end = realEnd
    if (fault.kind === 'after_effect_status') {
      for (const name of response.getHeaderNames()) response.removeHeader(name)
      sendStatus({ response, status: fault.status, body: fault.body, renderError })
    } else if (fault.kind === 'cut_after_effect') {
      request.socket.destroy()
    }
    return response
  }
  response.end = substitute as Response['end']
}

function sendStatus({ response, status, body, renderError }: StatusAnswer): void {
  if (body === undefined) renderError(response, status, `ordered to answer ${status}`)
  else if (typeof body === 'string') response.status(status).type('text/plain').send(body)
  else response.status(status).json(body)
}

interface StatusAnswer {
  readonly response: Response
  readonly status: number
  readonly body: unknown
  readonly renderError: RenderError
}
