import type { Response } from 'express'

/** A refusal as a value, until a route puts it on the wire; `detail` is prose, or a list where a field is wrong. */
export interface ApiError {
  readonly status: number
  readonly detail: string | readonly FieldError[]
}

export interface FieldError {
  readonly type: string
  readonly loc: readonly (string | number)[]
  readonly msg: string
}

/** Prime's refusals: an HTTP status and prose, no code. The words for capacity are those of the clouds behind it. */
export const API_ERRORS = {
  unauthorized: { status: 401, detail: 'Invalid or expired token' },
  noCapacity: {
    status: 400,
    detail:
      'Failed to create pod: requested configuration is not available, no capacity left in this data center',
  },
  insufficientFunds: { status: 402, detail: 'Insufficient balance in your wallet' },
  quota: { status: 403, detail: 'Pod limit reached for this account' },
  noSuchPod: { status: 404, detail: 'Pod not found' },
  noSuchKey: { status: 404, detail: 'SSH key not found' },
  noSuchOffer: { status: 404, detail: 'No offer with this cloudId' },
} as const satisfies Record<string, ApiError>

/** Answers in Prime's error shape. */
export function sendError(response: Response, { status, detail }: ApiError): void {
  response.status(status).json({ detail })
}
