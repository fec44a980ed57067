import type { Response } from 'express'

/** A refusal as a value, until a route puts it on the wire. */
export interface ApiError {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** Shadeform's refusals. Only OUT_OF_STOCK is recorded; its document describes no error, so the others follow its shape. */
export const API_ERRORS = {
  unauthorized: { status: 401, code: 'UNAUTHORIZED', message: 'Invalid API key.' },
  outOfStock: {
    status: 409,
    code: 'OUT_OF_STOCK',
    message: 'The requested instance type is out of stock in this region.',
  },
  insufficientFunds: {
    status: 402,
    code: 'INSUFFICIENT_FUNDS',
    message: 'Insufficient funds in wallet. Please top up your wallet to create an instance.',
  },
  quotaExceeded: { status: 403, code: 'QUOTA_EXCEEDED', message: 'Account spend limit exceeded.' },
  noSuchInstance: { status: 404, code: 'NOT_FOUND', message: 'Instance not found.' },
} as const satisfies Record<string, ApiError>

export const badRequest = (message: string): ApiError => ({ status: 400, code: 'BAD_REQUEST', message })

const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: API_ERRORS.unauthorized.code,
  404: API_ERRORS.noSuchInstance.code,
  429: 'RATE_LIMITED',
}

/** An error by its HTTP status alone, as ordered by a test or met by the server. */
export const errorOfStatus = (status: number, message: string): ApiError => ({
  status,
  code: CODE_OF_STATUS[status] ?? 'INTERNAL_ERROR',
  message,
})

/** Answers in Shadeform's error shape. */
export function sendError(response: Response, { status, code, message }: ApiError): void {
  response.status(status).json({ error_code: code, error: message })
}
