import { z } from 'zod'
import type { ApiError } from './api-error.ts'
import { portForwardSchema } from './instance.ts'

const SMALLEST_DISK_GB = 100

const cloudInitSchema = z.object({
  packages: z.array(z.string()).default([]),
  package_update: z.boolean().default(false),
  package_upgrade: z.boolean().default(false),
  runcmd: z.array(z.string()).default([]),
  write_files: z
    .array(
      z.object({
        path: z.string(),
        content: z.string(),
        owner: z.string().optional(),
        permissions: z.string().optional(),
      }),
    )
    .default([]),
})
export type CloudInit = z.infer<typeof cloudInitSchema>

/** The body of POST /instances, by the vendor's pages; unknown fields pass. */
export const createInstanceSchema = z.object({
  data: z.object({
    type: z.literal('virtualmachine'),
    attributes: z
      .object({
        name: z.string().min(1),
        type: z.literal('virtualmachine'),
        image: z.string().min(1),
        resources: z.object({
          vcpu_count: z.number().int().min(2).multipleOf(2),
          ram_gb: z.number().int().min(2),
          storage_gb: z.number().int().min(SMALLEST_DISK_GB, 'Minimum storage is 100GB'),
          gpus: z.record(z.string(), z.object({ count: z.number().int().min(1) })).default({}),
        }),
        location_id: z.string().optional(),
        hostnode_id: z.string().optional(),
        useDedicatedIp: z.boolean().default(false),
        ssh_key: z.string().optional(),
        ssh_key_id: z.string().optional(),
        port_forwards: z.array(portForwardSchema).default([]),
        cloud_init: cloudInitSchema.optional(),
      })
      .refine(({ location_id, hostnode_id }) => (location_id === undefined) !== (hostnode_id === undefined), {
        message: 'exactly one of location_id and hostnode_id is required',
      })
      .refine(({ ssh_key, ssh_key_id }) => (ssh_key === undefined) !== (ssh_key_id === undefined), {
        message: 'exactly one of ssh_key and ssh_key_id is required',
      })
      .refine(({ useDedicatedIp, port_forwards }) => useDedicatedIp || port_forwards.length > 0, {
        message: 'either useDedicatedIp or port_forwards is required',
      }),
  }),
})
export type CreateInstance = z.infer<typeof createInstanceSchema>['data']['attributes']

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ApiError }

/** Reads a body; what is wrong becomes a refusal with status 400. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): Parsed<T> {
  const result = schema.safeParse(body ?? {})
  if (result.success) return { ok: true, value: result.data }
  const words = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  return { ok: false, error: { status: 400, error: `Validation failed: ${words.join('; ')}` } }
}
