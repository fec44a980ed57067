import { z } from 'zod'

const wrongGpuSchema = z.strictObject({
  kind: z.literal('wrong_gpu'),
  name: z.string().optional(),
  memoryMib: z.number().int().optional(),
  count: z.number().int().optional(),
})

/** Faults only this cloud can show; each is used up by the create (or action) it hits. */
export const verdaFaultSchema = z.discriminatedUnion('kind', [
  /** Prose at create. */
  z.strictObject({ kind: z.literal('no_capacity') }),
  /** Accepted, and then the status no_capacity. */
  z.strictObject({ kind: z.literal('boot_no_capacity') }),
  z.strictObject({ kind: z.literal('insufficient_funds') }),
  z.strictObject({ kind: z.literal('quota_exceeded') }),
  z.strictObject({ kind: z.literal('stuck_provisioning') }),
  /** error instead of running. */
  z.strictObject({ kind: z.literal('boot_error') }),
  /** running with an address, and nobody listens there. */
  z.strictObject({ kind: z.literal('ssh_never') }),
  /** Neither listed nor readable for so long after create. */
  z.strictObject({ kind: z.literal('invisible'), ms: z.number().int().min(1) }),
  /** On delete: stays readable (and listed) as discontinued for so long. */
  z.strictObject({ kind: z.literal('lingering'), ms: z.number().int().min(1) }),
  /** On an action: refused within a 207 instead of by the status of the answer. */
  z.strictObject({ kind: z.literal('refused_in_207'), error: z.string(), statusCode: z.number().int() }),
  wrongGpuSchema,
])
export type VerdaFault = z.infer<typeof verdaFaultSchema>

export const SPOT_POLICIES = ['keep_detached', 'move_to_trash', 'delete_permanently'] as const

export const volumeSchema = z.object({
  id: z.string(),
  name: z.string(),
  sizeGb: z.number(),
  type: z.string(),
  isOs: z.boolean(),
  onSpotDiscontinue: z.enum(SPOT_POLICIES),
})
export type Volume = z.infer<typeof volumeSchema>

/** Everything the emulated cloud knows about one instance; what a caller sees of it is made by `renderInstance`. */
export const instanceSchema = z.object({
  id: z.string(),
  hostname: z.string(),
  description: z.string(),
  instanceType: z.string(),
  image: z.string(),
  location: z.string(),
  isSpot: z.boolean(),
  sshKeyIds: z.array(z.string()),
  startupScriptId: z.string().nullable(),
  authorizedKeys: z.string(),
  env: z.record(z.string(), z.string()),
  volumes: z.array(volumeSchema),
  priceMicrosPerHour: z.coerce.bigint(),
  /** A status word, Verda's or one given by a control order. */
  status: z.string(),
  createdAtMs: z.number(),
  upAtMs: z.number().nullable(),
  /** When a boot in progress ends; null when there is none. */
  bootsAtMs: z.number().nullable(),
  sshPort: z.number().nullable(),
  hiddenUntilMs: z.number().nullable(),
  /** When it ceased to exist; it lives no more, though it may still be read. */
  endedAtMs: z.number().nullable(),
  /** From when on it is not known any more. */
  forgottenAtMs: z.number().nullable(),
  stuckProvisioning: z.boolean(),
  bootEndsIn: z.enum(['running', 'error', 'no_capacity']),
  sshNever: z.boolean(),
  wrongGpu: wrongGpuSchema.nullable(),
})
export type VerdaInstance = z.infer<typeof instanceSchema>

export const isAlive = ({ endedAtMs }: VerdaInstance): boolean => endedAtMs === null
