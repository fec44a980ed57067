import { z } from 'zod'
import { idOf, instant, microsSchema, pageOf, pageQuery, signedMicrosSchema } from './common.ts'

export const balanceSchema = z
  .object({
    walletId: idOf('wallet'),
    availableMicros: microsSchema,
    heldMicros: microsSchema,
    totalMicros: microsSchema,
    receivableMicros: microsSchema,
    burnMicrosPerHour: microsSchema,
    /**
     * Seconds until the money runs out, with each pod's end, budget and prepaid time counted; null while nothing runs, or
     * when every pod ends before it does.
     */
    runwaySeconds: z.int().nullable(),
    /** Where it is the limit of the day, and not the money, that ends the runway: raising it helps, a top-up does not. */
    dayLimit: z.object({ limitMicros: microsSchema, resetsAt: instant }).nullable(),
    asOf: instant,
  })
  .meta({ id: 'Balance' })
export type Balance = z.infer<typeof balanceSchema>

export const LEDGER_KINDS = [
  'top_up',
  'hold',
  'charge',
  'release',
  'write_off',
  'refund',
  'dispute',
  'dispute_won',
  'promotion',
  'adjustment',
  'upstream_cost',
  'reversal',
] as const

export const ledgerLineSchema = z
  .object({
    id: idOf('ledgerTransaction'),
    seq: z.int(),
    kind: z.enum(LEDGER_KINDS),
    rentalId: z.string().nullable(),
    rentalName: z.string().nullable(),
    reference: z.string().nullable(),
    note: z.string().nullable(),
    /** Change of what the wallet owns (available and held together). */
    amountMicros: signedMicrosSchema,
    availableChangeMicros: signedMicrosSchema,
    heldChangeMicros: signedMicrosSchema,
    availableAfterMicros: microsSchema,
    /** For charges: the metered window, so that anyone can recompute the amount. */
    window: z
      .object({ from: instant, to: instant, seconds: z.int(), priceMicrosPerHour: microsSchema })
      .nullable(),
    occurredAt: instant,
    hash: z.string(),
  })
  .meta({ id: 'LedgerLine' })
export type LedgerLine = z.infer<typeof ledgerLineSchema>

export const ledgerQuery = pageQuery.extend({
  kind: z.enum(LEDGER_KINDS).optional(),
  rentalId: idOf('rental').optional(),
})
export const ledgerPageSchema = pageOf(ledgerLineSchema).meta({ id: 'LedgerPage' })

const limit = microsSchema.min(10_000, 'A limit is one cent at least; null lifts it.').nullable()

/** Each null: no limit. */
export const newSpendLimitsSchema = z
  .object({ perHourMicros: limit, perDayMicros: limit })
  .meta({ id: 'NewSpendLimits' })

export const spendLimitsSchema = z
  .object({
    /** The most that all pods together may cost an hour; judged when one is rented. */
    perHourMicros: microsSchema.nullable(),
    /** The most that is charged on one day, UTC. */
    perDayMicros: microsSchema.nullable(),
    spentTodayMicros: microsSchema,
    /** When the day begins anew. */
    resetsAt: instant,
  })
  .meta({ id: 'SpendLimits' })
export type SpendLimits = z.infer<typeof spendLimitsSchema>

export const checkoutSchema = z
  .object({
    amountCents: z.int().min(500, 'Top up $5 at least.').max(500_000, 'Top up $5,000 at most.'),
    /** Keep the card, in place of the one before, so that auto top-up can charge it. */
    saveCard: z.boolean().default(false),
  })
  .meta({ id: 'NewTopUp' })

export const TOP_UP_STATUSES = ['created', 'open', 'paid', 'expired', 'failed'] as const
export const topUpSchema = z
  .object({
    id: idOf('topUp'),
    amountMicros: microsSchema,
    status: z.enum(TOP_UP_STATUSES),
    /** Stripe's hosted page; null once it can no longer be paid. */
    checkoutUrl: z.string().nullable(),
    createdAt: instant,
  })
  .meta({ id: 'TopUp' })
export type TopUp = z.infer<typeof topUpSchema>
