import { buildOpenApi } from '@berth/contract/openapi'
import { type RequestHandler, Router } from 'express'

const CHECK_TIMEOUT_MS = 3_000

interface HealthRoutesDeps {
  version: string
  serverUrl: string
  /** Name and what throws while it is down. */
  checks: Record<string, () => Promise<void>>
  limit: RequestHandler
}

/** `health`: the process answers. `ready`: so does what it needs, by name. And the OpenAPI document of it all. */
export function createHealthRoutes({ version, serverUrl, checks, limit }: HealthRoutesDeps): Router {
  const document = JSON.stringify(buildOpenApi({ version, serverUrl }))
  const router = Router()
  router.get('/v1/health', (_request, response) => {
    response.json({ status: 'ok', version })
  })
  router.get('/v1/ready', limit, async (request, response) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        const failure = await withinLimit(check)
        if (failure !== null) request.log.warn({ err: failure, check: name }, 'not ready')
        return [name, failure === null ? 'up' : 'down'] as const
      }),
    )
    const ready = results.every(([, state]) => state === 'up')
    response
      .status(ready ? 200 : 503)
      .json({ status: ready ? 'ready' : 'not_ready', checks: Object.fromEntries(results) })
  })
  router.get('/v1/openapi.json', (_request, response) => {
    response.type('application/json').send(document)
  })
  return router
}

/** What went wrong, or null. */
async function withinLimit(check: () => Promise<void>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<unknown>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS)
  })
  const answer = check().then(
    () => null,
    (error: unknown) => error ?? new Error('failed'),
  )
  const result = await Promise.race([answer, late])
  clearTimeout(timer)
  return result
}
