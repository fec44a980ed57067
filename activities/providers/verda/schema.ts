import { z } from 'zod'

/**
 * The parts of Verda's answers that we read, by the vendor's Go and Python SDKs. Objects are open: a field that Verda adds
 * is dropped, one that we need and miss fails loudly. Prices come as text here and as numbers there.
 */
const dollars = z.union([z.string(), z.number().nonnegative()])

const hardware = {
  cpu: z.object({ number_of_cores: z.number() }),
  gpu: z.object({ description: z.string(), number_of_gpus: z.number().int().nonnegative() }),
  memory: z.object({ size_in_gigabytes: z.number() }),
}

const instanceTypeSchema = z.object({
  instance_type: z.string(),
  model: z.string().nullish(),
  name: z.string().nullish(),
  manufacturer: z.string().nullish(),
  ...hardware,
  /** Of all GPUs together. */
  gpu_memory: z.object({ size_in_gigabytes: z.number() }),
  price_per_hour: dollars,
  spot_price: dollars.nullish(),
  currency: z.string().nullish(),
  supported_os: z.array(z.string()).nullish(),
})
export type VerdaInstanceType = z.infer<typeof instanceTypeSchema>
export const instanceTypesSchema = z.array(instanceTypeSchema)

export const locationsSchema = z.array(z.object({ code: z.string(), country_code: z.string().nullish() }))
export type VerdaLocation = z.infer<typeof locationsSchema>[number]

export const availabilitySchema = z.array(
  z.object({ location_code: z.string(), availabilities: z.array(z.string()) }),
)

export const volumeTypesSchema = z.array(
  z.object({
    type: z.string(),
    price: z.object({ price_per_month_per_gb: dollars, currency: z.string().nullish() }),
  }),
)

export const instanceSchema = z.object({
  id: z.string(),
  ip: z.string().nullish(),
  status: z.string(),
  hostname: z.string(),
  created_at: z.string(),
  gpu: hardware.gpu.nullish(),
  price_per_hour: dollars.nullish(),
  os_volume_id: z.string().nullish(),
  volume_ids: z.array(z.string()).nullish(),
})
export type VerdaInstance = z.infer<typeof instanceSchema>
export const instancesSchema = z.array(instanceSchema)

/** An id in plain text; JSON text in quotes is taken, too. */
export const newIdSchema = z
  .string()
  .trim()
  .regex(/^[\w-]{8,}$/)

/** One element of an action's answer; 204 has no body. */
const actionResultSchema = z.object({
  instanceId: z.string().optional(),
  status: z.string(),
  error: z.string().optional(),
  statusCode: z.number().optional(),
})
export type VerdaActionResult = z.infer<typeof actionResultSchema>
export const actionResultsSchema = z.union([
  z.array(actionResultSchema),
  z.literal('').transform((): VerdaActionResult[] => []),
])

/** SSH keys and startup scripts, by what we look for. */
export const namedEntriesSchema = z.array(
  z.object({ id: z.string(), name: z.string(), created_at: z.string() }),
)
export type VerdaNamedEntry = z.infer<typeof namedEntriesSchema>[number]

export const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() })

export const errorSchema = z.object({ code: z.string().optional(), message: z.string() })
