import { z } from 'zod'
import { CAUSE_CODES, type ToldCause } from '../causes.ts'
import { POD_KINDS } from '../offer.ts'
import { SSH_FAILURES } from '../pod-access.ts'
import { POD_NAME_LENGTH } from '../pod-name.ts'
import { ATTEMPT_OUTCOMES, END_REASONS, RENTAL_HEALTH, RENTAL_PHASES } from '../rental-status.ts'
import { gpuSchema, regionSchema, stopTermsSchema } from './catalog.ts'
import { chargingSchema } from './charging.ts'
import { idOf, instant, microsSchema, pageOf, pageQuery } from './common.ts'
import { envSchema, portsSchema, reachablePortSchema } from './pod-environment.ts'

const MINUTE = 60
const YEAR = 365 * 24 * 3600

/** When a rental ends by itself. */
export const durationSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('until_stopped') }),
    z.object({
      kind: z.literal('for'),
      seconds: z
        .int()
        .min(5 * MINUTE, 'Rent for five minutes at least.')
        .max(YEAR),
    }),
    z.object({
      kind: z.literal('budget'),
      spendLimitMicros: microsSchema.min(100_000, 'The budget is ten cents at least.'),
    }),
  ])
  .meta({ id: 'RentalDuration' })

const failoverSchema = z.object({ maxPriceMicrosPerHour: microsSchema }).meta({ id: 'Failover' })

const IMAGE =
  /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\d+)?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/

const podName = z.string().trim().min(1, 'Give the pod a name.').max(POD_NAME_LENGTH)

/** It is for people alone: nothing at a provider is called by it. */
export const renameRentalSchema = z.object({ name: podName }).meta({ id: 'RenameRental' })

export const newRentalSchema = z
  .object({
    offerId: z.string().min(1).max(300),
    name: podName.optional(),
    image: z
      .string()
      .max(300)
      .regex(IMAGE, 'Write the image like "berth/pytorch:2.5" or "ghcr.io/owner/image:tag".'),
    diskGib: z.int().min(1).max(20_000).optional(),
    sshKeyIds: z.array(idOf('sshKey')).min(1, 'Choose one SSH key at least.').max(10),
    env: envSchema.optional(),
    ports: portsSchema.optional(),
    duration: durationSchema,
    /** The price the person saw. A higher price at launch is refused, never charged. */
    priceMicrosPerHour: microsSchema,
    /** Present: other offers of the same GPU up to this price may be taken when the chosen one is refused. */
    failover: failoverSchema.optional(),
  })
  .meta({ id: 'NewRental' })
export type NewRental = z.infer<typeof newRentalSchema>

export const rentalPreviewSchema = z
  .object({
    priceMicrosPerHour: microsSchema,
    pricePerDayMicros: microsSchema,
    upstreamMicrosPerHour: microsSchema,
    firstHoldMicros: microsSchema,
    availableMicros: microsSchema,
    /** What is missing for the first hold; 0 when it can start now. */
    shortfallMicros: microsSchema,
    /** Seconds until the money runs out with this pod and all that already run; null when they all end before. */
    runwaySeconds: z.int().nullable(),
    /** Cost of the whole chosen duration; null when open-ended. */
    totalMicros: microsSchema.nullable(),
    /** How it would be charged. */
    charging: chargingSchema,
    /** The spend limit of the wallet that stands against it; null when none does. */
    limitReached: z.enum(['burn_limit', 'day_limit']).nullable(),
  })
  .meta({ id: 'RentalPreview' })
export type RentalPreview = z.infer<typeof rentalPreviewSchema>

/** Why an attempt failed or a rental ended, where we say so: to be worded by the client, in whatever language. */
export const causeSchema = z
  .object({
    code: z.enum(CAUSE_CODES),
    /** What its sentence is filled with; `words` are somebody else's. */
    data: z.record(z.string(), z.union([z.string(), z.number()])),
  })
  .meta({ id: 'Cause' }) satisfies z.ZodType<ToldCause>

export const attemptSchema = z
  .object({
    attempt: z.int(),
    offerId: z.string(),
    provider: z.string(),
    providerName: z.string(),
    priceMicrosPerHour: microsSchema,
    startedAt: instant,
    finishedAt: instant.nullable(),
    outcome: z.enum(ATTEMPT_OUTCOMES).nullable(),
    /** In the provider's words, or in ours. */
    message: z.string().nullable(),
    /** The message by name where it is ours; null for a quotation. */
    cause: causeSchema.nullable(),
  })
  .meta({ id: 'LaunchAttempt' })

