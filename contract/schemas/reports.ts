import { z } from 'zod'
import { complaint } from '../field-complaints.ts'
import { LEDGER_KINDS } from './billing.ts'
import { instant, microsSchema, signedMicrosSchema } from './common.ts'
import { LONGEST_PERIOD_DAYS } from '../report-period.ts'

export const USAGE_GROUPS = ['day', 'pod', 'gpu', 'provider'] as const
export type UsageGroup = (typeof USAGE_GROUPS)[number]

const day = z.iso.date('a day like 2026-03-01')
/** Midnight UTC at the start of this day, in milliseconds. */
const startOf = (text: string): number => Date.parse(`${text}T00:00:00Z`)

/** Whole days in UTC: from the start of `from` to the end of `to`. */
export const periodQuery = z
  .object({ from: day, to: day })
  .refine(({ from, to }) => startOf(from) <= startOf(to), {
    path: ['to'],
    ...complaint('ends_before_start', 'The last day comes before the first.'),
  })
  .refine(({ from, to }) => startOf(to) - startOf(from) <= LONGEST_PERIOD_DAYS * 86_400_000, {
    path: ['from'],
    ...complaint('too_many', `Ask for ${LONGEST_PERIOD_DAYS} days at most.`, LONGEST_PERIOD_DAYS),
  })
export type Period = z.output<typeof periodQuery>

export const usageQuery = z.object({ from: day, to: day, by: z.enum(USAGE_GROUPS).default('day') })

export const usageSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    by: z.enum(USAGE_GROUPS),
    /** By day: oldest first, without days on which nothing ran. Otherwise what cost most first. */
    rows: z.array(
      z.object({
        /** A day, a rental's id, a canonical GPU key, or a provider. */
        key: z.string(),
        label: z.string(),
        seconds: z.int(),
        chargedMicros: signedMicrosSchema,
        rentals: z.int(),
      }),
    ),
    totalSeconds: z.int(),
    totalMicros: signedMicrosSchema,
  })
  .meta({ id: 'Usage' })
export type Usage = z.infer<typeof usageSchema>

export const statementSchema = z
  .object({
    /** "2026-03" */
    month: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    from: instant,
    to: instant,
    /** Available and held together, at the first and after the last instant of the month. */
    openingMicros: microsSchema,
    closingMicros: microsSchema,
    /** What changed the wallet, one row for each kind of movement; opening plus all of these is closing. */
    movements: z.array(
      z.object({ kind: z.enum(LEDGER_KINDS), count: z.int(), amountMicros: signedMicrosSchema }),
    ),
    pods: z.array(
      z.object({
        rentalId: z.string(),
        name: z.string(),
        gpu: z.string(),
        provider: z.string(),
        seconds: z.int(),
        chargedMicros: signedMicrosSchema,
      }),
    ),
    /** SHA-256 of the wallet's last ledger transaction of the month: whoever keeps it can prove later that nothing was changed. */
    ledgerHash: z.string().nullable(),
    /** Whether the month is over; a statement of the current one still changes. */
    final: z.boolean(),
  })
  .meta({ id: 'Statement' })
export type Statement = z.infer<typeof statementSchema>
