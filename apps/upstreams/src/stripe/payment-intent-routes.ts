import express, { type Request, type Router } from 'express'
import { AUTHENTICATION_REQUIRED, type Decline, outcomeOf } from './cards.ts'
import { causeOf } from './cause.ts'
import type { Intents } from './intents.ts'
import {
  cancelParameters,
  createPaymentIntentParameters,
  listPaymentIntentsParameters,
  readParameters,
  retrieveParameters,
} from './parameters.ts'
import { expand } from './expand.ts'
import { paymentMethodBy } from './payment-method-routes.ts'
import { renderPaymentIntent } from './render.ts'
import { invalidRequest, resourceMissing, StripeError } from './stripe-error.ts'
import type { PaymentIntent, PaymentMethod, StripeState } from './state.ts'

interface PaymentIntentRoutesDeps {
  readonly state: StripeState
  readonly intents: Intents
  readonly onChange: () => void
}

/** `/v1/payment_intents`: charging a saved card in its owner's absence. */
export function createPaymentIntentRoutes({ state, intents, onChange }: PaymentIntentRoutesDeps): Router {
  const router = express.Router()
  const intentBy = (id: string): PaymentIntent => {
    const intent = state.paymentIntents.find((candidate) => candidate.id === id)
    if (intent === undefined) throw resourceMissing('payment_intent', id, 'intent')
    return intent
  }

  router.post('/payment_intents', (request, response) => {
    const parameters = readParameters(createPaymentIntentParameters, request.body)
    const { customer, amount, currency, description = null, metadata } = parameters
    const method = paymentMethodBy(state, parameters.payment_method)
    if (method.customer !== customer) {
      throw invalidRequest(
        `The provided PaymentMethod (${method.id}) can not be used: it is not attached to the Customer ${customer}.`,
      )
    }
    const cause = causeOf(request, response)
    const wanted = { amount, currency, customer, description, metadata, setupFutureUsage: null }
    const intent = intents.create(wanted, cause)
    const attempt = { intent, method, origin: originOf(request), cause }
    const refusal = refusalOf(method)
    if (refusal !== null) {
      const failed = intents.decline(attempt, refusal)
      onChange()
      throw cardError(refusal, intent, failed.id)
    }
    intents.disputeIfSo(intents.settle(attempt), method)
    onChange()
    response.json(expand(renderPaymentIntent(intent), parameters.expand, state))
  })

  router.get('/payment_intents', (request, response) => {
    const {
      customer,
      created,
      limit,
      starting_after: after,
    } = readParameters(listPaymentIntentsParameters, request.query)
    const newestFirst = state.paymentIntents
      .filter((intent) => customer === undefined || intent.customer === customer)
      .filter((intent) => intent.created >= (created?.gte ?? 0))
      .reverse()
    const rest = newestFirst.slice(newestFirst.findIndex(({ id }) => id === after) + 1)
    const data = rest.slice(0, limit).map(renderPaymentIntent)
    response.json({ object: 'list', url: '/v1/payment_intents', has_more: rest.length > limit, data })
  })

  router.get('/payment_intents/:id', (request, response) => {
    const parameters = readParameters(retrieveParameters, request.query)
    response.json(expand(renderPaymentIntent(intentBy(request.params.id)), parameters.expand, state))
  })

  router.post('/payment_intents/:id/cancel', (request, response) => {
    readParameters(cancelParameters, request.body)
    const intent = intentBy(request.params.id)
    if (intent.status === 'succeeded' || intent.status === 'canceled') {
      const message = `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`
      throw invalidRequest(message, { code: 'payment_intent_unexpected_state' })
    }
    intent.status = 'canceled'
    onChange()
    response.json(renderPaymentIntent(intent))
  })

  return router
}

const originOf = (request: Request): string => `${request.protocol}://${request.get('Host')}`

/** Nobody is there to confirm: a bank that wants it declines instead. */
function refusalOf({ number }: PaymentMethod): Decline | null {
  const outcome = outcomeOf(number)
  if (outcome.kind === 'declines') return outcome
  return outcome.authentication === 'always' ? AUTHENTICATION_REQUIRED : null
}

function cardError(refusal: Decline, intent: PaymentIntent, charge: string): StripeError {
  const { code, declineCode, message, adviceCode } = refusal
  return new StripeError({
    status: 402,
    type: 'card_error',
    code,
    decline_code: declineCode,
    ...(adviceCode !== null && { advice_code: adviceCode }),
    message,
    charge,
    payment_intent: renderPaymentIntent(intent),
  })
}
