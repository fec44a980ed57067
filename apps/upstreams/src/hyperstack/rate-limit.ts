import type { RequestHandler } from 'express'
import type { EmulatorClock } from '../kit/clock.ts'
import { API_ERRORS, sendError } from './api-error.ts'

const WINDOW_MS = 60_000

/** 500 requests a minute from one address, whoever they are; above it 429 without a word of when to come back. */
export function createRateLimit({ clock, perMinute }: RateLimitDeps): RequestHandler {
  let startedMs = Number.NEGATIVE_INFINITY
  let served = 0

  return (_request, response, next) => {
    const nowMs = clock.nowMs()
    if (nowMs - startedMs >= WINDOW_MS) {
      startedMs = nowMs
      served = 0
    }
    served += 1
    if (served > perMinute) sendError(response, API_ERRORS.tooFast)
    else next()
  }
}

interface RateLimitDeps {
  readonly clock: EmulatorClock
  readonly perMinute: number
}
