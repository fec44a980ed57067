import { z } from 'zod'
import { AWAITED_KINDS } from '../awaited.ts'
import { END_REASONS, RENTAL_HEALTH, RENTAL_PHASES } from '../rental-status.ts'
import { idOf, instant, microsSchema, pageOf, pageQuery, signedMicrosSchema } from './common.ts'
import { causeSchema } from './rentals.ts'

/** `stuck`: an operator should look. `live`: everything that has not ended. */
export const OPERATOR_RENTAL_STATES = ['stuck', 'live', 'all'] as const

export const operatorRentalsQuery = pageQuery.extend({
  state: z.enum(OPERATOR_RENTAL_STATES).default('stuck'),
  phase: z.enum(RENTAL_PHASES).optional(),
  health: z.enum(RENTAL_HEALTH).optional(),
  provider: z.string().trim().min(1).max(100).optional(),
  handle: z.string().trim().min(1).max(100).optional().meta({ description: 'Of the renter, whole.' }),
  renter: idOf('user').optional().meta({ description: 'The same by id.' }),
})
export type OperatorRentalsQuery = z.infer<typeof operatorRentalsQuery>

/** What a rental waits for, to be worded by the client. */
export const awaitedSchema = z
  .object({ kind: z.enum(AWAITED_KINDS), provider: z.string().nullable() })
  .meta({ id: 'Awaited' })

/** Events that tell of trouble. It lasts until the rental says that it goes on or runs. */
export const TROUBLE_KINDS = ['stuck', 'attempt_failed', 'attempt_waiting', 'teardown_delayed'] as const

export const operatorRentalSchema = z
  .object({
    id: idOf('rental'),
    name: z.string(),
    owner: z.object({ id: idOf('user'), handle: z.string() }),
    phase: z.enum(RENTAL_PHASES),
    health: z.enum(RENTAL_HEALTH),
    endReason: z.enum(END_REASONS).nullable(),
    endDetail: z.string().nullable(),
    endCause: causeSchema.nullable(),
    account: z.string(),
    provider: z.string(),
    providerName: z.string(),
    gpuModel: z.string(),
    gpuCount: z.int(),
    region: z.string(),
    podId: z.string().nullable(),
    priceMicrosPerHour: microsSchema,
    requestedAt: instant,
    /** When it came into the phase it is in. */
    phaseSince: instant,
    /** What goes wrong at present; null while nothing does, and once it has ended. */
    trouble: z
      .object({
        kind: z.enum(TROUBLE_KINDS),
        /** When it was first called stuck in this stretch, else when the last of it happened. */
        since: instant,
        /** "RunPod to destroy the pod": completes "waits for …". */
        waitingFor: z.string().nullable(),
        /** The same by name; null where nothing is waited for, or an earlier version wrote it down. */
        awaited: awaitedSchema.nullable(),
        /** The last error, in the provider's own words. */
        words: z.string().nullable(),
      })
      .nullable(),
    temporalUrl: z.string().nullable(),
  })
  .meta({ id: 'OperatorRental' })
export type OperatorRental = z.infer<typeof operatorRentalSchema>

export const operatorRentalPageSchema = pageOf(operatorRentalSchema)
  .extend({
    /** Of everything, whatever the filters are. */
    counts: z.object({ stuck: z.int(), live: z.int() }),
    /** The same list in Temporal Web; null where there is none, or nobody by that handle. */
    temporalUrl: z.string().nullable(),
    asOf: instant,
  })
  .meta({ id: 'OperatorRentalPage' })

const reason = z.string().trim().min(3, 'Say why, in three characters at least.').max(300)

export const forceEndSchema = z
  .object({ reason: reason.meta({ description: 'Shown to the renter.' }) })
  .meta({ id: 'ForceEnd' })

export const PROVIDER_SWITCHES = ['on', 'drain', 'off'] as const
export type ProviderSwitch = (typeof PROVIDER_SWITCHES)[number]

/** `drain`: nothing new is launched there. `off`: nor is it asked for offers. What runs there goes on with either. */
export const switchProviderSchema = z
  .discriminatedUnion('status', [
    z.object({ status: z.literal('on') }),
    z.object({ status: z.literal('drain'), reason }),
    z.object({ status: z.literal('off'), reason }),
  ])
  .meta({ id: 'SwitchProvider' })
export type SwitchProvider = z.infer<typeof switchProviderSchema>

export const operatorProviderSchema = z
  .object({
    account: z.string(),
    provider: z.string(),
    displayName: z.string(),
    status: z.enum(PROVIDER_SWITCHES),
    reason: z.string().nullable(),
    lastSuccessAt: instant.nullable(),
    /** In the provider's own words. Older than `lastSuccessAt` means that it is over. */
    lastError: z.string().nullable(),
    lastErrorAt: instant.nullable(),
    latencyMs: z.int().nullable(),
    /** Offers that are young enough to be sold, were it `on`. */
    offers: z.int(),
    livePods: z.int(),
    /** Launch attempts of the last day that came to an end; those that were called off are not counted. */
    launches: z.object({ finished: z.int(), ready: z.int() }),
  })
  .meta({ id: 'OperatorProvider' })
export type OperatorProvider = z.infer<typeof operatorProviderSchema>

export const operatorProvidersSchema = z
  .object({ items: z.array(operatorProviderSchema), asOf: instant })
  .meta({ id: 'OperatorProviders' })

const takings = z.object({
  /** Charges less what was given back. */
  chargedMicros: signedMicrosSchema,
  upstreamCostMicros: signedMicrosSchema,
  /** Charged less upstream cost. */
  marginMicros: signedMicrosSchema,
  /** Pods that lived on after their paid end, at the price of sale. */
  writeOffMicros: signedMicrosSchema,
})

export const booksSchema = z
  .object({
    totals: takings.extend({
      /** What renters owe us after refunds and disputes. */
      receivablesMicros: signedMicrosSchema,
      /** What renters have in their wallets, held money included. */
      walletsMicros: signedMicrosSchema,
    }),
    /** The last thirty days, the largest charge first. */
    providers: z.array(
      takings.extend({ account: z.string(), displayName: z.string(), rentals: z.int().min(0) }),
    ),
    since: instant,
    asOf: instant,
  })
  .meta({ id: 'Books' })
export type Books = z.infer<typeof booksSchema>
