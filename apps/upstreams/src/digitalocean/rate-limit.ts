import type { RequestHandler } from 'express'
import type { EmulatorClock } from '../kit/clock.ts'
import { API_ERRORS, sendError } from './api-error.ts'

/** Requests of one token: 5,000 in any hour, and 250 of them in any minute. */
export interface RateLimits {
  readonly hour: number
  readonly minute: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** Each request counts for an hour of its own; a burst is told when to come back, an hour's quota only by its reset. */
export function createRateLimit({ clock, limits }: RateLimitDeps): RequestHandler {
  let servedMs: number[] = []

  return (_request, response, next) => {
    const nowMs = clock.nowMs()
    servedMs = servedMs.filter((atMs) => nowMs - atMs < HOUR_MS)
    const lastMinute = servedMs.filter((atMs) => nowMs - atMs < MINUTE_MS)
    const bursts = lastMinute.length >= limits.minute
    const refused = bursts || servedMs.length >= limits.hour
    if (!refused) servedMs.push(nowMs)
    response.setHeader('ratelimit-limit', String(limits.hour))
    response.setHeader('ratelimit-remaining', String(bursts ? 0 : limits.hour - servedMs.length))
    response.setHeader('ratelimit-reset', String(Math.ceil(((servedMs[0] ?? nowMs) + HOUR_MS) / 1000)))
    if (bursts) {
      const waitMs = (lastMinute[0] ?? nowMs) + MINUTE_MS - nowMs
      response.setHeader('retry-after', String(Math.ceil(waitMs / 1000)))
    }
    if (refused) sendError(response, API_ERRORS.tooFast)
    else next()
  }
}

interface RateLimitDeps {
  readonly clock: EmulatorClock
  readonly limits: RateLimits
}
