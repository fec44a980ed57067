import express, { type Response, type Router } from 'express'
import { z } from 'zod'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { Disputes } from './disputes.ts'
import { digitsOf } from './cards.ts'
import type { Emit } from './events.ts'
import type { PayAnswer, Payments } from './payments.ts'
import { renderRefund } from './render.ts'
import type { CheckoutSession, Dispute, StripeEvent, StripeState } from './state.ts'
import type { Delivery, StripeFault, Webhooks } from './webhooks.ts'

/** What a test may do to the emulated Stripe from behind. */
export interface StripeControl extends EmulatorKit<StripeFault> {
  sessions(): readonly CheckoutSession[]
  events(): readonly StripeEvent[]
  deliveries(): readonly Delivery[]
  /** Pays a checkout as its page would, with Stripe's good test card where none is given. */
  pay(sessionId: string, card?: string): PayAnswer
  /** Sends an event once more, as it is. False where there is no such event. */
  resend(eventId: string): boolean
  /** A customer's bank takes a payment back; null where it has no successful charge. */
  openDispute(paymentIntentId: string): Dispute | null
  closeDispute(disputeId: string, outcome: 'won' | 'lost'): boolean
  /** From now on the saved card behaves as this one of the test set: it expired, ran dry, wants its owner. */
  changeCard(paymentMethodId: string, card: string): boolean
  /** The bank could not take a refund: the money comes back. */
  failRefund(refundId: string): boolean
}

interface ControlDeps {
  readonly kit: EmulatorKit<StripeFault>
  readonly state: StripeState
  readonly emit: Emit
  readonly payments: Payments
  readonly disputes: Disputes
  readonly webhooks: Webhooks
}

export function createStripeControl({
  kit,
  state,
  emit,
  payments,
  disputes,
  webhooks,
}: ControlDeps): StripeControl {
  return {
    ...kit,
    sessions: () => state.sessions,
    events: () => state.events,
    deliveries: webhooks.deliveries,
    pay(sessionId, card = '4242424242424242') {
      const session = state.sessions.find(({ id }) => id === sessionId)
      return session === undefined
        ? { ok: false, reason: `no checkout ${sessionId}` }
        : payments.pay(session, { card, email: session.customerEmail, authentication: 'completed' })
    },
    resend(eventId) {
      const event = state.events.find(({ id }) => id === eventId)
      if (event !== undefined) webhooks.send(event)
      return event !== undefined
    },
    openDispute(paymentIntentId) {
      const charge = state.charges.find((c) => c.paymentIntent === paymentIntentId && c.failure === null)
      return charge === undefined ? null : disputes.open(charge)
    },
    closeDispute(disputeId, outcome) {
      const dispute = state.disputes.find(({ id }) => id === disputeId)
      if (dispute !== undefined) disputes.close(dispute, outcome)
      return dispute !== undefined
    },
    changeCard(paymentMethodId, card) {
      const method = state.paymentMethods.find(({ id }) => id === paymentMethodId)
      if (method !== undefined) method.number = digitsOf(card)
      return method !== undefined
    },
    failRefund(refundId) {
      const refund = state.refunds.find(({ id }) => id === refundId)
      if (refund !== undefined) {
        refund.status = 'failed'
        emit('refund.failed', renderRefund(refund))
      }
      return refund !== undefined
    },
  }
}

/** The same over HTTP, beside the common control routes. */
export function createStripeControlRoutes(control: StripeControl): Router {
  const router = express.Router()
  router.get('/checkouts', (_request, response) => void response.json({ checkouts: control.sessions() }))
  router.get('/events', (_request, response) => void response.json({ events: control.events() }))
  router.get('/deliveries', (_request, response) => void response.json({ deliveries: control.deliveries() }))
  router.post('/checkouts/:id/pay', (request, response) => {
    const { card } = z.strictObject({ card: z.string().optional() }).parse(request.body ?? {})
    const answer = control.pay(request.params.id, card)
    response.status(answer.ok ? 200 : 409).json(answer)
  })
  router.post('/events/:id/resend', (request, response) =>
    answerFound(response, control.resend(request.params.id)),
  )
  router.post('/disputes', (request, response) => {
    const { paymentIntent } = z.strictObject({ paymentIntent: z.string() }).parse(request.body)
    const dispute = control.openDispute(paymentIntent)
    if (dispute === null) answerFound(response, false)
    else response.status(201).json(dispute)
  })
  router.post('/disputes/:id/close', (request, response) => {
    const { outcome } = z.strictObject({ outcome: z.enum(['won', 'lost']) }).parse(request.body)
    answerFound(response, control.closeDispute(request.params.id, outcome))
  })
  router.post('/cards/:id', (request, response) => {
    const { card } = z.strictObject({ card: z.string() }).parse(request.body)
    answerFound(response, control.changeCard(request.params.id, card))
  })
  router.post('/refunds/:id/fail', (request, response) =>
    answerFound(response, control.failRefund(request.params.id)),
  )
  return router
}

function answerFound(response: Response, found: boolean): void {
  if (found) response.sendStatus(204)
  else response.status(404).json({ title: 'Not Found', status: 404, detail: 'nothing by that id here' })
}
