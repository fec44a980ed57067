import { z } from 'zod'

/**
 * The parts of Shadeform's answers that we read, by its OpenAPI document (version 1.0.0). Objects are open: a field that
 * Shadeform adds is dropped, one that we need and miss fails loudly.
 */
const configurationSchema = z.object({
  memory_in_gb: z.number(),
  storage_in_gb: z.number(),
  vcpus: z.number(),
  num_gpus: z.number().int().nonnegative(),
  gpu_type: z.string(),
  interconnect: z.string().default(''),
  vram_per_gpu_in_gb: z.number(),
  gpu_manufacturer: z.string().default(''),
})

const availabilitySchema = z.object({
  region: z.string(),
  available: z.boolean(),
  display_name: z.string().default(''),
  /** Newer listings only; what is listed without it is on demand. */
  rental_type: z.string().nullish(),
  /** Newer listings only: US dollars as a decimal string, and then it is the price in this region. */
  hourly_price: z.string().nullish(),
})
export type ShadeformAvailability = z.infer<typeof availabilitySchema>

const instanceTypeSchema = z.object({
  cloud: z.string(),
  shade_instance_type: z.string(),
  configuration: configurationSchema.extend({ os_options: z.array(z.string()) }),
  /** Whole cents for the whole machine. */
  hourly_price: z.number().int().nonnegative(),
  deployment_type: z.string(),
  availability: z.array(availabilitySchema),
})
export type ShadeformInstanceType = z.infer<typeof instanceTypeSchema>
export const instanceTypesSchema = z.object({ instance_types: z.array(instanceTypeSchema) })

export const createdSchema = z.object({ id: z.string().min(1) })

const portMappingSchema = z.object({
  internal_port: z.number().int().optional(),
  external_port: z.number().int().optional(),
})

export const instanceSchema = z.object({
  id: z.string(),
  name: z.string().nullish(),
  status: z.string(),
  status_details: z.string().nullish(),
  /** An address or a DNS name; empty before there is one. */
  ip: z.string().nullish(),
  ssh_user: z.string().nullish(),
  ssh_port: z.number().int().nullish(),
  configuration: configurationSchema.pick({ gpu_type: true, num_gpus: true }).nullish(),
  hourly_price: z.number().int().nonnegative().nullish(),
  /** US dollars as a decimal string. */
  cost_estimate: z.string().nullish(),
  /** Date and time with a space between them. */
  created_at: z.string().nullish(),
  port_mappings: z.array(portMappingSchema).nullish(),
})
export type ShadeformInstance = z.infer<typeof instanceSchema>
export const instancesSchema = z.object({ instances: z.array(instanceSchema) })

export const errorSchema = z.object({
  error_code: z.string().nullish(),
  error: z.string().nullish(),
})
