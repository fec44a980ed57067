import { brandOf } from './cards.ts'
import type {
  Charge,
  CheckoutSession,
  Customer,
  Dispute,
  PaymentIntent,
  PaymentMethod,
  Refund,
  SetupIntent,
  StripeEvent,
} from './state.ts'

/** The API version events are written in; the newest one the pinned client speaks. */
export const API_VERSION = '2026-10-28.endive'

type Wire = Record<string, unknown>

export const renderCustomer = ({ id, created, email, name, description, metadata }: Customer): Wire => ({
  id,
  object: 'customer',
  created,
  email,
  name,
  description,
  metadata,
  balance: 0,
  currency: null,
  delinquent: false,
  livemode: false,
})

export const renderSession = (session: CheckoutSession): Wire => ({
  id: session.id,
  object: 'checkout.session',
  amount_subtotal: session.amountTotal,
  amount_total: session.amountTotal,
  automatic_tax: { enabled: false, liability: null, status: null },
  cancel_url: session.cancelUrl,
  client_reference_id: session.clientReferenceId,
  created: session.created,
  currency: session.currency,
  customer: session.customer,
  customer_details:
    session.paidByEmail === null ? null : { email: session.paidByEmail, name: null, address: null },
  customer_email: session.customerEmail,
  expires_at: session.expiresAt,
  livemode: false,
  metadata: session.metadata,
  mode: session.mode,
  payment_intent: session.paymentIntent,
  payment_method_types: ['card'],
  payment_status: session.paymentStatus,
  setup_intent: session.setupIntent,
  status: session.status,
  success_url: session.successUrl,
  ui_mode: 'hosted_page',
  // Why null: a page that is over has no address any more, as with the real one.
  url: session.status === 'open' ? session.url : null,
})

export const renderPaymentIntent = (intent: PaymentIntent): Wire => ({
  id: intent.id,
  object: 'payment_intent',
  amount: intent.amount,
  amount_capturable: 0,
  amount_received: intent.status === 'succeeded' ? intent.amount : 0,
  capture_method: 'automatic_async',
  confirmation_method: 'automatic',
  created: intent.created,
  currency: intent.currency,
  customer: intent.customer,
  description: intent.description,
  last_payment_error:
    intent.lastError === null
      ? null
      : {
          type: 'card_error',
          code: intent.lastError.code,
          decline_code: intent.lastError.declineCode,
          message: intent.lastError.message,
          ...(intent.lastError.adviceCode !== null && { advice_code: intent.lastError.adviceCode }),
        },
  latest_charge: intent.latestCharge,
  livemode: false,
  metadata: intent.metadata,
  payment_method: intent.paymentMethod,
  payment_method_types: ['card'],
  setup_future_usage: intent.setupFutureUsage,
  status: intent.status,
})

export const renderPaymentMethod = ({ id, created, number, customer }: PaymentMethod): Wire => ({
  id,
  object: 'payment_method',
  billing_details: { address: null, email: null, name: null, phone: null },
  card: {
    brand: brandOf(number),
    checks: null,
    country: 'US',
    exp_month: 12,
    exp_year: new Date(created * 1000).getUTCFullYear() + 3,
    funding: 'credit',
    last4: number.slice(-4),
  },
  created,
  customer,
  livemode: false,
  metadata: {},
  type: 'card',
})

export const renderSetupIntent = (intent: SetupIntent): Wire => ({
  id: intent.id,
  object: 'setup_intent',
  created: intent.created,
  customer: intent.customer,
  livemode: false,
  metadata: intent.metadata,
  payment_method: intent.paymentMethod,
  payment_method_types: ['card'],
  status: 'succeeded',
  usage: 'off_session',
})

export const renderCharge = (charge: Charge): Wire => ({
  id: charge.id,
  object: 'charge',
  amount: charge.amount,
  amount_captured: charge.failure === null ? charge.amount : 0,
  amount_refunded: charge.amountRefunded,
  captured: charge.failure === null,
  created: charge.created,
  currency: charge.currency,
  customer: charge.customer,
  disputed: charge.disputed,
  failure_code: charge.failure?.code ?? null,
  failure_message: charge.failure?.message ?? null,
  livemode: false,
  metadata: charge.metadata,
  paid: charge.failure === null,
  payment_intent: charge.paymentIntent,
  payment_method_details: { type: 'card', card: { brand: charge.brand, last4: charge.last4 } },
  receipt_url: charge.receiptUrl,
  refunded: charge.amountRefunded === charge.amount,
  status: charge.failure === null ? 'succeeded' : 'failed',
})

export const renderRefund = (refund: Refund): Wire => ({
  id: refund.id,
  object: 'refund',
  amount: refund.amount,
  charge: refund.charge,
  created: refund.created,
  currency: refund.currency,
  metadata: refund.metadata,
  payment_intent: refund.paymentIntent,
  reason: refund.reason,
  status: refund.status,
})

export const renderDispute = (dispute: Dispute): Wire => ({
  id: dispute.id,
  object: 'dispute',
  amount: dispute.amount,
  balance_transactions: movedBy(dispute),
  charge: dispute.charge,
  created: dispute.created,
  currency: dispute.currency,
  is_charge_refundable: false,
  livemode: false,
  metadata: {},
  payment_intent: dispute.paymentIntent,
  reason: dispute.reason,
  status: dispute.status,
})

/** The money goes when the dispute opens, and comes back when it is won. */
const movedBy = ({ id, amount, currency, status }: Dispute): Wire[] =>
  (status === 'won' ? [-amount, amount] : [-amount]).map((moved, index) => ({
    id: `txn_${id}_${index}`,
    object: 'balance_transaction',
    amount: moved,
    currency,
    source: id,
    type: 'adjustment',
  }))

export const renderEvent = (event: StripeEvent): Wire => ({
  id: event.id,
  object: 'event',
  api_version: API_VERSION,
  created: event.created,
  data: { object: event.object },
  livemode: false,
  pending_webhooks: event.pendingWebhooks,
  request: { id: event.requestId, idempotency_key: event.idempotencyKey },
  type: event.type,
})
