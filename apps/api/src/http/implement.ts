import type { BodyOf, Endpoint, ParamsOf, QueryOf, ResponseOf } from '@berth/contract/endpoint'
import type { Request, Response } from 'express'
import type { SignedInUser } from './authenticate.ts'
import type { IdempotencyClaim } from './idempotency.ts'

/** What a handler is given: everything parsed, the caller known. */
export interface HandlerContext<E extends Endpoint> {
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  user: E['auth'] extends 'session' | 'operator' ? SignedInUser : SignedInUser | null
  claim: E extends { idempotency: 'required' } ? IdempotencyClaim : null
  /** For the few handlers that speak of the connection itself (its session, its cookie, its log). */
  request: Request
  response: Response
}

type EndpointGroup = Record<string, Endpoint>

/** One handler for each operation of a group: a missing one, or one that answers another shape, does not compile. */
export type Handlers<G extends EndpointGroup> = {
  [O in keyof G]: (context: HandlerContext<G[O]>) => Promise<ResponseOf<G[O]>>
}

/** An endpoint with what answers it, types erased for mounting. */
export interface Route {
  endpoint: Endpoint
  handle: (context: HandlerContext<Endpoint>) => Promise<unknown>
}

export const implement =
  <G extends EndpointGroup>(group: G) =>
  (handlers: Handlers<G>): Route[] =>
    Object.entries(group).map(([name, endpoint]) => ({
      endpoint,
      // Why: the pairing of endpoint and handler was just proven by Handlers<G>; a list cannot keep each pair's own type.
      handle: handlers[name] as unknown as Route['handle'],
    }))
