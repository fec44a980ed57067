import type { RequestHandler } from 'express'
import type { EmulatorClock } from '../kit/clock.ts'
import { sendError } from './api-error.ts'

const WINDOW_MS = 60_000

interface RateLimitOptions {
  readonly clock: EmulatorClock
  /** The organization's; TensorDock grants 100. */
  readonly requestsPerMinute: number
}

/** Counts requests in fixed windows, tells what is left on every answer, and refuses above it. */
export function createRateLimit({ clock, requestsPerMinute }: RateLimitOptions): RequestHandler {
  let startMs = 0
  let used = 0

  return (_request, response, next) => {
    const nowMs = clock.nowMs()
    if (nowMs - startMs >= WINDOW_MS) {
      startMs = nowMs
      used = 0
    }
    used += 1
    const resetSeconds = Math.ceil((startMs + WINDOW_MS - nowMs) / 1000)
    response.setHeader('X-RateLimit-Limit', String(requestsPerMinute))
    response.setHeader('X-RateLimit-Remaining', String(Math.max(0, requestsPerMinute - used)))
    response.setHeader('X-RateLimit-Reset', String(resetSeconds))
    if (used <= requestsPerMinute) {
      next()
      return
    }
    response.setHeader('Retry-After', String(resetSeconds))
    sendError(response, { status: 429, error: 'Rate limit exceeded' })
  }
}
