import { raw, Router } from 'express'
import Stripe from 'stripe'
import type { DataSource } from 'typeorm'
import { problem } from '../../http/problem.ts'
import type { Orchestrator } from '../../temporal/orchestrator.ts'

/** An older signature is a replay. */
const TOLERANCE_SECONDS = 300

interface StripeRoutesDeps {
  dataSource: DataSource
  orchestrator: Orchestrator
  /** Two while one is being replaced. */
  secrets: readonly string[]
  livemode: boolean
}

/**
 * `POST /v1/billing/stripe/webhook`. Believes the signature only, keeps the event, and has a workflow named after the event
 * act on it; whatever is answered but 200 makes Stripe send it again, for three days. Nothing of the event's body
 * moves money: the workflow asks Stripe for the object.
 */
export function createStripeRoutes(deps: StripeRoutesDeps): Router {
  const { dataSource, orchestrator } = deps
  const router = Router()
  // Why: the signature covers the bytes as they came, so this stands before any JSON parser.
  const bytes = raw({ type: () => true, limit: '1mb' })
  router.post('/v1/billing/stripe/webhook', bytes, async (request, response) => {
    const event = verify(request.body, request.get('stripe-signature'), deps.secrets)
    if (event.livemode !== deps.livemode) {
      request.log.warn({ eventId: event.id, livemode: event.livemode }, 'event of the other mode ignored')
      response.json({ received: true, ignored: 'livemode' })
      return
    }
    await keep(dataSource, event)
    try {
      await orchestrator.handleStripeEvent(event.id)
    } catch (error) {
      throw problem('orchestrator_unavailable', 'The event is kept but not processed yet. Send it again.', {
        retryAfterSeconds: 30,
        cause: error,
      })
    }
    response.json({ received: true })
  })
  return router
}

function verify(body: unknown, signature: string | undefined, secrets: readonly string[]): Stripe.Event {
  if (!Buffer.isBuffer(body) || signature === undefined) {
    throw problem('signature_invalid', 'The Stripe-Signature header or the body is missing.')
  }
  for (const secret of secrets) {
    try {
      return Stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS)
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw notAnEvent(error)
    }
  }
  throw problem(
    'signature_invalid',
    'No signing secret of ours made this signature, or it is older than five minutes.',
  )
}

const notAnEvent = (cause: unknown) =>
  problem('invalid_request', 'The signed body is not an event in JSON.', { cause })

/** A redelivery finds its own row and changes nothing. */
async function keep(dataSource: DataSource, event: Stripe.Event): Promise<void> {
  await dataSource.query(
    `INSERT INTO webhook_events (id, source, type, livemode, payload) VALUES ($1, 'stripe', $2, $3, $4::jsonb)
     ON CONFLICT (id) DO NOTHING`,
    [event.id, event.type, event.livemode, JSON.stringify(event)],
  )
}
