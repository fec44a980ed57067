import { z } from 'zod'

/**
 * The parts of TensorDock's answers that we read, by the vendor's pages and what working clients met. The same thing comes
 * wrapped in `data`, in `data` and `attributes`, or bare, and in camelCase or snake_case; all are read alike. Objects are
 * open: a field that TensorDock adds is dropped, one that we need and miss fails loudly.
 */
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function unwrapped(answer: unknown): unknown {
  const body = isRecord(answer) && 'data' in answer ? answer['data'] : answer
  return isRecord(body) && isRecord(body['attributes']) ? { ...body, ...body['attributes'] } : body
}

const dollars = z.number().nonnegative()
const count = z.number().nonnegative()

/** What the marketplace refuses comes with HTTP 200. */
export const refusalSchema = z.object({
  error: z.string().min(1),
  message: z.string().optional(),
  status: z.coerce.number().int().optional(),
})

/** The shapes of a refusal; the first is that within a 200. */
export const errorSchema = z.union([
  z
    .object({ error: z.string().min(1), message: z.string().optional() })
    .transform(({ error, message }) => [error, message].filter(Boolean).join('; ')),
  z.object({ message: z.string().min(1) }).transform(({ message }) => message),
  z
    .object({
      errors: z.array(z.object({ title: z.string().optional(), detail: z.string().optional() })).min(1),
    })
    .transform(({ errors }) => errors.map(({ title, detail }) => detail ?? title ?? '').join('; ')),
])

const hostSchema = z.object({
  id: z.string(),
  uptime_percentage: z.number().nullish(),
  available_resources: z.object({
    gpus: z
      .array(z.object({ v0Name: z.string(), availableCount: count, price_per_hr: dollars }))
      .nullish()
      .transform((gpus) => gpus ?? []),
    vcpu_count: count.nullish(),
    ram_gb: count.nullish(),
    storage_gb: count.nullish(),
    max_vcpus_per_gpu: count.nullish(),
    max_ram_per_gpu: count.nullish(),
    max_vcpus: count.nullish(),
    max_ram_gb: count.nullish(),
    max_storage_gb: count.nullish(),
    available_ports: z
      .array(z.number().int())
      .nullish()
      .transform((ports) => ports ?? []),
    has_public_ip_available: z.boolean().nullish(),
  }),
  pricing: z.object({ per_vcpu_hr: dollars, per_gb_ram_hr: dollars, per_gb_storage_hr: dollars }),
  location: z.object({
    city: z.string(),
    stateprovince: z.string().nullish(),
    country: z.string().nullish(),
  }),
})
export type TensorDockHost = z.infer<typeof hostSchema>
export const oneHostSchema = z.preprocess(unwrapped, hostSchema)
export const hostsSchema = z
  .preprocess(unwrapped, z.object({ hostnodes: z.array(hostSchema) }))
  .transform(({ hostnodes }) => hostnodes)

const forwardSchema = z.object({ internal_port: z.number().int(), external_port: z.number().int() })
const gpusSchema = z.record(z.string(), z.object({ count: z.number().int() }))

const instanceSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    ipAddress: z.string().nullish(),
    ip_address: z.string().nullish(),
    portForwards: z.array(forwardSchema).nullish(),
    port_forwards: z.array(forwardSchema).nullish(),
    rateHourly: dollars.nullish(),
    resources: z.object({ gpus: gpusSchema.nullish() }).nullish(),
  })
  .transform(({ id, name, status, rateHourly, resources, ...either }) => ({
    id,
    name,
    status,
    /** Undefined where the answer does not tell addresses at all, as the list. */
    address: either.ipAddress ?? either.ip_address ?? (isTold(either) ? '' : undefined),
    forwards: either.portForwards ?? either.port_forwards ?? [],
    rateHourly: rateHourly ?? null,
    gpus: resources?.gpus ?? {},
  }))

const isTold = (answer: { ipAddress?: unknown; ip_address?: unknown }): boolean =>
  answer.ipAddress !== undefined || answer.ip_address !== undefined

export type TensorDockInstance = z.infer<typeof instanceSchema>
export const oneInstanceSchema = z.preprocess(unwrapped, instanceSchema)

const instanceListSchema = z.array(z.preprocess(unwrapped, instanceSchema))
export const instancesSchema = z.preprocess(
  unwrapped,
  z.union([
    instanceListSchema,
    z.object({ instances: instanceListSchema }).transform(({ instances }) => instances),
  ]),
)

/** A create tells its id, and not much else for certain. */
export const createdSchema = z
  .preprocess(unwrapped, z.object({ id: z.string().min(1) }))
  .transform(({ id }) => id)
