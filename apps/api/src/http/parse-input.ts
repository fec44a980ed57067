import type { Endpoint } from '@berth/contract/endpoint'
import type { FieldError } from '@berth/contract/field-complaints'
import { fieldErrorOf } from '@berth/contract/field-error-of'
import type { Request } from 'express'
import type { z } from 'zod'
import { problem } from './problem.ts'

export interface ParsedInput {
  params: unknown
  query: unknown
  body: unknown
}

/** Everything a caller sent, through the endpoint's schemas; all that is wrong is told at once, by pointer. */
export function parseInput(endpoint: Endpoint, request: Request): ParsedInput {
  const errors: FieldError[] = []
  const parse = (schema: z.ZodType | undefined, value: unknown, pointer: Pointer): unknown => {
    if (schema === undefined) return undefined
    const result = schema.safeParse(value)
    if (result.success) return result.data
    errors.push(...result.error.issues.map((issue) => fieldErrorOf(issue, value, pointer(issue.path))))
    return undefined
  }
  const params = parse(endpoint.params, request.params, byName)
  const query = parse(endpoint.query, request.query, byName)
  const body = parse(endpoint.body, bodyOf(endpoint, request), jsonPointer)
  if (errors.length === 0) return { params, query, body }
  if (endpoint.params !== undefined && params === undefined) {
    // Why: an id that cannot exist names nothing; telling its right shape apart from a miss helps nobody.
    throw problem('not_found', 'There is nothing at this address.')
  }
  throw problem('invalid_request', describe(errors), { errors })
}

type Pointer = (path: readonly PropertyKey[]) => string

const byName: Pointer = (path) => path.map(String).join('.')
const jsonPointer: Pointer = (path) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

function bodyOf(endpoint: Endpoint, request: Request): unknown {
  if (endpoint.body === undefined) return undefined
  if (request.is('application/json') === false) {
    throw problem('invalid_request', 'Send the body as JSON, with Content-Type: application/json.')
  }
  return request.body
}

function describe(errors: FieldError[]): string {
  const [first] = errors
  const place = first?.pointer ? `${first.pointer}: ${first.detail}` : (first?.detail ?? '')
  return errors.length === 1 ? place : `${place} (and ${errors.length - 1} more)`
}
