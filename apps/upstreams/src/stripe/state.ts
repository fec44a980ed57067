import { z } from 'zod'

const metadata = z.record(z.string(), z.string())

export const customerSchema = z.object({
  id: z.string(),
  created: z.number(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  description: z.string().nullable(),
  metadata,
})

/** Of Stripe's test set; behind the number stands what the card does. */
export const paymentMethodSchema = z.object({
  id: z.string(),
  created: z.number(),
  number: z.string(),
  customer: z.string().nullable(),
})

const setupFutureUsage = z.enum(['off_session', 'on_session']).nullable().default(null)

export const setupIntentSchema = z.object({
  id: z.string(),
  created: z.number(),
  customer: z.string().nullable(),
  paymentMethod: z.string(),
  metadata,
})

export const sessionSchema = z.object({
  id: z.string(),
  created: z.number(),
  mode: z.enum(['payment', 'setup']).default('payment'),
  setupFutureUsage,
  setupIntent: z.string().nullable().default(null),
  expiresAt: z.number(),
  status: z.enum(['open', 'complete', 'expired']),
  paymentStatus: z.enum(['unpaid', 'paid', 'no_payment_required']),
  /** Null where a card is saved and nothing paid. */
  amountTotal: z.number().nullable(),
  currency: z.string(),
  productName: z.string(),
  customer: z.string().nullable(),
  customerEmail: z.string().nullable(),
  paidByEmail: z.string().nullable(),
  clientReferenceId: z.string().nullable(),
  metadata,
  paymentMetadata: metadata,
  paymentDescription: z.string().nullable(),
  paymentIntent: z.string().nullable(),
  successUrl: z.string(),
  cancelUrl: z.string().nullable(),
  url: z.string(),
})

const lastErrorSchema = z.object({
  code: z.string(),
  declineCode: z.string(),
  message: z.string(),
  adviceCode: z.string().nullable().default(null),
})

export const paymentIntentSchema = z.object({
  id: z.string(),
  created: z.number(),
  amount: z.number(),
  currency: z.string(),
  status: z.enum(['requires_payment_method', 'requires_action', 'succeeded', 'canceled']),
  paymentMethod: z.string().nullable().default(null),
  setupFutureUsage,
  customer: z.string().nullable(),
  description: z.string().nullable(),
  metadata,
  latestCharge: z.string().nullable(),
  lastError: lastErrorSchema.nullable(),
})

export const chargeSchema = z.object({
  id: z.string(),
  created: z.number(),
  amount: z.number(),
  amountRefunded: z.number(),
  currency: z.string(),
  paymentIntent: z.string(),
  customer: z.string().nullable(),
  failure: lastErrorSchema.nullable(),
  disputed: z.boolean(),
  last4: z.string(),
  brand: z.string().default('visa'),
  receiptUrl: z.string().nullable().default(null),
  metadata,
})

export const refundSchema = z.object({
  id: z.string(),
  created: z.number(),
  amount: z.number(),
  currency: z.string(),
  charge: z.string(),
  paymentIntent: z.string(),
  reason: z.string().nullable(),
  status: z.enum(['succeeded', 'failed']).default('succeeded'),
  metadata,
})

export const disputeSchema = z.object({
  id: z.string(),
  created: z.number(),
  amount: z.number(),
  currency: z.string(),
  charge: z.string(),
  paymentIntent: z.string(),
  reason: z.string(),
  status: z.enum(['needs_response', 'won', 'lost']),
})

export const eventSchema = z.object({
  id: z.string(),
  created: z.number(),
  type: z.string(),
  object: z.record(z.string(), z.unknown()),
  requestId: z.string().nullable(),
  idempotencyKey: z.string().nullable(),
  pendingWebhooks: z.number(),
})

export const keptAnswerSchema = z.object({
  key: z.string(),
  fingerprint: z.string(),
  status: z.number(),
  body: z.unknown(),
  atMs: z.number(),
})

/** Everything the emulated Stripe knows, as it goes to disk. */
export const stripeStateSchema = z.object({
  customers: z.array(customerSchema),
  paymentMethods: z.array(paymentMethodSchema).default([]),
  setupIntents: z.array(setupIntentSchema).default([]),
  sessions: z.array(sessionSchema),
  paymentIntents: z.array(paymentIntentSchema),
  charges: z.array(chargeSchema),
  refunds: z.array(refundSchema),
  disputes: z.array(disputeSchema),
  events: z.array(eventSchema),
  keptAnswers: z.array(keptAnswerSchema),
})

export type Customer = z.infer<typeof customerSchema>
export type PaymentMethod = z.infer<typeof paymentMethodSchema>
export type SetupIntent = z.infer<typeof setupIntentSchema>
export type CheckoutSession = z.infer<typeof sessionSchema>
export type PaymentIntent = z.infer<typeof paymentIntentSchema>
export type Charge = z.infer<typeof chargeSchema>
export type Refund = z.infer<typeof refundSchema>
export type Dispute = z.infer<typeof disputeSchema>
export type StripeEvent = z.infer<typeof eventSchema>
export type KeptAnswer = z.infer<typeof keptAnswerSchema>
export type StripeState = z.infer<typeof stripeStateSchema>

export const emptyState = (): StripeState => ({
  customers: [],
  paymentMethods: [],
  setupIntents: [],
  sessions: [],
  paymentIntents: [],
  charges: [],
  refunds: [],
  disputes: [],
  events: [],
  keptAnswers: [],
})
