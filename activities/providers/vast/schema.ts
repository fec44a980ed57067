import { z } from 'zod'

/**
 * The parts of Vast's answers that we read, by its OpenAPI document and its own clients. Objects are open: a field that Vast
 * adds is dropped, one that we need and miss fails loudly. Figures are US dollars unless named otherwise.
 */
const dollars = z.number().nonnegative()

const offerSchema = z.object({
  id: z.number().int(),
  machine_id: z.number().nullish(),
  gpu_name: z.string(),
  gpu_arch: z.string().nullish(),
  num_gpus: z.number().int().positive(),
  /** MiB of one board, as its host's driver shows it. */
  gpu_ram: z.number().nonnegative(),
  gpu_frac: z.number().positive().nullish(),
  cpu_cores_effective: z.number().nullish(),
  /** MB of the whole host. */
  cpu_ram: z.number().nullish(),
  /** GB that can be allocated. */
  disk_space: z.number().nonnegative(),
  /** For a GB and month. */
  storage_cost: dollars,
  /** For an hour, without and with the storage that was asked for. */
  dph_base: dollars,
  dph_total: dollars,
  min_bid: dollars.nullish(),
  reliability2: z.number().nullish(),
  reliability: z.number().nullish(),
  /** "Washington, US" */
  geolocation: z.string().nullish(),
})
export type VastOffer = z.infer<typeof offerSchema>
export const offersSchema = z.object({ offers: z.array(offerSchema) })

export const createdSchema = z.object({ success: z.literal(true), new_contract: z.number().int() })

const instanceSchema = z.object({
  id: z.number().int(),
  label: z.string().nullish(),
  /** Null until the host has said something. */
  actual_status: z.string().nullish(),
  intended_status: z.string().nullish(),
  cur_state: z.string().nullish(),
  next_state: z.string().nullish(),
  status_msg: z.string().nullish(),
  is_bid: z.boolean().nullish(),
  machine_id: z.number().nullish(),
  gpu_name: z.string().nullish(),
  num_gpus: z.number().int().nullish(),
  dph_total: dollars.nullish(),
  storage_total_cost: dollars.nullish(),
  /** Seconds since 1970. */
  start_date: z.number().nullish(),
  public_ipaddr: z.string().nullish(),
  ssh_host: z.string().nullish(),
  ssh_port: z.number().int().nullish(),
  /** "22/tcp" to where it is published. */
  ports: z
    .record(z.string(), z.array(z.object({ HostPort: z.string().optional() })).nullable())
    .nullish()
    .catch(null),
})
export type VastInstance = z.infer<typeof instanceSchema>
/** One object under a plural key; null once it is gone. */
export const oneInstanceSchema = z.object({ instances: instanceSchema.nullable() })
export const instancesSchema = z.object({
  instances: z.array(instanceSchema),
  next_token: z.string().nullish(),
})

export const chargesSchema = z.object({
  results: z.array(z.object({ source: z.string(), amount: dollars })),
  next_token: z.string().nullish(),
})

export const errorSchema = z.object({
  error: z.string().optional(),
  msg: z.string().optional(),
  /** Of a 429. */
  detail: z.string().optional(),
  /** Also a refused create may have made one. */
  new_contract: z.number().int().optional(),
})
