import { z } from 'zod'

const wrongGpuSchema = z.strictObject({
  kind: z.literal('wrong_gpu'),
  name: z.string().optional(),
  memoryMib: z.number().int().optional(),
  count: z.number().int().optional(),
})

/** Faults only this marketplace can show; each is used up by the create (or delete) it hits. */
export const shadeformFaultSchema = z.discriminatedUnion('kind', [
  /** 409 although the region was listed as available a moment ago. */
  z.strictObject({ kind: z.literal('out_of_stock') }),
  z.strictObject({ kind: z.literal('insufficient_funds') }),
  z.strictObject({ kind: z.literal('quota_exceeded') }),
  /** pending_provider for ever: the cloud behind it never delivers. */
  z.strictObject({ kind: z.literal('stuck_pending') }),
  z.strictObject({ kind: z.literal('boot_error') }),
  z.strictObject({ kind: z.literal('ssh_never') }),
  /** Neither listed nor readable for so long after create. */
  z.strictObject({ kind: z.literal('invisible'), ms: z.number().int().min(1) }),
  /** On delete: stays in the list as deleting for so long, and is not billed. */
  z.strictObject({ kind: z.literal('slow_delete'), ms: z.number().int().min(1) }),
  wrongGpuSchema,
])
export type ShadeformFault = z.infer<typeof shadeformFaultSchema>

/** Everything the marketplace knows about one instance; what a caller sees of it is made by `renderInstance`. */
export const instanceSchema = z.object({
  id: z.string(),
  cloudAssignedId: z.string(),
  name: z.string(),
  cloud: z.string(),
  region: z.string(),
  shadeInstanceType: z.string(),
  os: z.string(),
  tags: z.array(z.string()),
  /** What sshd accepts: the keys that the startup script wrote. */
  authorizedKeys: z.string(),
  env: z.record(z.string(), z.string()),
  priceMicrosPerHour: z.coerce.bigint(),
  /** A status word given by a control order; null where it follows from the rest. */
  orderedStatus: z.string().nullable(),
  createdAtMs: z.number(),
  /** When a boot in progress ends; null when there is none. */
  bootsAtMs: z.number().nullable(),
  activeAtMs: z.number().nullable(),
  failed: z.boolean(),
  sshPort: z.number().nullable(),
  hiddenUntilMs: z.number().nullable(),
  /** When the delete order came; it is billed no more. */
  endedAtMs: z.number().nullable(),
  /** From when on it is deleted, and from when on it can not be read any more. */
  deletedAtMs: z.number().nullable(),
  forgottenAtMs: z.number().nullable(),
  stuckPending: z.boolean(),
  bootError: z.boolean(),
  sshNever: z.boolean(),
  wrongGpu: wrongGpuSchema.nullable(),
})
export type ShadeformInstance = z.infer<typeof instanceSchema>

export const isAlive = ({ endedAtMs }: ShadeformInstance): boolean => endedAtMs === null

/** Share of the boot after which the cloud has accepted the order, and after which its machine is coming up. */
const ACCEPTED = 0.2
const COMING_UP = 0.5

/** The status word at this instant. */
export function statusOf(instance: ShadeformInstance, nowMs: number): string {
  const { orderedStatus, endedAtMs, deletedAtMs, createdAtMs, bootsAtMs, failed, stuckPending } = instance
  if (orderedStatus !== null) return orderedStatus
  if (endedAtMs !== null) return (deletedAtMs ?? Number.POSITIVE_INFINITY) <= nowMs ? 'deleted' : 'deleting'
  if (failed) return 'error'
  if (bootsAtMs === null) return 'active'
  const share = (nowMs - createdAtMs) / Math.max(bootsAtMs - createdAtMs, 1)
  if (share < ACCEPTED) return 'creating'
  return share < COMING_UP || stuckPending ? 'pending_provider' : 'pending'
}
