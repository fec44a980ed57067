import { z } from 'zod'
import { type ApiError, badRequest } from './api-error.ts'
import { findInstanceType, type InstanceTypeFacts, OS_OPTIONS } from './instance-types.ts'

const nameValueSchema = z.object({ name: z.string(), value: z.string() })

/** `CreateRequest` of the vendor document, which leaves objects open. */
export const createSchema = z.object({
  cloud: z.string(),
  region: z.string(),
  shade_instance_type: z.string(),
  shade_cloud: z.boolean(),
  name: z.string(),
  os: z.string().optional(),
  launch_configuration: z
    .object({
      type: z.enum(['docker', 'script']),
      script_configuration: z.object({ base64_script: z.string() }).optional(),
    })
    .optional(),
  ssh_key_id: z.string().optional(),
  tags: z.array(z.string()).optional(),
  envs: z.array(nameValueSchema).optional(),
})
export type CreateRequest = z.infer<typeof createSchema>

type Checked =
  | { readonly ok: true; readonly body: CreateRequest; readonly type: InstanceTypeFacts }
  | { readonly ok: false; readonly error: ApiError }

/** Everything about a create that does not depend on stock. */
export function checkCreate(input: unknown): Checked {
  const refuse = (message: string): Checked => ({ ok: false, error: badRequest(message) })
  const parsed = createSchema.safeParse(input ?? {})
  if (!parsed.success) {
    const words = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
    return refuse(words.join('; '))
  }
  const { cloud, region, shade_instance_type: name, os } = parsed.data
  const type = findInstanceType(cloud, name)
  if (type === undefined) return refuse(`cloud ${cloud} has no instance type ${name}`)
  if (!type.regions.some((known) => known === region))
    return refuse(`${name} is not sold in region ${region}`)
  if (os !== undefined && !OS_OPTIONS.some((known) => known === os))
    return refuse(`os ${os} is not an option`)
  return { ok: true, body: parsed.data, type }
}

export const typesQuerySchema = z.object({
  cloud: z.string().optional(),
  region: z.string().optional(),
  num_gpus: z.coerce.number().int().optional(),
  gpu_type: z.string().optional(),
  shade_instance_type: z.string().optional(),
  available: z.enum(['true', 'false']).optional(),
  sort: z.enum(['price']).optional(),
})
export type TypesQuery = z.infer<typeof typesQuerySchema>
