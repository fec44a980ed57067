import type { Response } from 'express'

/** A refusal as a value, until a route puts it on the wire. */
export interface ApiError {
  /** Some refusals come with 200, and only their `status: false` tells. */
  readonly status: number
  readonly reason: string
  readonly message: string
}

const refusal = (status: number, reason: string, message: string): ApiError => ({ status, reason, message })

/** Hyperstack's refusals; prose and a reason word, which does not tell much more than the status. */
export const API_ERRORS = {
  unauthorized: refusal(401, 'unauthorized', 'The API key is invalid or missing.'),
  noCredit: refusal(400, 'bad_request', 'Insufficient balance to create the resource'),
  quota: refusal(400, 'bad_request', 'The quota of virtual machines of this organization is exceeded.'),
  noSuchVm: refusal(404, 'not_found', 'Virtual machine not found.'),
  noHibernation: refusal(400, 'bad_request', 'Flavor does not support hibernation.'),
  tooFast: refusal(429, 'too_many_requests', 'Too Many Requests'),
} as const satisfies Record<string, ApiError>

/** With 200, as happens: the machinery behind says no after the request was accepted. */
export const noCapacity = (flavor: string): ApiError =>
  refusal(200, 'conflict', `Insufficient resources available for flavor ${flavor}`)

export const invalid = (message: string): ApiError => refusal(400, 'bad_request', message)
export const missing = (what: string): ApiError => refusal(404, 'not_found', `${what} not found.`)
export const nameTaken = (what: string): ApiError =>
  refusal(409, 'already_exist', `${what} with this name already exists.`)
export const wrongState = (order: string, status: string): ApiError =>
  refusal(400, 'bad_request', `Virtual machine can not be ${order} in ${status} state.`)

const REASON_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  404: 'not_found',
  429: 'too_many_requests',
}

export const errorOfStatus = (status: number, message: string): ApiError =>
  refusal(status, REASON_OF_STATUS[status] ?? 'server_error', message)

/** Answers in Hyperstack's error shape. */
export function sendError(response: Response, { status, reason, message }: ApiError): void {
  response.status(status).json({ status: false, message, error_reason: reason })
}
