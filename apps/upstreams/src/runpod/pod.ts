import { z } from 'zod'

/** RunPod's own status words, with what each allows. */
export const ACTIONS_BY_STATUS = {
  PROVISIONING: ['stop', 'terminate'],
  STARTING: ['stop', 'terminate'],
  RUNNING: ['stop', 'restart', 'terminate'],
  EXITED: ['start', 'terminate'],
  ERROR: ['start', 'terminate'],
  TERMINATED: [],
} as const satisfies Record<string, readonly PodAction[]>
export type PodAction = 'start' | 'stop' | 'restart' | 'terminate'
export type PodStatus = keyof typeof ACTIONS_BY_STATUS

const wrongGpuSchema = z.strictObject({
  kind: z.literal('wrong_gpu'),
  name: z.string().optional(),
  memoryMib: z.number().int().optional(),
  count: z.number().int().optional(),
})

/** Faults only this cloud can show; each is used up by the create (or start) it hits. */
export const runPodFaultSchema = z.discriminatedUnion('kind', [
  /** 400 with prose and no machine code, on create. */
  z.strictObject({ kind: z.literal('no_capacity') }),
  /** 402 on create. */
  z.strictObject({ kind: z.literal('insufficient_balance') }),
  z.strictObject({ kind: z.literal('quota_exceeded') }),
  /** 403 on create: this candidate is not open to this account. */
  z.strictObject({ kind: z.literal('forbidden') }),
  /** The start of a stopped pod finds no free GPU on its host. */
  z.strictObject({ kind: z.literal('no_capacity_on_start') }),
  z.strictObject({ kind: z.literal('stuck_provisioning') }),
  /** RUNNING for ever, with no runtime and no address: a bad host. */
  z.strictObject({ kind: z.literal('running_without_runtime') }),
  /** The container cannot start: ERROR instead of RUNNING. */
  z.strictObject({ kind: z.literal('boot_error') }),
  /** RUNNING with an address, and nobody listens there. */
  z.strictObject({ kind: z.literal('ssh_never') }),
  /** The new id answers 404, and is not in the list, for so long. */
  z.strictObject({ kind: z.literal('invisible'), ms: z.number().int().min(1) }),
  /** On terminate: the pod stays readable as TERMINATED for so long. */
  z.strictObject({ kind: z.literal('lingering'), ms: z.number().int().min(1) }),
  wrongGpuSchema,
])
export type RunPodFault = z.infer<typeof runPodFaultSchema>

/** Everything the emulated cloud knows about one pod; what the caller sees of it is made by `renderPod`. */
export const podSchema = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  args: z.string(),
  disk: z.number(),
  ports: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cloud: z.enum(['SECURE', 'COMMUNITY']),
  dataCenterId: z.string(),
  cudaVersion: z.string().nullable(),
  gpu: z.object({ id: z.string(), count: z.number() }),
  persistent: z.object({ size: z.number(), path: z.string() }).nullable(),
  globalNetworking: z.boolean(),
  locked: z.boolean(),
  priceMicrosPerHour: z.coerce.bigint(),
  /** A status word, RunPod's or one given by a control order. */
  status: z.string(),
  createdAtMs: z.number(),
  startedAtMs: z.number().nullable(),
  bootsAtMs: z.number().nullable(),
  /** The published port of 22/tcp, kept while stopped so that a restart of the emulator can open it again. */
  sshPort: z.number().nullable(),
  hiddenUntilMs: z.number().nullable(),
  goneAtMs: z.number().nullable(),
  stuckProvisioning: z.boolean(),
  withoutRuntime: z.boolean(),
  bootError: z.boolean(),
  sshNever: z.boolean(),
  wrongGpu: wrongGpuSchema.nullable(),
  logs: z.array(z.object({ ts: z.string(), source: z.enum(['container', 'system']), line: z.string() })),
})
export type Pod = z.infer<typeof podSchema>

/** What may be asked of the pod now; nothing while it says a word RunPod's document does not know. */
export const actionsOf = ({ status }: Pod): readonly PodAction[] =>
  Object.hasOwn(ACTIONS_BY_STATUS, status) ? ACTIONS_BY_STATUS[status as PodStatus] : []

/** Compute is paid for from placement to stop; ERROR keeps its host until it is terminated or started again. */
export const paysForCompute = ({ status }: Pod): boolean => status !== 'EXITED' && status !== 'TERMINATED'

export const wantsSsh = ({ ports }: Pod): boolean => ports.includes('22/tcp')
