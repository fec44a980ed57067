import { z } from 'zod'

/**
 * The parts of DigitalOcean's API v2 answers that we read, by its OpenAPI document. Objects are open: a field that it adds is
 * dropped, one that we need and miss fails loudly. Words are plain strings, read by tables in map.ts.
 */
const gpuInfoSchema = z.object({
  count: z.number().int().min(1),
  /** "nvidia_h100", "amd_mi300x". */
  model: z.string(),
  /** Of all boards together. */
  vram: z.object({ amount: z.number(), unit: z.string() }),
})

export const sizeSchema = z.object({
  slug: z.string(),
  /** MiB. */
  memory: z.number(),
  vcpus: z.number(),
  /** GB of the boot disk. */
  disk: z.number(),
  price_hourly: z.number().nonnegative(),
  regions: z.array(z.string()),
  available: z.boolean(),
  gpu_info: gpuInfoSchema.nullish(),
})
export type DigitalOceanSize = z.infer<typeof sizeSchema>

/** Lists say by `links.pages.next` whether there is more. */
const pageFields = {
  links: z.object({ pages: z.object({ next: z.string().optional() }).optional() }).optional(),
}
export const sizesSchema = z.object({ sizes: z.array(sizeSchema), ...pageFields })

const addressSchema = z.object({ ip_address: z.string(), type: z.string() })

export const dropletSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  status: z.string(),
  created_at: z.string(),
  size_slug: z.string(),
  size: z.object({ price_hourly: z.number().nonnegative() }),
  networks: z.object({ v4: z.array(addressSchema).default([]) }),
  gpu_info: z.object({ count: z.number().int(), model: z.string() }).nullish(),
})
export type DigitalOceanDroplet = z.infer<typeof dropletSchema>
export const oneDropletSchema = z.object({ droplet: dropletSchema })
export const dropletsSchema = z.object({ droplets: z.array(dropletSchema), ...pageFields })

export const actionsSchema = z.object({
  actions: z.array(z.object({ type: z.string(), status: z.string() })),
})

export const errorSchema = z.object({ id: z.string().optional(), message: z.string() })
