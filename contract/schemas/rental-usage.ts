import { z } from 'zod'
import { instant, signedMicrosSchema } from './common.ts'

export const USAGE_STEPS = ['hour', 'day'] as const

/** What one pod has cost over its life, as settled; the seconds since follow from its meter. */
export const rentalUsageSchema = z
  .object({
    /** By the hour in its first two days, by the day (UTC) when it is older. */
    step: z.enum(USAGE_STEPS),
    /** Oldest first, without steps in which nothing ran; they sum to what was charged. */
    rows: z.array(
      z.object({
        /** Where the hour or the day begins. */
        from: instant,
        seconds: z.int(),
        chargedMicros: signedMicrosSchema,
      }),
    ),
  })
  .meta({ id: 'RentalUsage' })
export type RentalUsage = z.infer<typeof rentalUsageSchema>
