import type { Request, RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import { problem } from './problem.ts'

/** Requests a minute of one person (or, before sign-in, one address). */
export interface RateLimits {
  general: number
  /** Starting a rental, a top-up, uploading a key: each counted on its own. */
  tight: number
  /** Steps of signing in, two each: a whole class may come from one address at nine o'clock. */
  signIn: number
}

export const DEFAULT_RATE_LIMITS: RateLimits = { general: 600, tight: 20, signIn: 120 }

const WINDOW_MS = 60_000

/**
 * A limit with its own counter. Counters live in this process: with n instances a person may reach n times the figure,
 * which is still a bound, and no request waits on a shared counter. What limits money (wallet, live rentals) is
 * enforced in PostgreSQL, not here.
 */
export function createRateLimit(options: {
  name: string
  perMinute: number
  /** Counts requests with an API key alone: once it is known whose it is. */
  only?: 'apiKeys'
}): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: options.perMinute,
    identifier: options.name,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: keyOf,
    skip: ({ apiKey }) => options.only === 'apiKeys' && !apiKey,
    handler: (_request, _response, next) =>
      next(
        problem(
          'rate_limited',
          `That is more than ${options.perMinute} requests in a minute. Wait a moment, then repeat it.`,
        ),
      ),
  })
}

function keyOf(request: Request): string {
  const userId = request.apiKey ? request.berthUser?.id : request.session?.userId
  return userId === undefined ? `ip:${ipKeyGenerator(request.ip ?? 'unknown')}` : `user:${userId}`
}
