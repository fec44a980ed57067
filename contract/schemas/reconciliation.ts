import { z } from 'zod'
import { COST_DEVIATIONS } from '../reconciliation.ts'
import { idOf, instant, microsSchema, pageOf, pageQuery, signedMicrosSchema } from './common.ts'

export const RECONCILIATION_STATES = ['attention', 'all'] as const

export const reconciliationQuery = pageQuery.extend({
  state: z
    .enum(RECONCILIATION_STATES)
    .default('all')
    .meta({ description: '`attention`: flagged ones and those whose provider has not answered.' }),
})
export type ReconciliationQuery = z.infer<typeof reconciliationQuery>

export const reconciliationRunSchema = z
  .object({
    id: idOf('reconciliationRun'),
    /** The operator who did not wait for the night; null for the run of a night. */
    requestedBy: z.string().nullable(),
    from: instant,
    until: instant,
    startedAt: instant,
    /** Null while it is under way. */
    finishedAt: instant.nullable(),
    /** Of a finished run. */
    pods: z.int().min(0),
    unanswered: z.int().min(0),
    flagged: z.int().min(0),
  })
  .meta({ id: 'ReconciliationRun' })
export type ReconciliationRunView = z.infer<typeof reconciliationRunSchema>

export const reconciliationStatusSchema = z
  .object({
    /** Null before the first. */
    lastRun: reconciliationRunSchema.nullable(),
  })
  .meta({ id: 'ReconciliationStatus' })

export const reconciledRentalSchema = z
  .object({
    rentalId: idOf('rental'),
    name: z.string(),
    account: z.string(),
    providerName: z.string(),
    endedAt: instant.nullable(),
    /** What its renter was charged, less what was given back. */
    chargedMicros: signedMicrosSchema,
    /** As the ledger has it. */
    upstreamCostMicros: signedMicrosSchema,
    marginMicros: signedMicrosSchema,
    /** Where the upstream cost is from; `mixed` where only some of its pods were billed. */
    source: z.enum(['bill', 'estimate', 'mixed']),
    /** What we would have expected for all its pods, at the most. */
    estimateMicros: microsSchema,
    /** Bill less estimate, of the pods that were billed; null where none was. */
    differenceMicros: signedMicrosSchema.nullable(),
    /** Set where a bill is one that our record can not explain. */
    deviation: z.enum(COST_DEVIATIONS).nullable(),
    /** Pods whose provider did not tell; it is asked again the next night. */
    unanswered: z.int().min(0),
    /** Why, in the provider's words. */
    words: z.string().nullable(),
    reconciledAt: instant,
  })
  .meta({ id: 'ReconciledRental' })
export type ReconciledRental = z.infer<typeof reconciledRentalSchema>

export const reconciledProviderSchema = z
  .object({
    account: z.string(),
    displayName: z.string(),
    pods: z.int().min(0),
    chargedMicros: signedMicrosSchema,
    /** Of the pods that were billed. */
    billedMicros: microsSchema,
    /** Of those that were not. */
    estimatedMicros: microsSchema,
    /** Charged less both. */
    marginMicros: signedMicrosSchema,
    /** Bill less estimate, of the pods that were billed. */
    differenceMicros: signedMicrosSchema,
    flagged: z.int().min(0),
    unanswered: z.int().min(0),
  })
  .meta({ id: 'ReconciledProvider' })
export type ReconciledProvider = z.infer<typeof reconciledProviderSchema>

export const reconciliationSchema = pageOf(reconciledRentalSchema)
  .extend({
    lastRun: reconciliationRunSchema.nullable(),
    providers: z.array(reconciledProviderSchema),
    /** Rentals that run or ended since then are in it. */
    since: instant,
    asOf: instant,
  })
  .meta({ id: 'Reconciliation' })
export type Reconciliation = z.infer<typeof reconciliationSchema>
