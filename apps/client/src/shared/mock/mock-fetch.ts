import { DomainError } from '@berth/contract/errors'
import { endpoints } from '@berth/contract/endpoints'
import type { Endpoint } from '@berth/contract/endpoint'
import { newId } from '@berth/contract/ids'
import { buildOpenApi } from '@berth/contract/openapi'
import type { FieldError } from '@berth/contract/field-complaints'
import { fieldErrorOf } from '@berth/contract/field-error-of'
import { PROBLEMS, type Problem, type ProblemCode } from '@berth/contract/problems'
import type { z } from 'zod'
import type { Fault, Faults } from './faults.ts'
import { mockHandlers, type MockCall } from './mock-handlers.ts'
import { openMockCsv } from './mock-csv.ts'
import { logOf, openMockLog } from './mock-log.ts'
import { openMockStream } from './mock-stream.ts'
import { advance } from './world/pod-story.ts'
import { refuse } from './world/refuse.ts'
import type { World } from './world/world.ts'

interface Route {
  /** "rentals.create" */
  name: string
  definition: Endpoint
  pattern: RegExp
  answer: (call: MockCall<Endpoint>) => unknown
}

const routes: Route[] = Object.entries(endpoints).flatMap(([group, operations]) =>
  Object.entries(operations).map(([operation, definition]) => ({
    name: `${group}.${operation}`,
    definition,
    pattern: new RegExp(`^${definition.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
    // Why: `mockHandlers` was proven by its type against this very table; a list cannot keep each pair's own type.
    answer: (mockHandlers as unknown as Record<string, Record<string, Route['answer']>>)[group]?.[
      operation
    ] as Route['answer'],
  })),
)

export interface MockOptions {
  faults?: Faults
  /** How long an answer takes, in milliseconds. */
  delayMs?: number
  /** Asked for everything that is not of the API. */
  fallback?: typeof globalThis.fetch
}

/**
 * `fetch` that answers all of `/v1` out of a world in memory, by the rules of the contract: input and answer go
 * through the schemas of the endpoint table, refusals are problem+json, an idempotency key has one effect.
 */
export function createMockFetch(world: World, options: MockOptions = {}): typeof globalThis.fetch {
  const { faults = new Map<string, Fault>(), delayMs = 0, fallback } = options
  const answered = new Map<string, { body: string; response: Response }>()

  return async (input, init) => {
    const request = new Request(
      input instanceof Request ? input : new URL(String(input), 'http://mock.test'),
      init,
    )
    const url = new URL(request.url)
    if (!url.pathname.startsWith('/v1/')) return fallback ? fallback(input, init) : Response.error()
    await pause(delayMs, request.signal)
    advance(world)
    const requestId = newId('request')
    try {
      if (url.pathname === '/v1/events') return openStream(world, faults, request)
      const logged = logOf(url.pathname)
      if (logged !== null) {
        throwFault(faults.get('rentals.logs') ?? faults.get('*'))
        return openMockLog(world, logged, request.headers.get('last-event-id'), request.signal)
      }
      if (url.pathname === '/v1/openapi.json') {
        return Response.json(buildOpenApi({ version: 'mock', serverUrl: url.origin }))
      }
      const file = openMockCsv(world, url)
      if (file !== null) {
        throwFault(faults.get('*'))
        return file
      }
      return await answer(request, url)
    } catch (error) {
      if (error instanceof DomainError) return problemResponse(error, { requestId, instance: url.pathname })
      throw error
    }
  }

  async function answer(request: Request, url: URL): Promise<Response> {
    const route = routes.find(
      ({ definition, pattern }) => definition.method === request.method && pattern.test(url.pathname),
    )
    if (!route) throw refuse('not_found', 'There is nothing at this address.')
    const { definition, name } = route
    throwFault(faults.get(name) ?? faults.get('*'))
    admit(world, definition)
    const text = await request.text()
    const key = definition.idempotency ? keyOf(request) : null
    const before = key === null ? undefined : answered.get(key)
    if (before && before.body !== text) {
      throw refuse('idempotency_mismatch', 'This Idempotency-Key was sent before with another body.')
    }
    if (before) return before.response.clone()
    const call = { world, ...parseCall(route, url, text) } as MockCall<Endpoint>
    const result = route.answer(call)
    if (key !== null)
      answered.set(key, { body: text, response: respond(definition, toRepeat(definition, result)) })
    return respond(definition, result)
  }
}

/** A handler that answers what the contract does not know is a bug of the mock, and breaks loudly. */
function respond(definition: Endpoint, result: unknown): Response {
  if (definition.response === null) return new Response(null, { status: definition.status })
  return Response.json(definition.response.parse(result), { status: definition.status })
}

/** What is told once is not there for a repeat. */
const toRepeat = ({ toldOnce }: Endpoint, result: unknown): unknown =>
  toldOnce === undefined ? result : { ...(result as object), [toldOnce]: null }

function admit({ state }: World, { auth }: Endpoint): void {
  if (auth === 'session' && !state.signedIn) {
    throw refuse('not_signed_in', 'Sign in to do this.')
  }
  if (auth === 'operator' && !(state.signedIn && state.user.isOperator)) {
    throw refuse('not_found', 'There is nothing at this address.')
  }
}

function openStream(world: World, faults: Faults, request: Request): Response {
  throwFault(faults.get('events') ?? faults.get('*'))
  if (!world.state.signedIn) throw refuse('not_signed_in', 'Sign in to do this.')
  return openMockStream(world, request.headers.get('last-event-id'), request.signal)
}

function throwFault(fault: Fault | undefined): void {
  if (fault === undefined) return
  if (fault === 'unreachable') throw new TypeError('Failed to fetch')
  throw refuse(fault, `${PROBLEMS[fault].title}: this mock was told to say so. Nothing was charged.`)
}

function keyOf(request: Request): string {
  const key = request.headers.get('idempotency-key')
  if (key !== null && key.length >= 8) return key
  throw refuse('invalid_request', 'Send an Idempotency-Key header of 8 to 128 characters.')
}

/** Everything the caller sent, through the endpoint's schemas, as the API does it. */
function parseCall({ definition, pattern }: Route, url: URL, text: string) {
  const errors: FieldError[] = []
  const parse = (schema: z.ZodType | undefined, value: unknown, slash: string): unknown => {
    const result = schema?.safeParse(value)
    if (result && !result.success) {
      errors.push(
        ...result.error.issues.map((issue) =>
          fieldErrorOf(issue, value, slash + issue.path.map(String).join(slash || '.')),
        ),
      )
    }
    return result?.data
  }
  const groups = Object.entries(pattern.exec(url.pathname)?.groups ?? {})
  const params = parse(
    definition.params,
    Object.fromEntries(groups.map(([name, value]) => [name, decodeURIComponent(value)])),
    '',
  )
  if (definition.params && params === undefined) {
    throw refuse('not_found', 'There is nothing at this address.')
  }
  const query = parse(definition.query, Object.fromEntries(url.searchParams), '')
  const body = parse(definition.body, text === '' ? undefined : JSON.parse(text), '/')
  const [first] = errors
  if (first) throw refuse('invalid_request', `${first.pointer}: ${first.detail}`, { errors })
  return { params, query, body }
}

function problemResponse(error: DomainError, at: { requestId: string; instance: string }): Response {
  const code = error.code as ProblemCode
  const { status, title } = PROBLEMS[code]
  const body: Problem = {
    type: `https://berth.dev/problems/${code}`,
    title,
    status,
    detail: error.message,
    code,
    ...at,
    ...error.details,
  }
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json' } })
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
}
