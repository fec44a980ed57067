import type { Response } from 'express'

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** A refusal as a value, until a route puts it on the wire. */
export interface Problem {
  readonly status: number
  readonly detail: string
  readonly errors?: readonly string[]
  /** What the pod would allow now; only with 409. */
  readonly actions?: readonly string[]
}

/** Answers in RunPod's error shape (RFC 9457, without a type). */
export function sendProblem(response: Response, { status, ...rest }: Problem): void {
  const title = TITLES[status] ?? 'Error'
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ title, status, ...rest }))
}
