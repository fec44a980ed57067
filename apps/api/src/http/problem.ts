import { DomainError } from '@berth/contract/errors'
import type { FieldError } from '@berth/contract/field-complaints'
import { type Problem, PROBLEMS, type ProblemCode } from '@berth/contract/problems'

interface ProblemOptions {
  errors?: FieldError[]
  /** Figures a client may act on, such as the new price; they travel as the extension member `data`. */
  data?: Record<string, unknown>
  retryAfterSeconds?: number
  cause?: unknown
}

/** An answer other than success: `detail` says what happened this time, what it cost, and what to do next. */
export function problem(code: ProblemCode, detail: string, options: ProblemOptions = {}): DomainError {
  const { cause, ...details } = options
  return new DomainError(code, detail, { details: { ...details }, ...(cause === undefined ? {} : { cause }) })
}

export interface ProblemAnswer {
  body: Problem
  retryAfterSeconds?: number
  /** True where the person can do nothing about it: the log needs the error itself. */
  ours: boolean
}

/** Any thrown value as an RFC 9457 body. What we did not foresee tells the client nothing but the request's id. */
export function toProblem(error: unknown, at: { instance: string; requestId: string }): ProblemAnswer {
  const { code, detail, options } = recognise(error)
  const { status, title } = PROBLEMS[code]
  return {
    ours: status >= 500,
    ...(options.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: options.retryAfterSeconds }),
    body: {
      type: `https://berth.dev/problems/${code}`,
      title,
      status,
      detail,
      instance: at.instance,
      code,
      requestId: at.requestId,
      ...(options.errors === undefined ? {} : { errors: options.errors }),
      ...(options.data === undefined ? {} : { data: options.data }),
    },
  }
}

interface Recognised {
  code: ProblemCode
  detail: string
  options: ProblemOptions
}

function recognise(error: unknown): Recognised {
  if (error instanceof DomainError && isProblemCode(error.code)) {
    return { code: error.code, detail: error.message, options: optionsOf(error) }
  }
  return recogniseHttpError(error) ?? { code: 'internal', detail: OUR_FAULT, options: {} }
}

/** Errors thrown below this layer name the faulty parameter as `pointer`. */
function optionsOf({ details, message }: DomainError): ProblemOptions {
  if (typeof details['pointer'] !== 'string') return details as ProblemOptions
  return { errors: [{ pointer: details['pointer'], detail: message }] }
}

const OUR_FAULT =
  'Something failed on our side; it is recorded under this request id. Try again, or tell us the id.'

/** Errors of Express' own parts (body parser, router): they carry `status` and sometimes `type`. */
function recogniseHttpError(error: unknown): Recognised | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null
  if (error.status === 413) {
    return { code: 'payload_too_large', detail: 'Send less than 100 kB in one request.', options: {} }
  }
  if (error.status < 400 || error.status > 499) return null
  const type = 'type' in error ? error.type : undefined
  const detail =
    type === 'entity.parse.failed'
      ? 'The body is not valid JSON.'
      : type === 'charset.unsupported' || type === 'encoding.unsupported'
        ? 'Send the body as plain UTF-8 JSON.'
        : 'The request could not be read.'
  return { code: 'invalid_request', detail, options: {} }
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code)
}
