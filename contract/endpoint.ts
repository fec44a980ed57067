import type { z } from 'zod'
import type { ApiKeyScope } from './api-keys.ts'
import type { ProblemCode } from './problems.ts'

export interface Endpoint {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Express form, "/v1/rentals/:id". */
  path: `/v1/${string}`
  summary: string
  description?: string
  /** `operator`: to everybody else, signed in or not, the answer is that there is no such route. */
  auth: 'public' | 'session' | 'operator'
  /**
   * The least scope of an API key that may call it in its owner's place; left out, `read` for GET and `full` for the
   * rest. `never`: only somebody signed in, as for paying in and for access itself.
   */
  apiKey?: ApiKeyScope | 'never'
  /** POSTs that start something take an Idempotency-Key header; with `required` they refuse without one. */
  idempotency?: 'required'
  /** The member of the answer that is told once and kept nowhere: a repeat is answered null in its place. */
  toldOnce?: string
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** The success answer. `null` schema: no body. */
  status: 200 | 201 | 202 | 204
  response: z.ZodType | null
  /** Codes beyond those every route can answer. */
  problems: readonly ProblemCode[]
}

/** Keeps the literal types, so that server and client are checked against this very entry. */
export const endpoint = <const E extends Endpoint>(definition: E): E => definition

type Output<S> = S extends z.ZodType ? z.output<S> : undefined
type Input<S> = S extends z.ZodType ? z.input<S> : undefined

export type ParamsOf<E extends Endpoint> = E extends { params: infer P } ? Output<P> : undefined
export type QueryOf<E extends Endpoint> = E extends { query: infer Q } ? Output<Q> : undefined
export type BodyOf<E extends Endpoint> = E extends { body: infer B } ? Output<B> : undefined
export type ResponseOf<E extends Endpoint> = E['response'] extends z.ZodType
  ? z.output<E['response']>
  : undefined
export type QueryInputOf<E extends Endpoint> = E extends { query: infer Q } ? Input<Q> : undefined
export type BodyInputOf<E extends Endpoint> = E extends { body: infer B } ? Input<B> : undefined
