import type { Response } from 'express'

/** A refusal as a value, until a route puts it on the wire. */
export interface ApiError {
  readonly status: number
  readonly error: string
}

export const NOT_FOUND: ApiError = { status: 404, error: 'Instance not found' }

/** What the marketplace's own logic refuses comes with HTTP 200; only the body says so. */
export function sendRefusal(response: Response, refusal: ApiError): void {
  response.status(200).json(refusal)
}

/** What its front door refuses has the HTTP status, too. */
export function sendError(response: Response, { status, error }: ApiError): void {
  response.status(status).json({ error, status })
}
