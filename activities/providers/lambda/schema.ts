import { z } from 'zod'

/**
 * The parts of Lambda's answers that we read, by its OpenAPI document (version 1.6.0). Objects are open: a field that
 * Lambda adds is dropped, one that we need and miss fails loudly. Jupyter tokens, which open the machine, are not read.
 */
const regionSchema = z.object({ name: z.string(), description: z.string().optional() })

const instanceTypeSchema = z.object({
  name: z.string(),
  /** "H100 (80 GB SXM5)": the memory of a board is told nowhere else. */
  gpu_description: z.string(),
  /** Whole cents for the whole machine. */
  price_cents_per_hour: z.number().int().nonnegative(),
  specs: z.object({
    vcpus: z.number(),
    memory_gib: z.number(),
    storage_gib: z.number(),
    gpus: z.number().int().nonnegative(),
  }),
})

const catalogItemSchema = z.object({
  instance_type: instanceTypeSchema,
  regions_with_capacity_available: z.array(regionSchema),
})
export type LambdaCatalogItem = z.infer<typeof catalogItemSchema>
export const catalogSchema = z.object({ data: z.record(z.string(), catalogItemSchema) })

const instanceSchema = z.object({
  id: z.string(),
  name: z.string().nullish(),
  ip: z.string().nullish(),
  status: z.string(),
  instance_type: instanceTypeSchema.nullish(),
})
export type LambdaInstance = z.infer<typeof instanceSchema>
export const oneInstanceSchema = z.object({ data: instanceSchema })
export const instancesSchema = z.object({ data: z.array(instanceSchema) })

export const launchedSchema = z.object({
  data: z.object({ instance_ids: z.tuple([z.string()], z.string()) }),
})

export const sshKeysSchema = z.object({ data: z.array(z.object({ id: z.string(), name: z.string() })) })

export const errorSchema = z.object({
  error: z.object({ code: z.string(), message: z.string().default(''), suggestion: z.string().nullish() }),
})
