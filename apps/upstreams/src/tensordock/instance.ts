import { z } from 'zod'

const wrongGpuSchema = z.strictObject({
  kind: z.literal('wrong_gpu'),
  name: z.string().optional(),
  memoryMib: z.number().int().optional(),
  count: z.number().int().optional(),
})

/** Faults only this cloud can show; each is used up by the call it hits. */
export const tensorDockFaultSchema = z.discriminatedUnion('kind', [
  /** Refused in a 200 on create. */
  z.strictObject({ kind: z.literal('hostnode_unavailable') }),
  /** The account is below what a create needs: refused in a 200. */
  z.strictObject({ kind: z.literal('low_balance') }),
  z.strictObject({ kind: z.literal('quota_exceeded') }),
  /** Any refusal, in a 200 whatever its status says. */
  z.strictObject({ kind: z.literal('refused_in_200'), error: z.string(), status: z.number().int() }),
  /** The next answer about an instance is wrapped where it is bare otherwise, and bare where it is wrapped. */
  z.strictObject({ kind: z.literal('other_shape') }),
  z.strictObject({ kind: z.literal('stuck_queued') }),
  /** error instead of running. */
  z.strictObject({ kind: z.literal('boot_error') }),
  /** Running with an address, and nobody listens there. */
  z.strictObject({ kind: z.literal('ssh_never') }),
  /** Neither listed nor readable for so long after create. */
  z.strictObject({ kind: z.literal('invisible'), ms: z.number().int().min(1) }),
  wrongGpuSchema,
])
export type TensorDockFault = z.infer<typeof tensorDockFaultSchema>

export const portForwardSchema = z.object({
  internal_port: z.number().int().min(1).max(65_535),
  external_port: z.number().int().min(1).max(65_535),
})
export type PortForward = z.infer<typeof portForwardSchema>

/** Everything the emulated cloud knows about one instance; what a caller sees of it is made by `renderInstance`. */
export const instanceSchema = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  hostId: z.string(),
  vcpus: z.number(),
  ramGb: z.number(),
  storageGb: z.number(),
  gpuCount: z.number(),
  dedicatedIp: z.boolean(),
  portForwards: z.array(portForwardSchema),
  login: z.object({
    username: z.string(),
    authorizedKeys: z.string(),
    env: z.record(z.string(), z.string()),
  }),
  computeMicrosPerHour: z.coerce.bigint(),
  storageMicrosPerHour: z.coerce.bigint(),
  /** A status word, TensorDock's or one given by a control order. */
  status: z.string(),
  /** When a boot in progress ends; null when there is none. */
  bootsAtMs: z.number().nullable(),
  sshPort: z.number().nullable(),
  hiddenUntilMs: z.number().nullable(),
  /** When it was deleted; it is not known any more. */
  endedAtMs: z.number().nullable(),
  stuckQueued: z.boolean(),
  bootError: z.boolean(),
  sshNever: z.boolean(),
  wrongGpu: wrongGpuSchema.nullable(),
})
export type TensorDockInstance = z.infer<typeof instanceSchema>

export const isAlive = ({ endedAtMs }: TensorDockInstance): boolean => endedAtMs === null

/** Whether it holds its GPUs: a stopped one has given them back to its host. */
export const holdsGpus = (instance: TensorDockInstance): boolean =>
  isAlive(instance) && instance.status !== 'stoppeddisassociated'
