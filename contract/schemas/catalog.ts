import { z } from 'zod'
import { FORM_FACTORS, GPU_VENDORS, LISTING_SORTS, POD_KINDS, STOCK_LEVELS } from '../offer.ts'
import { ENV_VALUES, PORT_ACCESS } from '../pod-environment.ts'
import { chargingSchema } from './charging.ts'
import { instant, microsSchema, pageOf, pageQuery } from './common.ts'

export const CONTINENTS = ['AF', 'AS', 'EU', 'NA', 'OC', 'SA'] as const

export const gpuSchema = z
  .object({
    key: z.string(),
    vendor: z.enum(GPU_VENDORS),
    model: z.string(),
    memoryGib: z.number().min(0),
    formFactor: z.enum(FORM_FACTORS),
    rawName: z.string(),
  })
  .meta({ id: 'Gpu' })

export const regionSchema = z
  .object({ code: z.string(), country: z.string().nullable(), continent: z.enum(CONTINENTS).nullable() })
  .meta({ id: 'Region' })

/** What a pod can and cannot do there, taken from the provider's capability flags. */
export const stopTermsSchema = z
  .object({
    stopStart: z.enum(['none', 'keeps_disk_may_lose_gpu', 'keeps_disk_bills_full', 'keeps_disk_and_gpu']),
    teardownSeconds: z.int(),
    images: z.enum(['any', 'fixed']),
    /** How the ports of a pod are reached. */
    ports: z.enum(PORT_ACCESS),
    /** `lines`: only values that fit on one line of `/etc/environment` reach a pod. */
    environment: z.enum(ENV_VALUES),
  })
  .meta({ id: 'StopTerms' })

export const offerSchema = z
  .object({
    id: z.string(),
    provider: z.string(),
    providerName: z.string(),
    aggregator: z.boolean(),
    soldFor: z.string().nullable(),
    gpu: gpuSchema,
    gpuCount: z.int().min(0),
    region: regionSchema,
    podKind: z.enum(POD_KINDS),
    spot: z.boolean(),
    vcpus: z.number().nullable(),
    ramGib: z.number().nullable(),
    disk: z.object({ includedGib: z.int(), maxGib: z.int() }),
    stock: z.enum(STOCK_LEVELS),
    reliability: z.number().min(0).max(1).nullable(),
    priceMicrosPerHour: microsSchema,
    pricePerGpuMicrosPerHour: microsSchema,
    upstreamMicrosPerHour: microsSchema,
    diskMicrosPerGibHour: microsSchema,
    refreshedAt: instant,
    ageSeconds: z.int().min(0),
    sourceLatencyMs: z.int().nullable(),
    lastRefusedAt: instant.nullable(),
    launchSuccessRate: z.number().min(0).max(1).nullable(),
    medianBootSeconds: z.int().nullable(),
    terms: stopTermsSchema,
    /** How it is charged, unless the account has terms of its own. */
    charging: chargingSchema,
  })
  .meta({ id: 'Offer' })
export type OfferView = z.infer<typeof offerSchema>

export const providerHealthSchema = z
  .object({
    provider: z.string(),
    displayName: z.string(),
    status: z.enum(['ok', 'degraded', 'draining', 'off']),
    /**
     * Why it is not `ok`. `switched`: by an operator. `failing`: it cannot be read. `unread`: it has not been read yet. `stale`:
     * it was last read too long ago, at `refreshedAt`.
     */
    cause: z.enum(['switched', 'failing', 'unread', 'stale']).nullable(),
    /** In one sentence: the operator's for `switched`, the provider's own for `failing`, else ours, in English. */
    reason: z.string().nullable(),
    offers: z.int(),
    refreshedAt: instant.nullable(),
    latencyMs: z.int().nullable(),
  })
  .meta({ id: 'ProviderHealth' })
export type ProviderHealth = z.infer<typeof providerHealthSchema>

const queryFlag = z.enum(['true', 'false']).transform((value) => value === 'true')
/** `a,b,c` or a repeated parameter. */
const csv = z
  .union([z.string(), z.array(z.string())])
  .transform((value) =>
    (Array.isArray(value) ? value : [value]).flatMap((part) => part.split(',')).filter(Boolean),
  )
  .pipe(z.array(z.string().max(100)).max(50))

export const listingFilters = z.object({
  q: z.string().trim().max(100).optional(),
  gpu: csv.optional().meta({ description: 'Canonical GPU keys or model names.' }),
  gpuCount: csv.optional(),
  minMemoryGib: z.coerce.number().min(0).optional().meta({ description: 'Memory of one GPU.' }),
  maxPriceMicrosPerHour: z.coerce.number().int().min(0).optional(),
  continent: csv.optional(),
  country: csv.optional(),
  provider: csv.optional(),
  spot: queryFlag.optional(),
  includeCpu: queryFlag.optional(),
})

export const listingQuery = listingFilters.extend({
  ...pageQuery.shape,
  sort: z.enum(LISTING_SORTS).default('price'),
  order: z.enum(['asc', 'desc']).default('asc'),
})
export type ListingQuery = z.infer<typeof listingQuery>

export const listingPageSchema = pageOf(offerSchema)
  .extend({ total: z.int(), providers: z.array(providerHealthSchema) })
  .meta({ id: 'ListingPage' })

const facetValue = z.object({
  value: z.string(),
  label: z.string(),
  count: z.int(),
  fromMicrosPerGpuHour: microsSchema,
})
export const facetsSchema = z
  .object({
    gpu: z.array(facetValue),
    gpuCount: z.array(facetValue),
    memoryGib: z.array(facetValue),
    continent: z.array(facetValue),
    country: z.array(facetValue),
    provider: z.array(facetValue),
    total: z.int(),
  })
  .meta({ id: 'Facets' })
export type Facets = z.infer<typeof facetsSchema>
