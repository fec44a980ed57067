import type { RequestHandler } from 'express'
import type { EmulatorClock } from '../kit/clock.ts'
import { errorOfStatus, sendError } from './api-error.ts'

/** What one account may ask: about a request a second, and a launch every ten to twelve seconds. */
export interface RateLimits {
  readonly requestsPerTenSeconds: number
  readonly launchIntervalMs: number
}

const WINDOW_MS = 10_000
const LAUNCH = /\/instance-operations\/launch$/

/** Refuses above the account's limits with 429, without a word of when to come back. */
export function createRateLimit({
  clock,
  limits,
}: {
  clock: EmulatorClock
  limits: RateLimits
}): RequestHandler {
  let recentMs: number[] = []
  let lastLaunchMs = Number.NEGATIVE_INFINITY

  return (request, response, next) => {
    const nowMs = clock.nowMs()
    recentMs = recentMs.filter((atMs) => nowMs - atMs < WINDOW_MS)
    const launches = request.method === 'POST' && LAUNCH.test(request.path)
    if (
      recentMs.length >= limits.requestsPerTenSeconds ||
      (launches && nowMs - lastLaunchMs < limits.launchIntervalMs)
    ) {
      sendError(response, errorOfStatus(429, 'Too Many Requests'))
      return
    }
    recentMs.push(nowMs)
    if (launches) lastLaunchMs = nowMs
    next()
  }
}