export const meterSchema = z
  .object({
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    /** Up to this instant every second is charged. */
    chargedUntil: instant.nullable(),
    chargedMicros: microsSchema,
    billedSeconds: z.int(),
    heldMicros: microsSchema,
    fundedUntil: instant.nullable(),
    priceMicrosPerHour: microsSchema,
    /** The server's clock when this was read: what the ticking cost is computed from. */
    asOf: instant,
  })
  .meta({ id: 'Meter' })

export const rentalSchema = z
  .object({
    id: idOf('rental'),
    name: z.string(),
    phase: z.enum(RENTAL_PHASES),
    health: z.enum(RENTAL_HEALTH),
    endReason: z.enum(END_REASONS).nullable(),
    /** What is said of it beside the reason: in English by us, or in the words of a provider or an operator. */
    endDetail: z.string().nullable(),
    /** The detail by name where it is ours; null for a quotation. */
    endCause: causeSchema.nullable(),
    offerId: z.string(),
    provider: z.string(),
    providerName: z.string(),
    /** What stopping means there; null where the account is not known any more. */
    terms: stopTermsSchema.nullable(),
    gpu: gpuSchema,
    gpuCount: z.int(),
    region: regionSchema,
    podKind: z.enum(POD_KINDS),
    spot: z.boolean(),
    /** Null where the provider installs an image of its own. */
    image: z.string().nullable(),
    diskGib: z.int(),
    sshKeyIds: z.array(z.string()),
    /** Names alone: values are never told again. */
    envNames: z.array(z.string()),
    ports: z.array(reachablePortSchema),
    ssh: z.object({ host: z.string(), port: z.int(), user: z.string(), command: z.string() }).nullable(),
    endsAt: instant.nullable(),
    spendLimitMicros: microsSchema.nullable(),
    /** For how long it was rented at launch, which an extension leaves as it is; null where its end is no matter of time. */
    durationSeconds: z.int().nullable(),
    /** Whether, and up to which price, other offers may be taken when the chosen one is refused. */
    failover: failoverSchema.nullable(),
    /** How it is charged, as it was at launch. */
    charging: chargingSchema,
    meter: meterSchema,
    requestedAt: instant,
    readyAt: instant.nullable(),
    stopRequestedAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'Rental' })
export type RentalView = z.infer<typeof rentalSchema>

export const rentalDetailSchema = rentalSchema
  .extend({ attempts: z.array(attemptSchema), temporalUrl: z.string().nullable() })
  .meta({ id: 'RentalDetail' })
export type RentalDetail = z.infer<typeof rentalDetailSchema>

export const rentalPageSchema = pageOf(rentalSchema).meta({ id: 'RentalPage' })
export const rentalListQuery = pageQuery.extend({ state: z.enum(['live', 'ended', 'all']).default('all') })

/** Either a further stretch of time, or a new end, or a new budget; exactly one. */
export const extendSchema = z
  .discriminatedUnion('by', [
    z.object({ by: z.literal('seconds'), seconds: z.int().min(MINUTE).max(YEAR) }),
    z.object({ by: z.literal('until'), endsAt: instant }),
    z.object({ by: z.literal('until_stopped') }),
    z.object({ by: z.literal('budget'), spendLimitMicros: microsSchema }),
  ])
  .meta({ id: 'ExtendRental' })
export type ExtendRental = z.infer<typeof extendSchema>

/** Whether the pod lets one in by SSH right now, as seen from the worker. */
export const connectionTestSchema = z
  .object({
    ok: z.boolean(),
    /** Null where it worked. `other_host`: another machine answers than the one that was handed over. */
    reason: z.enum(SSH_FAILURES).nullable(),
    /** In the words of the connection that failed; of `other_host`, the fingerprint of the host key that was seen. */
    detail: z.string().nullable(),
    milliseconds: z.int(),
  })
  .meta({ id: 'ConnectionTest' })
export type ConnectionTest = z.infer<typeof connectionTestSchema>

/** What travels on GET /v1/rentals/:id/logs; the id of an event is where reading resumes by Last-Event-ID. */
export const podLogSchema = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('log.lines'),
      lines: z.array(z.object({ id: z.string(), at: instant, line: z.string() })),
    }),
    /** The log could not be read just now; reading goes on. */
    z.object({
      type: z.literal('log.trouble'),
      /** Who failed. */
      by: z.enum(['provider', 'us']),
      /** In the provider's own words, or in ours. */
      words: z.string(),
    }),
  ])
  .meta({ id: 'PodLog' })
export type PodLog = z.infer<typeof podLogSchema>

export const rentalEventSchema = z
  .object({
    id: z.string(),
    rentalId: z.string(),
    kind: z.string(),
    at: instant,
    /** One sentence for a person, in English; clients may render their own from kind and data. */
    message: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'RentalEvent' })
export type RentalEventView = z.infer<typeof rentalEventSchema>
