import { z } from 'zod'

const wrongGpuSchema = z.strictObject({
  kind: z.literal('wrong_gpu'),
  name: z.string().optional(),
  memoryMib: z.number().int().optional(),
  count: z.number().int().optional(),
})

/** Faults only this cloud can show; each is used up by the create, delete or restore it hits. */
export const hyperstackFaultSchema = z.discriminatedUnion('kind', [
  /** 200 with `status: false`, although the flavor was in stock a moment ago. */
  z.strictObject({ kind: z.literal('no_capacity') }),
  /** A hibernated machine finds no hardware to come back to. */
  z.strictObject({ kind: z.literal('no_capacity_on_restore') }),
  z.strictObject({ kind: z.literal('no_credit') }),
  z.strictObject({ kind: z.literal('quota_exceeded') }),
  z.strictObject({ kind: z.literal('stuck_building') }),
  /** ERROR instead of ACTIVE; not billed. */
  z.strictObject({ kind: z.literal('build_error') }),
  /** ACTIVE for ever while its address is still being attached. */
  z.strictObject({ kind: z.literal('no_address') }),
  z.strictObject({ kind: z.literal('ssh_never') }),
  /** Neither listed nor readable for so long after create. */
  z.strictObject({ kind: z.literal('invisible'), ms: z.number().int().min(1) }),
  /** On delete: stays readable as DELETING for so long. */
  z.strictObject({ kind: z.literal('lingering'), ms: z.number().int().min(1) }),
  wrongGpuSchema,
])
export type HyperstackFault = z.infer<typeof hyperstackFaultSchema>

export const securityRuleSchema = z.object({
  direction: z.string(),
  ethertype: z.string(),
  protocol: z.string(),
  remote_ip_prefix: z.string(),
  port_range_min: z.number().int().optional(),
  port_range_max: z.number().int().optional(),
})
export type SecurityRule = z.infer<typeof securityRuleSchema>

/** Everything the emulated cloud knows about one virtual machine; what a caller sees of it is made by `renderVm`. */
export const vmSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  flavor: z.string(),
  region: z.string(),
  environment: z.string(),
  keyName: z.string(),
  image: z.string(),
  labels: z.array(z.string()),
  wantsAddress: z.boolean(),
  portRandomization: z.boolean(),
  rules: z.array(securityRuleSchema),
  /** What sshd accepts: the registered key and what cloud-init added. */
  authorizedKeys: z.string(),
  env: z.record(z.string(), z.string()),
  /** A status word, Hyperstack's or one given by a control order. */
  status: z.string(),
  createdAtMs: z.number(),
  /** When what goes on now is over, and the word it ends with. */
  change: z.object({ atMs: z.number(), to: z.string() }).nullable(),
  /** From when on its address is attached; null while there is none. */
  addressAtMs: z.number().nullable(),
  sshPort: z.number().nullable(),
  hiddenUntilMs: z.number().nullable(),
  /** When its end was ordered; it lives no more, though it may still be read. */
  deletedAtMs: z.number().nullable(),
  forgottenAtMs: z.number().nullable(),
  stuckBuilding: z.boolean(),
  noAddress: z.boolean(),
  sshNever: z.boolean(),
  wrongGpu: wrongGpuSchema.nullable(),
})
export type Vm = z.infer<typeof vmSchema>

export const isAlive = ({ deletedAtMs }: Vm): boolean => deletedAtMs === null

/** As text, by which the kit and the control surface know it. */
export const idOf = ({ id }: Vm): string => String(id)

/** Nothing comes in that no rule lets in; all ports are shut by default. */
export const letsSshIn = ({ rules }: Vm): boolean =>
  rules.some(
    ({ direction, protocol, port_range_min: from = 1, port_range_max: to = 65_535 }) =>
      direction === 'ingress' && ['tcp', 'any'].includes(protocol) && from <= 22 && to >= 22,
  )
