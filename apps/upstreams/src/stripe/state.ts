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

export const sessionSchema = z.object({
  id: z.string(),
  created: z.number(),
  expiresAt: z.number(),
  status: z.enum(['open', 'complete', 'expired']),
  paymentStatus: z.enum(['unpaid', 'paid']),
  amountTotal: z.number(),
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

const lastErrorSchema = z.object({ code: z.string(), declineCode: z.string(), message: z.string() })

export const paymentIntentSchema = z.object({
  id: z.string(),
  created: z.number(),
  amount: z.number(),
  currency: z.string(),
  status: z.enum(['requires_payment_method', 'succeeded', 'canceled']),
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
  sessions: z.array(sessionSchema),
  paymentIntents: z.array(paymentIntentSchema),
  charges: z.array(chargeSchema),
  refunds: z.array(refundSchema),
  disputes: z.array(disputeSchema),
  events: z.array(eventSchema),
  keptAnswers: z.array(keptAnswerSchema),
})

export type Customer = z.infer<typeof customerSchema>
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
  sessions: [],
  paymentIntents: [],
  charges: [],
  refunds: [],
  disputes: [],
  events: [],
  keptAnswers: [],
})
