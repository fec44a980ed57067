import type { RequestHandler } from 'express'
import type { EmulatorClock } from '../kit/clock.ts'
import { sendError } from './api-error.ts'

/** Endpoints with a least time between two calls of one key, in seconds, as their refusals state it. */
const THRESHOLDS: readonly [method: string, path: RegExp, seconds: number][] = [
  ['PUT', /\/asks\/[^/]+\/?$/, 4.5],
  ['DELETE', /\/instances\/[^/]+\/?$/, 3],
  ['GET', /\/v0\/instances\/[^/]+\/?$/, 2],
  ['PUT', /\/instances\/[^/]+\/?$/, 1],
  ['GET', /\/v1\/instances\/?$/, 1],
  ['GET', /\/charges\/?$/, 1],
]

/** Refuses a call that comes too soon after the last of its kind, without a header to say when. */
export function createRateLimit({ clock }: { clock: EmulatorClock }): RequestHandler {
  const lastMs = new Map<number, number>()
  return (request, response, next) => {
    const index = THRESHOLDS.findIndex(
      ([method, path]) => request.method === method && path.test(request.originalUrl.split('?')[0] ?? ''),
    )
    const seconds = THRESHOLDS[index]?.[2] ?? 0
    const nowMs = clock.nowMs()
    if (nowMs - (lastMs.get(index) ?? Number.NEGATIVE_INFINITY) < seconds * 1000) {
      const msg = `API requests too frequent endpoint threshold=${seconds.toFixed(1)}`
      sendError(response, { status: 429, error: 'rate_limit_exceeded', msg })
      return
    }
    lastMs.set(index, nowMs)
    next()
  }
}
