import type { Endpoint } from '@berth/contract/endpoint'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import type { Authenticate, SignedInUser } from './authenticate.ts'
import { requireUser } from './authenticate.ts'
import { noSuchRoute, pathOf, sendProblem } from './handle-errors.ts'
import type { Idempotency, IdempotencyClaim, IdempotentRequest } from './idempotency.ts'
import type { HandlerContext, Route } from './implement.ts'
import { parseInput } from './parse-input.ts'
import { problem, toProblem } from './problem.ts'
import { createRateLimit, type RateLimits } from './rate-limit.ts'
import { requireScope } from './require-scope.ts'

interface MountDeps {
  authenticate: Authenticate
  idempotency: Idempotency
  rateLimits: RateLimits
  /** Endpoints with a tighter limit of their own. */
  tight: readonly Endpoint[]
}

/** Puts every route on a router: parse, know the caller, do it once, answer exactly what the contract says. */
export function mountRoutes(routes: readonly Route[], deps: MountDeps): Router {
  const router = Router({ caseSensitive: true })
  for (const route of routes) {
    const { method, path } = route.endpoint
    const limits: RequestHandler[] = deps.tight.includes(route.endpoint)
      ? [createRateLimit({ name: `${method} ${path}`, perMinute: deps.rateLimits.tight })]
      : []
    router[verbOf(method)](path, ...limits, (request, response) => answer(route, request, response, deps))
  }
  return router
}

type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete'
const verbOf = (method: Endpoint['method']): Verb => method.toLowerCase() as Verb

async function answer(route: Route, request: Request, response: Response, deps: MountDeps): Promise<void> {
  const { endpoint } = route
  const user = await CALLERS[endpoint.auth](deps.authenticate, request)
  requireScope(endpoint, request)
  const input = parseInput(endpoint, request)
  const run = async (claim: IdempotencyClaim | null): Promise<unknown> => {
    const context = { ...input, user, claim, request, response } as unknown as HandlerContext<Endpoint>
    const result = await route.handle(context)
    return endpoint.response === null ? undefined : endpoint.response.parse(result)
  }
  if (endpoint.idempotency !== 'required' || user === null) return send(response, endpoint, await run(null))
  const repeatable: IdempotentRequest = {
    userId: user.id,
    key: keyOf(request),
    methodPath: `${endpoint.method} ${endpoint.path}`,
    input,
  }
  await runOnce({ request, response, endpoint, repeatable, run, idempotency: deps.idempotency })
}

type Caller = (authenticate: Authenticate, request: Request) => Promise<SignedInUser | null>

/** Who may call, by the endpoint's kind; throws for the others. */
const CALLERS: Record<Endpoint['auth'], Caller> = {
  public: (authenticate, request) => authenticate(request),
  session: requireUser,
  operator: async (authenticate, request) => {
    const user = await authenticate(request)
    if (!user?.isOperator) throw noSuchRoute(request)
    return user
  },
}

interface Once {
  request: Request
  response: Response
  endpoint: Endpoint
  repeatable: IdempotentRequest
  run: (claim: IdempotencyClaim) => Promise<unknown>
  idempotency: Idempotency
}

async function runOnce(once: Once): Promise<void> {
  const { request, response, endpoint, repeatable, run, idempotency } = once
  const claim = await idempotency.claim(repeatable)
  if (claim.kind === 'replay') return replay(request, response, claim)
  let body: unknown
  try {
    body = await run(claim.claim)
  } catch (error) {
    const refusal = toProblem(error, {
      instance: pathOf(request.originalUrl),
      requestId: String(request.id),
    }).body
    await (refusal.status >= 500
      ? idempotency.release(repeatable)
      : idempotency.settle(repeatable, { status: refusal.status, body: refusal }))
    throw error
  }
  await idempotency.settle(repeatable, { status: endpoint.status, body: toRepeat(endpoint, body) })
  send(response, endpoint, body)
}

/** What is told once is not kept for repeats. */
const toRepeat = ({ toldOnce }: Endpoint, body: unknown): unknown =>
  toldOnce === undefined ? body : { ...(body as object), [toldOnce]: null }

/** The first answer again. A refusal carries this request's id, so that the log of the repeat is found too. */
function replay(request: Request, response: Response, first: { status: number; body: unknown }): void {
  response.setHeader('Idempotency-Replayed', 'true')
  if (first.status < 400) {
    response.status(first.status).json(first.body)
    return
  }
  const body = first.body as Parameters<typeof sendProblem>[1]
  sendProblem(response, { ...body, requestId: String(request.id) })
}

function send(response: Response, endpoint: Endpoint, body: unknown): void {
  response.status(endpoint.status)
  if (endpoint.response === null) response.end()
  else response.json(body)
}

function keyOf(request: Request): string {
  const key = request.get('idempotency-key')
  if (key !== undefined && /^[\x21-\x7e]{8,128}$/.test(key)) return key
  throw problem(
    'invalid_request',
    'Send an Idempotency-Key header of 8 to 128 printable characters: a fresh UUID for each intent, the same one for repeats.',
    { errors: [{ pointer: 'Idempotency-Key', detail: 'Required: 8 to 128 printable ASCII characters.' }] },
  )
}
