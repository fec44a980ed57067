import type { BodyInputOf, Endpoint, ParamsOf, QueryInputOf, ResponseOf } from './endpoint.ts'
import type { Endpoints } from './endpoints.ts'
import type { Problem } from './problems.ts'
import { routes, type Route } from './routes.ts'

/** An answer of the API other than success; carries its problem+json body. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** The API was not reached, or answered something that is not its own (a proxy, a crash). */
export class TransportError extends Error {
  override readonly name = 'TransportError'
}

type OmitUndefined<T> = { [K in keyof T as T[K] extends undefined ? never : K]: T[K] }

export type CallInput<E extends Endpoint> = OmitUndefined<{
  params: ParamsOf<E>
  body: BodyInputOf<E>
}> & {
  query?: QueryInputOf<E>
  /** Same key, same effect: make it when the person acts, keep it for retries. */
  idempotencyKey?: string
  signal?: AbortSignal
}

export type ApiClient = {
  [G in keyof Endpoints]: {
    [O in keyof Endpoints[G]]: Endpoints[G][O] extends Endpoint
      ? (input: CallInput<Endpoints[G][O]>) => Promise<ResponseOf<Endpoints[G][O]>>
      : never
  }
}

export interface ClientOptions {
  /** Origin of the API; empty for the page's own. */
  baseUrl?: string
  fetch?: typeof globalThis.fetch
  /** Sent with every request, a cookie or a key for callers that are not a browser. */
  headers?: Record<string, string>
  timeoutMs?: number
}

interface AnyInput {
  params?: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
  idempotencyKey?: string
  signal?: AbortSignal
}

/** A typed client made of the endpoint table; the shapes it answers were checked by the server that made them. */
export function createApiClient(options: ClientOptions = {}): ApiClient {
  const call = (route: Route) => (input: AnyInput) => send(route, input, options)
  const groups = Object.entries(routes).map(([group, operations]) => [
    group,
    Object.fromEntries(Object.entries(operations).map(([name, route]) => [name, call(route)])),
  ])
  return Object.fromEntries(groups) as ApiClient
}

async function send(route: Route, input: AnyInput, options: ClientOptions): Promise<unknown> {
  const { fetch: fetcher = globalThis.fetch, baseUrl = '' } = options
  const call = () => fetcher(`${baseUrl}${urlOf(route, input)}`, requestOf(route, input, options))
  return answerOf(await reach(call, input.signal))
}

/** What answers the call. Throws a TransportError where nothing does, and what `fetch` throws where the caller gave up. */
export async function reach(call: () => Promise<Response>, givenUp?: AbortSignal): Promise<Response> {
  try {
    return await call()
  } catch (cause) {
    if (givenUp?.aborted) throw cause
    throw new TransportError('Berth could not be reached. Check the connection and try again.', { cause })
  }
}

function requestOf(
  route: Route,
  input: AnyInput,
  { headers, timeoutMs = 20_000 }: ClientOptions,
): RequestInit {
  const timeout = AbortSignal.timeout(timeoutMs)
  return {
    method: route.method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(input.idempotencyKey === undefined ? {} : { 'idempotency-key': input.idempotencyKey }),
      ...headers,
    },
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    signal: input.signal ? AbortSignal.any([input.signal, timeout]) : timeout,
  }
}

async function answerOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const body: unknown = await response.json().catch(() => null)
  if (response.ok && body !== null) return body
  throw refusalIn(response, body)
}

/** What an answer other than success says, for the few that are not JSON when they succeed. */
export const refusalOf = async (response: Response): Promise<ApiError | TransportError> =>
  refusalIn(response, await response.json().catch(() => null))

const refusalIn = ({ status }: Response, body: unknown): ApiError | TransportError =>
  isProblem(body)
    ? new ApiError(body)
    : new TransportError(`Berth answered ${status} without saying why. Try again in a moment.`)

/** Path and query of one call. */
function urlOf(route: Route, input: AnyInput): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(input.params?.[name] ?? ''),
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value === undefined || value === null || value === '') continue
    query.set(name, Array.isArray(value) ? value.join(',') : String(value))
  }
  return query.size > 0 ? `${path}?${query}` : path
}

/** Every problem of the API has the number of its request; one without it was made by something on the way. */
function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'requestId' in body
}
