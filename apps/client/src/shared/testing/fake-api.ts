import { PROBLEMS, type ProblemCode } from '@berth/contract/problems'

/** What a route answers: a body, or a refusal made by `refuse`. */
type Answer = (request: { body: unknown; headers: Headers; url: URL }) => unknown

export interface FakeApi {
  fetch: typeof globalThis.fetch
  /** Every call so far, "POST /v1/rentals", with what it carried. */
  calls: { route: string; body: unknown; idempotencyKey: string | null }[]
  /** Changes what a route answers from now on. */
  on: (route: string, answer: Answer) => void
}

/** The API at the wire: routes by method and path, "*" for an id. A route nobody told of fails the test loudly. */
export function createFakeApi(routes: Record<string, Answer>): FakeApi {
  const answers = new Map(Object.entries(routes))
  const calls: FakeApi['calls'] = []

  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const url = new URL(String(input), 'http://berth.test')
    const exact = `${init.method ?? 'GET'} ${url.pathname}`
    const answer = answers.get(exact) ?? answers.get(exact.replace(/\/[^/]+$/, '/*'))
    if (!answer) throw new Error(`the fake API has no route for ${exact}`)
    const headers = new Headers(init.headers)
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
    calls.push({ route: exact, body, idempotencyKey: headers.get('idempotency-key') })
    const result = await answer({ body, headers, url })
    return result instanceof Response ? result : Response.json(result)
  }
  return { fetch, calls, on: (route, answer) => void answers.set(route, answer) }
}

/** A problem+json answer as the API makes it. */
export function refuse(
  code: ProblemCode,
  detail: string,
  errors?: { pointer: string; detail: string }[],
  data?: Record<string, unknown>,
): Response {
  const { status, title } = PROBLEMS[code]
  const body = {
    type: 'about:blank',
    title,
    status,
    detail,
    instance: '/',
    code,
    requestId: 'req_1',
    ...(errors ? { errors } : {}),
    ...(data ? { data } : {}),
  }
  return Response.json(body, { status })
}
