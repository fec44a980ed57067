import type { Response } from 'express'

/** A refusal as a value, until a route puts it on the wire. */
export interface ApiError {
  readonly status: number
  readonly code: string
  readonly message: string
}

const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'unauthorized_request',
  402: 'insufficient_funds',
  403: 'forbidden_action',
  404: 'not_found',
  503: 'service_unavailable',
}

/** Verda's error by its HTTP status: few codes, all else is told in prose. */
export const apiError = (status: number, message: string): ApiError => ({
  status,
  code: CODE_OF_STATUS[status] ?? 'server_error',
  message,
})

export const invalid = (message: string): ApiError => apiError(400, message)

/** Lack of capacity has no code of its own. */
export const NO_CAPACITY = apiError(503, 'Not enough resources available for this instance type')

/** Answers in Verda's error shape. */
export function sendError(response: Response, { status, code, message }: ApiError): void {
  response.status(status).json({ code, message })
}
