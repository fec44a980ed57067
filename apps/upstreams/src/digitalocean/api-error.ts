import type { Response } from 'express'

/** A refusal as a value, until a route puts it on the wire. */
export interface ApiError {
  readonly status: number
  readonly message: string
}

const unprocessable = (message: string): ApiError => ({ status: 422, message })

/** DigitalOcean's refusals in its own words; only the status and the prose tell them apart. */
export const API_ERRORS = {
  unauthorized: { status: 401, message: 'Unable to authenticate you' },
  notFound: { status: 404, message: 'The resource you were accessing could not be found.' },
  noCapacity: unprocessable('Size is not available in this region.'),
  limitReached: unprocessable('creating this/these droplet(s) will exceed your droplet limit'),
  // Why so worded: no recording of it is known; an account that has not paid is locked, and 403 answers what it may not.
  accountLocked: { status: 403, message: 'Your account is locked. Please update your payment method.' },
  pendingEvent: unprocessable('Droplet already has a pending event.'),
  alreadyOff: unprocessable('Droplet is already powered off.'),
  alreadyOn: unprocessable('Droplet is already powered on.'),
  badName: unprocessable('Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)'),
  badSize: unprocessable('You specified an invalid size for Droplet creation.'),
  badRegion: unprocessable('You specified an invalid region for Droplet creation.'),
  badImage: unprocessable('You specified an invalid image for Droplet creation.'),
  longUserData: unprocessable('User data is too long (maximum is 65536 bytes)'),
  tooFast: { status: 429, message: 'Too many requests' },
} as const satisfies Record<string, ApiError>

export const badKeys = (keys: readonly unknown[]): ApiError =>
  unprocessable(`${keys.join(', ')} are invalid key identifiers for Droplet creation.`)

const ID_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'Unauthorized',
  403: 'forbidden',
  404: 'not_found',
  422: 'unprocessable_entity',
  429: 'too_many_requests',
  503: 'service_unavailable',
}

/** Answers in DigitalOcean's error shape. */
export function sendError(response: Response, { status, message }: ApiError): void {
  response.status(status).json({ id: ID_OF_STATUS[status] ?? 'server_error', message })
}
