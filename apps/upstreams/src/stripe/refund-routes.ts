import express, { type Router } from 'express'
import { causeOf } from './cause.ts'
import type { StripeRoutesDeps } from './checkout-routes.ts'
import { newStripeId } from './new-id.ts'
import { type CreateRefundParameters, createRefundParameters, readParameters } from './parameters.ts'
import { renderCharge, renderDispute, renderRefund } from './render.ts'
import { invalidRequest, resourceMissing } from './stripe-error.ts'
import type { Charge, Refund, StripeState } from './state.ts'

/** `/v1/refunds`, and the reading of disputes. */
export function createRefundRoutes({
  clock,
  state,
  emit,
  onChange,
}: Omit<StripeRoutesDeps, 'payments'>): Router {
  const router = express.Router()

  router.post('/refunds', (request, response) => {
    const parameters = readParameters(createRefundParameters, request.body)
    const charge = refundedCharge(parameters, state)
    const amount = amountOf(parameters, charge)
    const refund: Refund = {
      id: newStripeId('re'),
      created: Math.floor(clock.nowMs() / 1000),
      amount,
      currency: charge.currency,
      charge: charge.id,
      paymentIntent: charge.paymentIntent,
      reason: parameters.reason ?? null,
      status: 'succeeded',
      metadata: parameters.metadata,
    }
    state.refunds.push(refund)
    charge.amountRefunded += amount
    const cause = causeOf(request, response)
    emit('refund.created', renderRefund(refund), cause)
    emit('charge.refunded', renderCharge(charge), cause)
    onChange()
    response.json(renderRefund(refund))
  })

  router.get('/refunds/:id', (request, response) => {
    const refund = state.refunds.find(({ id }) => id === request.params.id)
    if (refund === undefined) throw resourceMissing('refund', request.params.id)
    response.json(renderRefund(refund))
  })

  router.get('/disputes/:id', (request, response) => {
    const dispute = state.disputes.find(({ id }) => id === request.params.id)
    if (dispute === undefined) throw resourceMissing('dispute', request.params.id)
    response.json(renderDispute(dispute))
  })

  return router
}

function refundedCharge(parameters: CreateRefundParameters, state: StripeState): Charge {
  const { payment_intent: intentId, charge: chargeId } = parameters
  if ((intentId === undefined) === (chargeId === undefined)) {
    throw invalidRequest(
      'One of the following params should be provided for this request: payment_intent or charge.',
    )
  }
  const charge = state.charges.find(
    ({ id, paymentIntent, failure }) => failure === null && (id === chargeId || paymentIntent === intentId),
  )
  if (charge !== undefined) return charge
  if (chargeId !== undefined) throw resourceMissing('charge', chargeId, 'charge')
  if (state.paymentIntents.some(({ id }) => id === intentId)) {
    throw invalidRequest(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`)
  }
  throw resourceMissing('payment_intent', intentId ?? '', 'payment_intent')
}

function amountOf({ amount }: CreateRefundParameters, charge: Charge): number {
  const left = charge.amount - charge.amountRefunded
  if (left === 0) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    })
  }
  if (charge.disputed) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    })
  }
  if (amount === undefined) return left
  if (amount < 1) throw invalidRequest('Invalid positive integer', { param: 'amount' })
  if (amount > left) {
    throw invalidRequest(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
      param: 'amount',
    })
  }
  return amount
}
