import { z } from 'zod'
import { chargingSchema } from './charging.ts'
import { idOf, instant, microsSchema, signedMicrosSchema } from './common.ts'
import { byOperatorSchema } from './operator-people.ts'

const reason = z.string().trim().min(3, 'Say why, in three characters at least.').max(300)

export const newAdjustmentSchema = z
  .object({
    /** `debit` takes what there is; the rest is owed. `debt_write_off` gives up what the wallet owes. */
    kind: z.enum(['credit', 'debit', 'debt_write_off']),
    amountMicros: microsSchema.min(1).max(100_000_000_000, 'At most $100,000 at a time.'),
    reason: reason.meta({ description: 'Stands in the ledger, where its owner reads it.' }),
  })
  .meta({ id: 'NewAdjustment' })
export type NewAdjustment = z.infer<typeof newAdjustmentSchema>

export const adjustmentSchema = z
  .object({
    transactionId: idOf('ledgerTransaction'),
    availableMicros: microsSchema,
    receivableMicros: microsSchema,
  })
  .meta({ id: 'Adjustment' })

export const balanceAtSchema = z
  .object({
    walletId: idOf('wallet'),
    at: instant,
    availableMicros: microsSchema,
    heldMicros: microsSchema,
    receivableMicros: microsSchema,
    /** Ledger transactions by then, and the hash of the last: what to compare a copy of the ledger with. */
    transactions: z.int(),
    headHash: z.string().nullable(),
  })
  .meta({ id: 'BalanceAt' })
export type BalanceAt = z.infer<typeof balanceAtSchema>

export const atQuery = z.object({ at: instant.optional().meta({ description: 'Left out: now.' }) })

export const trialBalanceSchema = z
  .object({
    at: instant,
    accounts: z.array(z.object({ account: z.string(), micros: signedMicrosSchema, entries: z.int() })),
    /** Zero, or the books are wrong. */
    totalMicros: signedMicrosSchema,
  })
  .meta({ id: 'TrialBalance' })
export type TrialBalance = z.infer<typeof trialBalanceSchema>

export const chargingChoiceSchema = z
  .object({ charging: chargingSchema.nullable().meta({ description: 'Null: nothing of its own.' }) })
  .meta({ id: 'ChargingChoice' })

export const promotionCodeSchema = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9-]{4,40}$/, 'A code has 4 to 40 letters, digits and hyphens.')

export const redeemSchema = z.object({ code: promotionCodeSchema }).meta({ id: 'RedeemPromotion' })
export const redeemedSchema = z
  .object({
    code: z.string(),
    amountMicros: microsSchema,
    note: z.string(),
    transactionId: idOf('ledgerTransaction'),
    /** False where this person had redeemed the code before: nothing moved now, and the transaction is the one of then. */
    fresh: z.boolean(),
  })
  .meta({ id: 'RedeemedPromotion' })
export type Redeemed = z.infer<typeof redeemedSchema>

export const newPromotionSchema = z
  .object({
    code: promotionCodeSchema,
    amountMicros: microsSchema.min(10_000, 'One cent at least.').max(1_000_000_000, 'At most $1,000 each.'),
    maxRedemptions: z.int().min(1).max(1_000_000),
    expiresAt: instant.nullable(),
    note: reason.meta({ description: 'Told to those who redeem it.' }),
  })
  .meta({ id: 'NewPromotion' })
export type NewPromotion = z.infer<typeof newPromotionSchema>

export const promotionSchema = newPromotionSchema
  .extend({
    code: z.string(),
    redemptions: z.int(),
    createdAt: instant,
    createdBy: byOperatorSchema,
    /** Nobody can redeem it any more; what was redeemed before stays. */
    switchedOff: z.object({ at: instant, by: byOperatorSchema, reason: z.string() }).nullable(),
  })
  .meta({ id: 'Promotion' })
export type PromotionView = z.infer<typeof promotionSchema>

export const switchOffPromotionSchema = z
  .object({
    reason: reason.meta({ description: 'For other operators; those who have the code do not read it.' }),
  })
  .meta({ id: 'SwitchOffPromotion' })

export const promotionsSchema = z.object({ items: z.array(promotionSchema) }).meta({ id: 'Promotions' })
