import type { Response } from 'express'

/** A refusal as a value, until a route puts it on the wire. */
export interface ApiError {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly suggestion?: string
}

/** Lambda's refusals with the codes its document says to act on. */
export const API_ERRORS = {
  invalidApiKey: {
    status: 401,
    code: 'global/invalid-api-key',
    message: 'API key was invalid, expired, or deleted.',
    suggestion: 'Check your API key or create a new one, then try again.',
  },
  accountInactive: {
    status: 403,
    code: 'global/account-inactive',
    message: 'Your account is inactive.',
    suggestion: 'Make sure you have verified your email address and have a valid payment method.',
  },
  insufficientCapacity: {
    status: 400,
    code: 'instance-operations/launch/insufficient-capacity',
    message: 'Not enough capacity to fulfill launch request.',
    suggestion: 'Choose an instance type with more availability, or try again later.',
  },
  quotaExceeded: {
    status: 400,
    code: 'global/quota-exceeded',
    message: 'Quota exceeded.',
    suggestion: 'Contact Support to increase your quota.',
  },
  noSuchInstance: {
    status: 404,
    code: 'global/object-does-not-exist',
    message: 'Specified instance does not exist.',
  },
} as const satisfies Record<string, ApiError>

export const missing = (what: string): ApiError => ({
  status: 404,
  code: 'global/object-does-not-exist',
  message: `${what} does not exist.`,
  suggestion: 'Check the name and try again.',
})

export const invalid = (message: string): ApiError => ({
  status: 400,
  code: 'global/invalid-parameters',
  message,
})

const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'global/invalid-parameters',
  401: API_ERRORS.invalidApiKey.code,
  403: API_ERRORS.accountInactive.code,
  404: 'global/object-does-not-exist',
  503: 'provider/internal-unavailable',
}

/** An error by its HTTP status alone, as ordered by a test or met by the server. */
export const errorOfStatus = (status: number, message: string): ApiError => ({
  status,
  code: CODE_OF_STATUS[status] ?? 'global/internal-error',
  message,
})

/** Answers in Lambda's error shape. The document has none for 429, and gateways answer in plain text. */
export function sendError(response: Response, { status, ...error }: ApiError): void {
  if (status === 429) response.status(429).type('text/plain').send(error.message)
  else response.status(status).json({ error })
}
