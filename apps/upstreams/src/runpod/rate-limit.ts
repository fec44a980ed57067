import type { RequestHandler } from 'express'
import type { EmulatorClock } from '../kit/clock.ts'
import { sendProblem } from './problem.ts'

/** Requests an account may make in each window. RunPod's own: 60, 3,000 and 50,000. */
export interface RateLimits {
  readonly minute: number
  readonly hour: number
  readonly day: number
}

const WINDOW_SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const
const WINDOWS = ['minute', 'hour', 'day'] as const

/** Counts authenticated requests in fixed windows, tells the quota on every answer, and refuses above it. */
export function createRateLimit({
  clock,
  limits,
}: {
  clock: EmulatorClock
  limits: RateLimits
}): RequestHandler {
  const used = { minute: 0, hour: 0, day: 0 }
  const startMs = { minute: 0, hour: 0, day: 0 }
  const policy = WINDOWS.map((name) => `"${name}";q=${limits[name]};w=${WINDOW_SECONDS[name]}`).join(', ')

  return (_request, response, next) => {
    const nowMs = clock.nowMs()
    for (const name of WINDOWS) {
      if (nowMs - startMs[name] >= WINDOW_SECONDS[name] * 1000) {
        startMs[name] = nowMs
        used[name] = 0
      }
    }
    const exceeded = WINDOWS.find((name) => used[name] >= limits[name])
    if (exceeded === undefined) for (const name of WINDOWS) used[name] += 1
    const resetSeconds = (name: (typeof WINDOWS)[number]): number =>
      Math.ceil((startMs[name] + WINDOW_SECONDS[name] * 1000 - nowMs) / 1000)
    response.setHeader('RateLimit-Policy', policy)
    response.setHeader(
      'RateLimit',
      WINDOWS.map((name) => `"${name}";r=${limits[name] - used[name]};t=${resetSeconds(name)}`).join(', '),
    )
    if (exceeded === undefined) {
      next()
      return
    }
    response.setHeader('Retry-After', String(resetSeconds(exceeded)))
    sendProblem(response, { status: 429, detail: `rate limit exceeded for the ${exceeded} window` })
  }
}
