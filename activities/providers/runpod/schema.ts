import { z } from 'zod'

/**
 * The parts of RunPod's REST v2 answers that we read, by its OpenAPI document (version 2.0.0). Objects are open: a field
 * that RunPod adds is dropped, one that we need and miss fails loudly. Words are plain strings, read by tables in map.ts.
 */
const availabilitySchema = z.object({ id: z.string(), name: z.string(), availability: z.string() })

const gpuTypeSchema = z.object({
  id: z.string(),
  name: z.string(),
  manufacturer: z.string(),
  /** GB of one board. */
  memory: z.number(),
  secure: z.boolean(),
  community: z.boolean(),
  /** US dollars per hour for one GPU, without disk. */
  price: z.object({ secure: z.number().nonnegative(), community: z.number().nonnegative() }),
  maxCount: z.object({ secure: z.number(), community: z.number() }),
  availability: z.string().optional(),
  dataCenters: z.array(availabilitySchema).optional(),
})
export type RunPodGpuType = z.infer<typeof gpuTypeSchema>
export const gpuTypesSchema = z.object({ gpus: z.array(gpuTypeSchema) })

const sshEndpointSchema = z.object({ host: z.string(), port: z.number().int(), username: z.string() })

const runtimePortSchema = z.object({
  private: z.number().int().optional(),
  public: z.number().int().nullish(),
  type: z.string().optional(),
  ip: z.string().nullish(),
})

export const podSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  gpu: z.object({ id: z.string(), count: z.number().int().default(1) }).optional(),
  ssh: z.object({ direct: sshEndpointSchema.nullable() }),
  /** US dollars per hour now; 0 once EXITED or TERMINATED. */
  cost: z.number().nonnegative(),
  runtime: z.object({ ports: z.array(runtimePortSchema).optional() }).nullable(),
  createdAt: z.string(),
})
export type RunPodPod = z.infer<typeof podSchema>
export const podsSchema = z.object({ pods: z.array(podSchema) })

export const podBillingSchema = z.object({
  metadata: z.object({ totals: z.object({ totalAmount: z.number().nonnegative() }) }),
})

export const logDataSchema = z.object({ line: z.string(), ts: z.string() })

/** RFC 9457, as RunPod fills it. */
export const problemSchema = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.string()).optional(),
})
