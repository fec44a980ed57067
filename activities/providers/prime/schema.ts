import { z } from 'zod'

/**
 * The parts of Prime Intellect's answers that we read, by its API reference and its own client. Objects are open: a field
 * that Prime adds is dropped, one that we need and miss fails loudly. What the clouds behind it leave out is null.
 */
const resourceSchema = z.object({
  minCount: z.number().nullish(),
  defaultCount: z.number().nullish(),
  maxCount: z.number().nullish(),
  /** US dollars per hour for one unit. */
  pricePerUnit: z.number().nonnegative().nullish(),
  step: z.number().nullish(),
  defaultIncludedInPrice: z.boolean().nullish(),
})
export type PrimeResource = z.infer<typeof resourceSchema>

const offerSchema = z.object({
  cloudId: z.string(),
  gpuType: z.string(),
  socket: z.string().nullish(),
  /** The cloud behind it. */
  provider: z.string(),
  dataCenter: z.string().nullish(),
  country: z.string().nullish(),
  gpuCount: z.number().int().nonnegative(),
  disk: resourceSchema.nullish(),
  vcpu: resourceSchema.nullish(),
  memory: resourceSchema.nullish(),
  stockStatus: z.string(),
  security: z.string().nullish(),
  /** US dollars per hour for the whole configuration. */
  prices: z.object({
    onDemand: z.number().nonnegative().nullish(),
    communityPrice: z.number().nonnegative().nullish(),
    isVariable: z.boolean().nullish(),
    currency: z.string().nullish(),
  }),
  images: z.array(z.string()).nullish(),
  isSpot: z.boolean().nullish(),
  /** Hours to be paid in advance. */
  prepaidTime: z.number().nullish(),
})
export type PrimeOffer = z.infer<typeof offerSchema>
export const availabilitySchema = z.object({ items: z.array(offerSchema), totalCount: z.number().int() })

/** One text, or several (a machine each), or a list that holds nothing yet. */
const connectionSchema = z.union([z.string(), z.array(z.string().nullable())]).nullish()
export type PrimeConnection = z.infer<typeof connectionSchema>

const portMappingSchema = z.object({ internal: z.string(), external: z.string() })

export const podSchema = z.object({
  id: z.string(),
  name: z.string().nullish(),
  status: z.string(),
  installationStatus: z.string().nullish(),
  installationFailure: z.string().nullish(),
  gpuName: z.string().nullish(),
  gpuCount: z.number().int().nullish(),
  priceHr: z.number().nonnegative().nullish(),
  createdAt: z.string().nullish(),
  sshConnection: connectionSchema,
  ip: connectionSchema,
  primePortMapping: z.array(portMappingSchema).nullish(),
})
export type PrimePod = z.infer<typeof podSchema>
export const podsSchema = z.object({ total_count: z.number().int(), data: z.array(podSchema) })

export const historySchema = z.object({
  total_count: z.number().int(),
  data: z.array(z.object({ id: z.string(), totalBilledPrice: z.number().nonnegative() })),
})

const sshKeySchema = z.object({ id: z.string(), name: z.string(), createdAt: z.string().nullish() })
export type PrimeSshKey = z.infer<typeof sshKeySchema>
export const addedKeySchema = sshKeySchema.pick({ id: true })
export const sshKeysSchema = z.object({ data: z.array(sshKeySchema) })

const fieldErrorSchema = z.object({
  loc: z.array(z.union([z.string(), z.number()])).default([]),
  msg: z.string(),
})
export const errorSchema = z.object({ detail: z.union([z.string(), z.array(fieldErrorSchema)]) })
