import { z } from 'zod'

/**
 * The parts of Hyperstack's answers that we read, by its OpenAPI document and its API reference. Objects are open: a field that
 * Hyperstack adds is dropped, one that we need and miss fails loudly. A key pair's text is not read.
 */
const dollars = z.union([z.string(), z.number().nonnegative()])

const flavorSchema = z.object({
  name: z.string(),
  region_name: z.string(),
  cpu: z.number(),
  /** GB. */
  ram: z.number(),
  /** GB of the root disk, which hibernation keeps; the ephemeral one beside it is lost then. */
  disk: z.number(),
  gpu: z.string(),
  gpu_count: z.number().int().nonnegative(),
  stock_available: z.boolean(),
})
export type HyperstackFlavor = z.infer<typeof flavorSchema>
export const flavorsSchema = z.object({ data: z.array(z.object({ flavors: z.array(flavorSchema) })) })

const stockedModelSchema = z.object({
  model: z.string(),
  /** Machines that can still be made, by how many GPUs they have: "1x", "2x", "4x", "8x", "10x". */
  configurations: z.record(z.string(), z.number().nullish()).nullish(),
})
export const stocksSchema = z.object({
  stocks: z.array(z.object({ region: z.string(), models: z.array(stockedModelSchema) })),
})
export type HyperstackStocks = z.infer<typeof stocksSchema>['stocks']

/** Bare, without the envelope of the other answers. */
export const pricebookSchema = z.array(z.object({ name: z.string(), value: dollars }))
export type HyperstackPrices = z.infer<typeof pricebookSchema>

export const imagesSchema = z.object({
  images: z.array(z.object({ region_name: z.string(), images: z.array(z.object({ name: z.string() })) })),
})
export type HyperstackImages = z.infer<typeof imagesSchema>['images']

const vmSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  status: z.string(),
  floating_ip: z.string().nullish(),
  floating_ip_status: z.string().nullish(),
  port_randomization: z.boolean().nullish(),
  flavor: z.object({ gpu: z.string().nullish(), gpu_count: z.number().int().nullish() }).nullish(),
  created_at: z.string().nullish(),
})
export type HyperstackVm = z.infer<typeof vmSchema>
export const oneVmSchema = z.object({ instance: vmSchema })
export const createdVmSchema = z.object({ instances: z.tuple([vmSchema], vmSchema) })

/** How many there are on all pages together, where it is told. */
const count = z.number().int().nullish()
export const vmsSchema = z
  .object({ instances: z.array(vmSchema), count })
  .transform(({ instances, count: total }) => ({ items: instances, total }))

export const environmentsSchema = z
  .object({ environments: z.array(z.object({ id: z.number().int(), name: z.string() })), count })
  .transform(({ environments, count: total }) => ({ items: environments, total }))

const keypairSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  environment: z.object({ name: z.string() }).nullish(),
})
export const keypairsSchema = z
  .object({ keypairs: z.array(keypairSchema), count })
  .transform(({ keypairs, count: total }) => ({ items: keypairs, total }))

export const vmBillSchema = z.object({
  billing_history_vm_details: z.object({
    billing_history: z.array(
      /** US dollars within the window asked for. */
      z.object({ metrics: z.object({ incurred_bill: z.number().nonnegative() }) }),
    ),
  }),
})

/** Every refusal, with whatever HTTP status, 200 among them. */
export const refusalSchema = z.object({
  status: z.literal(false),
  message: z.string().default(''),
  error_reason: z.string().nullish(),
})
