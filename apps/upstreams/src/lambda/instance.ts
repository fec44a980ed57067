import { z } from 'zod'

const wrongGpuSchema = z.strictObject({
  kind: z.literal('wrong_gpu'),
  name: z.string().optional(),
  memoryMib: z.number().int().optional(),
  count: z.number().int().optional(),
})

/** Faults only this cloud can show; each is used up by the launch (or terminate) it hits. */
export const lambdaFaultSchema = z.discriminatedUnion('kind', [
  /** 400 although the region was listed a moment ago. */
  z.strictObject({ kind: z.literal('no_capacity') }),
  z.strictObject({ kind: z.literal('quota_exceeded') }),
  /** 403: our account there is closed until it pays or verifies. */
  z.strictObject({ kind: z.literal('account_inactive') }),
  z.strictObject({ kind: z.literal('stuck_booting') }),
  /** The health checks fail: unhealthy instead of active. */
  z.strictObject({ kind: z.literal('boot_unhealthy') }),
  /** active with an address, and nobody listens there. */
  z.strictObject({ kind: z.literal('ssh_never') }),
  /** active, and the driver sees no GPU. */
  z.strictObject({ kind: z.literal('gpu_broken') }),
  /** Neither listed nor readable for so long after launch. */
  z.strictObject({ kind: z.literal('invisible'), ms: z.number().int().min(1) }),
  /** On terminate: stays readable as terminated for so long. */
  z.strictObject({ kind: z.literal('lingering'), ms: z.number().int().min(1) }),
  wrongGpuSchema,
])
export type LambdaFault = z.infer<typeof lambdaFaultSchema>

/** Everything the emulated cloud knows about one instance; what a caller sees of it is made by `renderInstance`. */
export const instanceSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  instanceType: z.string(),
  region: z.string(),
  sshKeyNames: z.array(z.string()),
  /** What sshd accepts: the registered key and what cloud-init added. */
  authorizedKeys: z.string(),
  env: z.record(z.string(), z.string()),
  priceMicrosPerHour: z.coerce.bigint(),
  /** A status word, Lambda's or one given by a control order. */
  status: z.string(),
  launchedAtMs: z.number(),
  activeAtMs: z.number().nullable(),
  /** When a boot in progress ends; null when there is none. */
  bootsAtMs: z.number().nullable(),
  sshPort: z.number().nullable(),
  hiddenUntilMs: z.number().nullable(),
  /** When the end was ordered; it lives no more, though it may still be read. */
  endedAtMs: z.number().nullable(),
  /** From when on it answers 404. */
  forgottenAtMs: z.number().nullable(),
  stuckBooting: z.boolean(),
  bootUnhealthy: z.boolean(),
  sshNever: z.boolean(),
  gpuBroken: z.boolean(),
  wrongGpu: wrongGpuSchema.nullable(),
})
export type LambdaInstance = z.infer<typeof instanceSchema>

export const isAlive = ({ endedAtMs }: LambdaInstance): boolean => endedAtMs === null
