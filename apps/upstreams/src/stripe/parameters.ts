import { z } from 'zod'
import { invalidRequest } from './stripe-error.ts'

/** Form values are text; Stripe reads whole numbers out of them. */
const integer = z
  .string()
  .regex(/^-?\d+$/, 'Invalid integer')
  .transform(Number)

const metadata = z.record(z.string(), z.string()).default({})

/** Lists arrive as arrays, or as an object by index where there are many. */
const list = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.values(value) : value,
    z.array(item),
  )

export const expandParameter = list(z.string()).default([])

const allowedTypes = list(z.literal('card')).optional()

export const createSessionParameters = z.strictObject({
  mode: z.enum(['payment', 'setup']),
  currency: z.string().length(3).optional(),
  success_url: z.url(),
  cancel_url: z.url().optional(),
  customer: z.string().optional(),
  customer_email: z.string().optional(),
  client_reference_id: z.string().optional(),
  expires_at: integer.optional(),
  metadata,
  line_items: list(
    z.strictObject({
      quantity: integer.default(1),
      price_data: z.strictObject({
        currency: z.string().length(3),
        unit_amount: integer,
        product_data: z.strictObject({ name: z.string().min(1), description: z.string().optional() }),
      }),
    }),
  ).default([]),
  payment_intent_data: z
    .strictObject({
      metadata,
      description: z.string().optional(),
      setup_future_usage: z.enum(['off_session', 'on_session']).optional(),
    })
    .optional(),
  setup_intent_data: z.strictObject({ metadata }).optional(),
  allowed_payment_method_types: allowedTypes,
  adaptive_pricing: z.strictObject({ enabled: z.enum(['true', 'false']) }).optional(),
  submit_type: z.enum(['auto', 'pay']).optional(),
  customer_creation: z.enum(['always', 'if_required']).optional(),
  locale: z.string().optional(),
  expand: expandParameter,
})
export type CreateSessionParameters = z.infer<typeof createSessionParameters>

export const createCustomerParameters = z.strictObject({
  email: z.string().optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  metadata,
})

/** As far as a saved card is charged in its owner's absence: anything else is refused rather than half-understood. */
export const createPaymentIntentParameters = z.strictObject({
  amount: integer.pipe(z.number().min(50).max(99_999_999)),
  currency: z.string().length(3),
  customer: z.string(),
  payment_method: z.string(),
  confirm: z.literal('true'),
  off_session: z.literal('true'),
  error_on_requires_action: z.enum(['true', 'false']).optional(),
  allowed_payment_method_types: allowedTypes,
  description: z.string().optional(),
  metadata,
  expand: expandParameter,
})

export const listPaymentIntentsParameters = z.strictObject({
  customer: z.string().optional(),
  created: z.strictObject({ gte: integer.optional() }).optional(),
  limit: integer.pipe(z.number().min(1).max(100)).default(10),
  starting_after: z.string().optional(),
})

export const cancelParameters = z.strictObject({
  cancellation_reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']).optional(),
})

export const createRefundParameters = z.strictObject({
  payment_intent: z.string().optional(),
  charge: z.string().optional(),
  amount: integer.optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata,
})
export type CreateRefundParameters = z.infer<typeof createRefundParameters>

export const retrieveParameters = z.strictObject({ expand: expandParameter })

export const listEventsParameters = z.strictObject({
  created: z
    .union([
      integer.transform((at) => ({ gt: undefined, gte: at, lt: undefined, lte: at })),
      z.strictObject({
        gt: integer.optional(),
        gte: integer.optional(),
        lt: integer.optional(),
        lte: integer.optional(),
      }),
    ])
    .optional(),
  type: z.string().optional(),
  types: list(z.string()).optional(),
  limit: integer.pipe(z.number().min(1).max(100)).default(10),
  starting_after: z.string().optional(),
  ending_before: z.string().optional(),
  delivery_success: z.string().optional(),
  expand: expandParameter,
})
export type ListEventsParameters = z.infer<typeof listEventsParameters>

/** Reads parameters; throws a StripeError that names the first wrong one, as Stripe does. */
export function readParameters<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input ?? {})
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (issue === undefined) throw invalidRequest('Invalid request')
  if (issue.code === 'unrecognized_keys') {
    const param = inBrackets([...issue.path, issue.keys[0] ?? ''])
    throw invalidRequest(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param })
  }
  const param = inBrackets(issue.path)
  const missing =
    issue.code === 'invalid_type' && issue.input === undefined && /undefined/.test(issue.message)
  if (missing) throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param })
  throw invalidRequest(`Invalid ${param}: ${issue.message}`, { param })
}

/** `line_items[0][price_data]`, the way Stripe writes a path. */
function inBrackets([first = '', ...rest]: readonly PropertyKey[]): string {
  return String(first) + rest.map((part) => `[${String(part)}]`).join('')
}
