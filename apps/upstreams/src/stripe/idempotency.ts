import { createHash } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { EmulatorClock } from '../kit/clock.ts'
import { sendRefusal } from './stripe-error.ts'
import type { StripeState } from './state.ts'

/** Stripe may forget a key after a day. */
const KEPT_MS = 86_400_000
const DECLINED = 402

/**
 * Stripe's rule for `Idempotency-Key` on a POST: the same key with the same parameters gets the first answer again,
 * with others it is an error. A declined card is an answer like any other; refusals before any work (other 4xx) are not kept.
 */
export function createIdempotency({
  clock,
  state,
}: {
  clock: EmulatorClock
  state: StripeState
}): RequestHandler {
  return (request, response, next) => {
    const key = request.get('Idempotency-Key')
    if (request.method !== 'POST' || key === undefined) {
      next()
      return
    }
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([request.path, request.body]))
      .digest('hex')
    const kept = state.keptAnswers.find(
      (answer) => answer.key === key && clock.nowMs() - answer.atMs < KEPT_MS,
    )
    if (kept === undefined) {
      const send = response.json.bind(response)
      response.json = (body: unknown) => {
        const status = response.statusCode
        if (status < 400 || status === DECLINED || status >= 500) {
          state.keptAnswers.push({ key, fingerprint, status, body, atMs: clock.nowMs() })
        }
        return send(body)
      }
      next()
    } else if (kept.fingerprint === fingerprint) {
      response.setHeader('Idempotent-Replayed', 'true')
      response.status(kept.status).json(kept.body)
    } else {
      const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`
      sendRefusal(response, { status: 400, type: 'idempotency_error', message })
    }
  }
}
