import { z } from 'zod'

const wrongGpuSchema = z.strictObject({
  kind: z.literal('wrong_gpu'),
  name: z.string().optional(),
  memoryMib: z.number().int().optional(),
  count: z.number().int().optional(),
})

/** Faults only this marketplace can show; each is used up by the create (or delete) it hits. */
export const primeFaultSchema = z.discriminatedUnion('kind', [
  /** 400 although the offer was listed a moment ago. */
  z.strictObject({ kind: z.literal('no_capacity') }),
  z.strictObject({ kind: z.literal('insufficient_funds') }),
  z.strictObject({ kind: z.literal('quota_exceeded') }),
  /** PENDING for ever: the cloud behind it never delivers. */
  z.strictObject({ kind: z.literal('stuck_pending') }),
  z.strictObject({ kind: z.literal('boot_error') }),
  /** ACTIVE, and what Prime installs on it fails. */
  z.strictObject({ kind: z.literal('installation_fails') }),
  z.strictObject({ kind: z.literal('ssh_never') }),
  /** Neither listed nor readable for so long after create. */
  z.strictObject({ kind: z.literal('invisible'), ms: z.number().int().min(1) }),
  /** On delete: stays listed as TERMINATED for so long, and is not billed. */
  z.strictObject({ kind: z.literal('lingering'), ms: z.number().int().min(1) }),
  wrongGpuSchema,
])
export type PrimeFault = z.infer<typeof primeFaultSchema>

/** Everything the marketplace knows about one pod; what a caller sees of it is made by `renderPod`. */
export const podSchema = z.object({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  cloudId: z.string(),
  dataCenter: z.string(),
  image: z.string(),
  diskGib: z.number(),
  authorizedKeys: z.string(),
  env: z.record(z.string(), z.string()),
  priceMicrosPerHour: z.coerce.bigint(),
  /** A status word given by a control order; null where it follows from the rest. */
  orderedStatus: z.string().nullable(),
  createdAtMs: z.number(),
  /** When a boot in progress ends; null when there is none. */
  bootsAtMs: z.number().nullable(),
  readyAtMs: z.number().nullable(),
  failed: z.boolean(),
  sshPort: z.number().nullable(),
  hiddenUntilMs: z.number().nullable(),
  /** When the delete order came; it is billed no more. */
  endedAtMs: z.number().nullable(),
  forgottenAtMs: z.number().nullable(),
  stuckPending: z.boolean(),
  bootError: z.boolean(),
  installationFails: z.boolean(),
  sshNever: z.boolean(),
  wrongGpu: wrongGpuSchema.nullable(),
})
export type PrimePod = z.infer<typeof podSchema>

export const isAlive = ({ endedAtMs }: PrimePod): boolean => endedAtMs === null

/** Shares of the boot after which the cloud has accepted the order, has a machine, and Prime installs on it. */
const ACCEPTED = 0.2
const INSTALLING = 0.6

/** The status words at this instant. */
export function statusOf(pod: PrimePod, nowMs: number): { status: string; installation: string } {
  const { orderedStatus, endedAtMs, createdAtMs, bootsAtMs, failed, stuckPending, installationFails } = pod
  const installation = installationOf(pod)
  if (orderedStatus !== null) return { status: orderedStatus, installation }
  if (endedAtMs !== null) return { status: 'TERMINATED', installation }
  if (failed && !installationFails) return { status: 'ERROR', installation }
  if (bootsAtMs === null) return { status: 'ACTIVE', installation }
  const share = (nowMs - createdAtMs) / Math.max(bootsAtMs - createdAtMs, 1)
  if (share < ACCEPTED) return { status: 'PROVISIONING', installation }
  const pending = share < INSTALLING || stuckPending
  return { status: pending ? 'PENDING' : 'ACTIVE', installation }
}

function installationOf({ readyAtMs, failed, installationFails }: PrimePod): string {
  if (failed && installationFails) return 'ERROR'
  return readyAtMs === null ? 'PENDING' : 'FINISHED'
}
