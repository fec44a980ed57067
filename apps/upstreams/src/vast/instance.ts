import { z } from 'zod'

const wrongGpuSchema = z.strictObject({
  kind: z.literal('wrong_gpu'),
  name: z.string().optional(),
  memoryMib: z.number().int().optional(),
  count: z.number().int().optional(),
})

/** Faults only this cloud can show; each is used up by the create (or start) it hits. */
export const vastFaultSchema = z.discriminatedUnion('kind', [
  /** 410 on create: somebody else took it a moment ago. */
  z.strictObject({ kind: z.literal('no_such_ask') }),
  z.strictObject({ kind: z.literal('insufficient_credit') }),
  z.strictObject({ kind: z.literal('quota_exceeded') }),
  /** The create is refused and names a contract all the same: a stopped instance that bills its disk. */
  z.strictObject({ kind: z.literal('refused_with_contract') }),
  /** The image never finishes to load. */
  z.strictObject({ kind: z.literal('stuck_loading') }),
  /** The container can not start: exited, with the daemon's words. */
  z.strictObject({ kind: z.literal('boot_error') }),
  /** running, with ports, and nobody listens there. */
  z.strictObject({ kind: z.literal('ssh_never') }),
  /** Neither listed nor readable for so long after create. */
  z.strictObject({ kind: z.literal('invisible'), ms: z.number().int().min(1) }),
  /** The start of a stopped instance waits for its GPU for ever. */
  z.strictObject({ kind: z.literal('queued_start') }),
  wrongGpuSchema,
])
export type VastFault = z.infer<typeof vastFaultSchema>

/** Everything the emulated cloud knows about one instance; what a caller sees of it is made by `renderInstance`. */
export const instanceSchema = z.object({
  id: z.number(),
  askId: z.number(),
  label: z.string().nullable(),
  image: z.string(),
  runtype: z.string(),
  diskGb: z.number(),
  env: z.record(z.string(), z.string()),
  onstart: z.string().nullable(),
  isBid: z.boolean(),
  gpuMicrosPerHour: z.coerce.bigint(),
  diskMicrosPerHour: z.coerce.bigint(),
  /** Null before the host has said anything. */
  actualStatus: z.string().nullable(),
  intendedStatus: z.enum(['running', 'stopped']),
  curState: z.enum(['running', 'stopped']),
  nextState: z.enum(['running', 'stopped']),
  statusMsg: z.string().nullable(),
  attachedKeys: z.array(z.string()),
  createdAtMs: z.number(),
  bootsAtMs: z.number().nullable(),
  sshPort: z.number().nullable(),
  hiddenUntilMs: z.number().nullable(),
  destroyedAtMs: z.number().nullable(),
  stuckLoading: z.boolean(),
  bootError: z.boolean(),
  sshNever: z.boolean(),
  wrongGpu: wrongGpuSchema.nullable(),
})
export type VastInstance = z.infer<typeof instanceSchema>

export const isAlive = ({ destroyedAtMs }: VastInstance): boolean => destroyedAtMs === null

/** It holds its machine while it is meant to run; a stopped one may find it taken. */
export const holdsGpu = (instance: VastInstance): boolean =>
  isAlive(instance) && instance.curState === 'running'
