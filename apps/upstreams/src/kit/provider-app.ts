import express, { type Express, type RequestHandler, type Router } from 'express'
import type { EmulatorKit } from './emulator-kit.ts'
import { createFaultMiddleware, type RenderError } from './fault-middleware.ts'

interface ProviderAppDeps<Own extends { kind: string }> {
  readonly kit: EmulatorKit<Own>
  readonly parsers: readonly RequestHandler[]
  readonly routes: Router
  readonly renderError: RenderError
}

/** An HTTP service with the habits every emulated upstream has: requests kept, latency, fault orders, its own error shape. */
export function createProviderApp<Own extends { kind: string }>(deps: ProviderAppDeps<Own>): Express {
  const { kit, parsers, routes, renderError } = deps
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'extended')
  app.use(kit.requests.capture)
  app.use((_request, _response, next) => {
    if (kit.latency.ms === 0) next()
    else kit.clock.schedule(kit.latency.ms, next)
  })
  for (const parser of parsers) app.use(parser)
  app.use(createFaultMiddleware({ faults: kit.faults, clock: kit.clock, renderError }))
  app.use(routes)
  app.use((request, response) =>
    renderError(response, 404, `no such path: ${request.method} ${request.path}`),
  )
  app.use(((error: unknown, _request, response, next) => {
    if (response.headersSent) next(error)
    else renderError(response, statusOf(error), error instanceof Error ? error.message : String(error))
  }) as express.ErrorRequestHandler)
  return app
}

/** Body parsers say 400 or 413 by a `status` on the error; anything else is the emulator's own fault. */
function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}
