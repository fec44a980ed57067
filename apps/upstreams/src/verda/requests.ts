import { z } from 'zod'
import { type ApiError, invalid } from './api-error.ts'
import { SPOT_POLICIES } from './instance.ts'
import { DEFAULT_LOCATION } from './locations.ts'

const spotPolicy = z.enum(SPOT_POLICIES).default('keep_detached')
const SMALLEST_OS_VOLUME_GB = 50

/** The body of POST /instances, by the vendor's own clients; unknown fields pass. */
export const createInstanceSchema = z.object({
  instance_type: z.string().min(1),
  image: z.string().min(1),
  hostname: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$/i, 'must be a host name'),
  description: z.string().min(1),
  ssh_key_ids: z.array(z.string()),
  location_code: z.string().default(DEFAULT_LOCATION),
  contract: z.enum(['LONG_TERM', 'PAY_AS_YOU_GO', 'SPOT']).optional(),
  pricing: z.enum(['FIXED_PRICE', 'DYNAMIC_PRICE']).optional(),
  is_spot: z.boolean().default(false),
  startup_script_id: z.string().nullish(),
  os_volume: z
    .object({
      name: z.string().min(1),
      size: z.number().int().min(SMALLEST_OS_VOLUME_GB),
      on_spot_discontinue: spotPolicy,
    })
    .optional(),
  volumes: z
    .array(
      z.object({
        name: z.string().min(1),
        size: z.number().int().min(1),
        type: z.string(),
        on_spot_discontinue: spotPolicy,
      }),
    )
    .default([]),
  tags: z
    .array(z.object({ key: z.string().max(63), value: z.string().max(127).optional() }))
    .max(10)
    .default([]),
})
export type CreateInstance = z.infer<typeof createInstanceSchema>

/** The actions of PUT /instances that are emulated. */
export const ACTIONS = ['boot', 'start', 'shutdown', 'force_shutdown', 'delete', 'discontinue'] as const

export const actionSchema = z.object({
  action: z.enum(ACTIONS),
  id: z.union([z.string().transform((id) => [id]), z.array(z.string()).min(1)]),
  /** Left out, the OS volume goes and the others are detached; empty, all are detached. */
  volume_ids: z.array(z.string()).nullish(),
  delete_permanently: z.boolean().default(false),
})
export type ActionRequest = z.infer<typeof actionSchema>

export const tokenSchema = z.object({
  grant_type: z.enum(['client_credentials', 'refresh_token']),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  refresh_token: z.string().optional(),
})

export const availabilityQuerySchema = z.object({
  is_spot: z.stringbool().default(false),
  location_code: z.string().optional(),
})

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ApiError }

/** Reads a body or a query; what is wrong becomes Verda's invalid_request. */
export function parseRequest<T>(schema: z.ZodType<T>, input: unknown): Parsed<T> {
  const result = schema.safeParse(input ?? {})
  if (result.success) return { ok: true, value: result.data }
  const words = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  return { ok: false, error: invalid(words.join('; ')) }
}
