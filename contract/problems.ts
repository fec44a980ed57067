import type { FieldError } from './field-complaints.ts'

/**
 * Every error the API answers, by code. Zod-free. `title` is the same for each occurrence;
 * what happened this time, what it cost and what to do next stand in `detail`.
 */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  not_signed_in: { status: 401, title: 'Sign in first' },
  api_key_refused: { status: 401, title: 'The API key is not valid' },
  scope_missing: { status: 403, title: 'The API key may only read' },
  session_required: { status: 403, title: 'An API key is not enough for this' },
  insufficient_balance: { status: 403, title: 'The wallet cannot fund this' },
  spend_limit_reached: { status: 403, title: 'A spend limit of the wallet stands against this' },
  wallet_in_debt: { status: 403, title: 'The wallet owes money' },
  origin_refused: { status: 403, title: 'The request came from another site' },
  not_found: { status: 404, title: 'There is no such thing' },
  offer_gone: { status: 409, title: 'The offer is no longer available' },
  price_changed: { status: 409, title: 'The price has changed' },
  not_stoppable: { status: 409, title: 'The rental has already ended' },
  not_extendable: { status: 409, title: 'The rental cannot be extended' },
  pod_not_running: { status: 409, title: 'The pod is not running' },
  no_logs: { status: 409, title: 'This provider shows no logs' },
  duplicate_key: { status: 409, title: 'The SSH key is already there' },
  key_in_use: { status: 409, title: 'The SSH key is in use' },
  card_missing: { status: 409, title: 'There is no saved card' },
  idempotency_in_progress: { status: 409, title: 'The same request is still being worked on' },
  idempotency_mismatch: { status: 422, title: 'The idempotency key was used for another request' },
  invalid_ssh_key: { status: 422, title: 'The SSH key is not valid' },
  weak_ssh_key: { status: 422, title: 'The SSH key is too weak' },
  unknown_ssh_key: { status: 422, title: 'An SSH key of this rental does not exist' },
  promotion_refused: { status: 422, title: 'The code cannot be redeemed' },
  adjustment_refused: { status: 422, title: 'The wallet cannot be adjusted like this' },
  limit_reached: { status: 422, title: 'A limit of the account is reached' },
  signature_invalid: { status: 400, title: 'The signature does not match' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  orchestrator_unavailable: { status: 503, title: 'Rentals cannot be changed at the moment' },
  pods_unreachable: { status: 503, title: 'Pods cannot be looked into at the moment' },
  payments_unavailable: { status: 503, title: 'Payments cannot be taken at the moment' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof PROBLEMS

/** RFC 9457 body. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  code: ProblemCode
  requestId: string
  errors?: FieldError[]
  /**
   * What to act on: the new price of `price_changed`, the shortfall of `insufficient_balance`; of `offer_gone` who takes no new
   * pods and why (`providerName`, `reason`), and of it and of an offer's `not_found` where the same GPU (`gpu`) is still to be
   * had (`alternatives`).
   */
  data?: Record<string, unknown>
}
