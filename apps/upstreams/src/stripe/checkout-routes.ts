import express, { type Router } from 'express'
import type { EmulatorClock } from '../kit/clock.ts'
import { causeOf } from './cause.ts'
import type { Emit } from './events.ts'
import { expand } from './expand.ts'
import { newStripeId } from './new-id.ts'
import {
  createCustomerParameters,
  type CreateSessionParameters,
  createSessionParameters,
  readParameters,
  retrieveParameters,
} from './parameters.ts'
import type { Payments } from './payments.ts'
import { renderCustomer, renderSession } from './render.ts'
import { invalidRequest, resourceMissing } from './stripe-error.ts'
import type { CheckoutSession, Customer, StripeState } from './state.ts'

const HALF_HOUR_SECONDS = 1800
const DAY_SECONDS = 86_400
/** Stripe takes no US dollar charge under 50 cents, and none over eight digits. */
const LEAST_CENTS = 50
const MOST_CENTS = 99_999_999

export interface StripeRoutesDeps {
  readonly clock: EmulatorClock
  readonly state: StripeState
  readonly payments: Payments
  readonly emit: Emit
  readonly onChange: () => void
}

/** `/v1/checkout/sessions` and `/v1/customers`, as far as top-ups need them. */
export function createCheckoutRoutes({ clock, state, payments, emit, onChange }: StripeRoutesDeps): Router {
  const router = express.Router()

  const sessionBy = (id: string): CheckoutSession => {
    const session = state.sessions.find((candidate) => candidate.id === id)
    if (session === undefined) throw resourceMissing('checkout.session', id, 'session')
    return session
  }

  router.post('/checkout/sessions', (request, response) => {
    const parameters = readParameters(createSessionParameters, request.body)
    if (parameters.customer !== undefined && !state.customers.some(({ id }) => id === parameters.customer)) {
      throw resourceMissing('customer', parameters.customer, 'customer')
    }
    const origin = `${request.protocol}://${request.get('Host')}`
    const session = newSession({ parameters, origin, nowSeconds: Math.floor(clock.nowMs() / 1000) })
    state.sessions.push(session)
    payments.watchExpiry(session)
    onChange()
    response.json(expand(renderSession(session), parameters.expand, state))
  })

  router.get('/checkout/sessions/:id', (request, response) => {
    const parameters = readParameters(retrieveParameters, request.query)
    response.json(expand(renderSession(sessionBy(request.params.id)), parameters.expand, state))
  })

  router.post('/checkout/sessions/:id/expire', (request, response) => {
    const session = sessionBy(request.params.id)
    if (session.status !== 'open') {
      throw invalidRequest(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
      )
    }
    payments.expire(session)
    response.json(renderSession(session))
  })

  router.post('/customers', (request, response) => {
    const {
      email = null,
      name = null,
      description = null,
      metadata,
    } = readParameters(createCustomerParameters, request.body)
    const created = Math.floor(clock.nowMs() / 1000)
    const customer: Customer = { id: newStripeId('cus', 14), created, email, name, description, metadata }
    state.customers.push(customer)
    emit('customer.created', renderCustomer(customer), causeOf(request, response))
    onChange()
    response.json(renderCustomer(customer))
  })

  router.get('/customers/:id', (request, response) => {
    const customer = state.customers.find(({ id }) => id === request.params.id)
    if (customer === undefined) throw resourceMissing('customer', request.params.id)
    response.json(renderCustomer(customer))
  })

  return router
}

function newSession({ parameters, origin, nowSeconds }: NewSession): CheckoutSession {
  const { amountTotal, currency, productName } = totalOf(parameters)
  const expiresAt = parameters.expires_at ?? nowSeconds + DAY_SECONDS
  if (expiresAt < nowSeconds + HALF_HOUR_SECONDS || expiresAt > nowSeconds + DAY_SECONDS) {
    throw invalidRequest('The `expires_at` timestamp must be between 30 minutes and 24 hours from now.', {
      param: 'expires_at',
    })
  }
  const id = newStripeId('cs_test', 58)
  return {
    id,
    created: nowSeconds,
    expiresAt,
    status: 'open',
    ...paymentOf(parameters),
    amountTotal,
    currency,
    productName,
    customer: parameters.customer ?? null,
    customerEmail: parameters.customer_email ?? null,
    paidByEmail: null,
    clientReferenceId: parameters.client_reference_id ?? null,
    metadata: parameters.metadata,
    successUrl: parameters.success_url,
    cancelUrl: parameters.cancel_url ?? null,
    url: `${origin}/c/pay/${id}`,
  }
}

/** What completing the session will make: a payment, or a saved card. */
function paymentOf({
  mode,
  payment_intent_data: payment,
  setup_intent_data: setup,
}: CreateSessionParameters) {
  return {
    mode,
    paymentStatus: mode === 'setup' ? ('no_payment_required' as const) : ('unpaid' as const),
    paymentMetadata: (payment ?? setup)?.metadata ?? {},
    paymentDescription: payment?.description ?? null,
    paymentIntent: null,
    setupFutureUsage: payment?.setup_future_usage ?? null,
    setupIntent: null,
  }
}

function totalOf({ mode, currency: saveCurrency, line_items: items }: CreateSessionParameters) {
  const [first] = items
  if (mode === 'setup') {
    if (first !== undefined)
      throw invalidRequest('`line_items` can not be used in `setup` mode.', { param: 'line_items' })
    return { amountTotal: null, currency: saveCurrency ?? 'usd', productName: 'Save a card' }
  }
  if (first === undefined)
    throw invalidRequest('You must provide at least one line item.', { param: 'line_items' })
  const { currency, product_data: product } = first.price_data
  if (items.some((item) => item.price_data.currency !== currency)) {
    throw invalidRequest('All line items must have the same currency.', { param: 'line_items' })
  }
  const amountTotal = items.reduce((sum, item) => sum + item.price_data.unit_amount * item.quantity, 0)
  if (amountTotal < LEAST_CENTS) {
    throw invalidRequest('The Checkout Session total amount due must add up to at least $0.50 usd', {
      code: 'amount_too_small',
    })
  }
  if (amountTotal > MOST_CENTS) {
    throw invalidRequest('Amount must be no more than $999,999.99', { code: 'amount_too_large' })
  }
  return { amountTotal, currency: currency.toLowerCase(), productName: product.name }
}

interface NewSession {
  readonly parameters: CreateSessionParameters
  readonly origin: string
  readonly nowSeconds: number
}
