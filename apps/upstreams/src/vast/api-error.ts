import type { Response } from 'express'

/** A refusal as a value, until a route puts it on the wire. */
export interface ApiError {
  readonly status: number
  readonly error: string
  readonly msg: string
  readonly ask_id?: number
  /** Also a refused create may have made one. */
  readonly new_contract?: number
}

export const NO_SUCH_INSTANCE: ApiError = {
  status: 404,
  error: 'no_such_instance',
  msg: 'Instance not found',
}

/** Vast says so with 404, not 401. */
export const INVALID_KEY: ApiError = { status: 404, error: 'auth_error', msg: 'Invalid user key' }

export const askGone = (id: number): ApiError => ({
  status: 410,
  error: 'no_such_ask',
  msg: `error 410/3907: no_such_ask Instance type ${id} is no longer available.`,
  ask_id: id,
})

export const unknownAsk = (id: number): ApiError => ({
  status: 404,
  error: 'invalid_args',
  msg: `error 404/3603: no_such_ask Instance type by id ${id} is not available.`,
  ask_id: id,
})

export const noCredit = (id: number): ApiError => ({
  status: 400,
  error: 'insufficient_credit',
  msg: 'Your account lacks credit.',
  ask_id: id,
})

export const tooMany = (id: number): ApiError => ({
  status: 400,
  error: 'quota_exceeded',
  msg: 'The limit of instances of your account is reached.',
  ask_id: id,
})

/** It made the contract all the same, stopped. */
export const bidTooLow = (id: number, contractId: number): ApiError => ({
  status: 400,
  error: 'invalid_price',
  msg: 'error 400/3545: invalid_price Bid is below the minimum.',
  ask_id: id,
  new_contract: contractId,
})

export const invalidArgs = (msg: string): ApiError => ({ status: 400, error: 'invalid_args', msg })

/** Answers in one of Vast's error shapes; 429 has its own, and no Retry-After. */
export function sendError(response: Response, { status, ...rest }: ApiError): void {
  if (status === 429) response.status(429).json({ detail: rest.msg })
  else response.status(status).json({ success: false, ...rest })
}

const ERROR_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_args',
  401: 'auth_error',
  403: 'not_authorized',
  404: 'not_found',
}

/** An error by its HTTP status alone, as ordered by a test or met by the server. */
export const errorOfStatus = (status: number, msg: string): ApiError => ({
  status,
  error: ERROR_OF_STATUS[status] ?? 'internal_error',
  msg,
})
