import { z } from 'zod'
import { complaint } from '../field-complaints.ts'
import { idOf, instant, microsSchema, pageOf, pageQuery } from './common.ts'

export const savedCardSchema = z
  .object({
    brand: z.string(),
    last4: z.string(),
    expMonth: z.int().min(1).max(12),
    expYear: z.int(),
    savedAt: instant,
  })
  .meta({ id: 'SavedCard' })
export type SavedCard = z.infer<typeof savedCardSchema>

export const cardSchema = z.object({ card: savedCardSchema.nullable() }).meta({ id: 'Card' })

export const cardSetupSchema = z
  .object({ url: z.string().meta({ description: "Stripe's page on which the card is entered." }) })
  .meta({ id: 'CardSetup' })

const cents = (least: number, most: number, words: string) => z.int().min(least, words).max(most, words)

export const autoTopUpRulesSchema = z
  .object({
    enabled: z.boolean(),
    thresholdCents: cents(500, 500_000, 'The threshold is between $5 and $5,000.'),
    amountCents: cents(500, 500_000, 'One charge is between $5 and $5,000.'),
    monthlyCapCents: cents(500, 5_000_000, 'The monthly cap is between $5 and $50,000.'),
  })
  .refine(({ thresholdCents, amountCents }) => amountCents >= thresholdCents, {
    path: ['amountCents'],
    ...complaint(
      'charge_below_threshold',
      'Charge at least the threshold, so that one charge brings the wallet above it.',
    ),
  })
  .refine(({ amountCents, monthlyCapCents }) => monthlyCapCents >= amountCents, {
    path: ['monthlyCapCents'],
    ...complaint('cap_below_charge', 'The monthly cap must allow at least one charge.'),
  })
  .meta({ id: 'AutoTopUpRules' })

export const AUTO_TOP_UP_STATES = ['off', 'ready', 'charging', 'waiting', 'capped', 'paused'] as const
export const AUTO_TOP_UP_PAUSES = ['declined', 'authentication_required', 'disputed'] as const

export const autoTopUpSchema = z
  .object({
    enabled: z.boolean(),
    thresholdMicros: microsSchema,
    amountMicros: microsSchema,
    monthlyCapMicros: microsSchema,
    /**
     * `charging`: a charge is under way or its outcome not known yet. `waiting`: one an hour, the next is due later.
     * `capped`: the month's cap holds the next one back. `paused`: nothing is charged until the person acts.
     */
    state: z.enum(AUTO_TOP_UP_STATES),
    pause: z
      .object({
        reason: z.enum(AUTO_TOP_UP_PAUSES),
        at: instant,
        /** Where the person acts: confirms a payment, saves another card, or turns it on again. */
        actionUrl: z.string(),
      })
      .nullable(),
    /** In a row; after the third nothing more is tried. */
    declines: z.int(),
    lastFailure: z.object({ words: z.string(), at: instant }).nullable(),
    chargedThisMonthMicros: microsSchema,
    /** When the next charge is possible at the earliest; null where nothing stands in its way. */
    nextAttemptAt: instant.nullable(),
  })
  .meta({ id: 'AutoTopUp' })
export type AutoTopUp = z.infer<typeof autoTopUpSchema>

export const receiptSchema = z
  .object({
    topUpId: idOf('topUp'),
    amountMicros: microsSchema,
    /** `auto`: charged to the saved card because the wallet ran low. */
    origin: z.enum(['checkout', 'auto']),
    paidAt: instant,
    card: z.object({ brand: z.string(), last4: z.string() }).nullable(),
    /** Stripe's own receipt. */
    receiptUrl: z.string().nullable(),
    /** Refunds and disputes, oldest first. */
    reversals: z.array(
      z.object({
        id: z.string(),
        amountMicros: microsSchema,
        status: z.enum(['refunded', 'refund_failed', 'dispute_opened', 'dispute_won', 'dispute_lost']),
        at: instant,
      }),
    ),
  })
  .meta({ id: 'Receipt' })
export type Receipt = z.infer<typeof receiptSchema>

export const receiptQuery = pageQuery
export const receiptPageSchema = pageOf(receiptSchema).meta({ id: 'ReceiptPage' })
