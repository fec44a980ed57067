import { z } from 'zod'
import { type ApiError, invalid } from './api-error.ts'

const MAX_USER_DATA_BYTES = 1024 * 1024

/** `InstanceLaunchRequest` of the vendor document, which leaves objects open. */
export const launchSchema = z.object({
  region_name: z.string(),
  instance_type_name: z.string(),
  ssh_key_names: z.array(z.string()).length(1, 'exactly one SSH key must be specified'),
  file_system_names: z.array(z.string()).max(1).default([]),
  name: z.string().max(64).optional(),
  image: z.union([z.object({ id: z.string() }), z.object({ family: z.string() })]).optional(),
  user_data: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= MAX_USER_DATA_BYTES, 'user data cannot exceed 1MB')
    .optional(),
})
export type LaunchRequest = z.infer<typeof launchSchema>

export const instanceIdsSchema = z.object({ instance_ids: z.array(z.string()).min(1) })

export const renameSchema = z.object({ name: z.string().max(64).optional() })

export const addSshKeySchema = z.object({
  name: z.string().min(1).max(64),
  public_key: z.string().min(1).max(4096).optional(),
})

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ApiError }

/** Reads a body; what is wrong becomes Lambda's invalid-parameters. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): Parsed<T> {
  const result = schema.safeParse(body ?? {})
  if (result.success) return { ok: true, value: result.data }
  const words = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  return { ok: false, error: invalid(`Invalid request data: ${words.join('; ')}`) }
}
