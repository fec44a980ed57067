import { z } from 'zod'

const wrongGpuSchema = z.strictObject({
  kind: z.literal('wrong_gpu'),
  name: z.string().optional(),
  memoryMib: z.number().int().optional(),
  count: z.number().int().optional(),
})

/** Faults only this cloud can show; each is used up by the create (or destroy) it hits. */
export const digitalOceanFaultSchema = z.discriminatedUnion('kind', [
  /** 422 although the size was listed for the region a moment ago. */
  z.strictObject({ kind: z.literal('no_capacity') }),
  z.strictObject({ kind: z.literal('droplet_limit') }),
  z.strictObject({ kind: z.literal('account_locked') }),
  /** Accepted with 202, and the create event fails: the droplet is gone instead of active. */
  z.strictObject({ kind: z.literal('create_event_fails') }),
  z.strictObject({ kind: z.literal('stuck_new') }),
  /** active for ever without a public address. */
  z.strictObject({ kind: z.literal('no_address') }),
  z.strictObject({ kind: z.literal('ssh_never') }),
  /** Neither listed nor readable for so long after create. */
  z.strictObject({ kind: z.literal('invisible'), ms: z.number().int().min(1) }),
  /** On destroy: stays listed and readable for so long, and is not billed. */
  z.strictObject({ kind: z.literal('lingering'), ms: z.number().int().min(1) }),
  wrongGpuSchema,
])
export type DigitalOceanFault = z.infer<typeof digitalOceanFaultSchema>

/** Everything the emulated cloud knows about one droplet; what a caller sees of it is made by `renderDroplet`. */
export const dropletSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  size: z.string(),
  region: z.string(),
  image: z.string(),
  tags: z.array(z.string()),
  authorizedKeys: z.string(),
  env: z.record(z.string(), z.string()),
  /** A status word, DigitalOcean's or one given by a control order. */
  status: z.string(),
  createdAtMs: z.number(),
  /** When the power event in progress ends; null when there is none. */
  eventEndsAtMs: z.number().nullable(),
  lastAction: z
    .object({
      id: z.number().int(),
      type: z.string(),
      startedAtMs: z.number(),
      completedAtMs: z.number().nullable(),
    })
    .nullable(),
  sshPort: z.number().nullable(),
  hiddenUntilMs: z.number().nullable(),
  /** When it was destroyed; it lives no more, though it may still be read. */
  destroyedAtMs: z.number().nullable(),
  forgottenAtMs: z.number().nullable(),
  createFails: z.boolean(),
  stuckNew: z.boolean(),
  noAddress: z.boolean(),
  sshNever: z.boolean(),
  wrongGpu: wrongGpuSchema.nullable(),
})
export type Droplet = z.infer<typeof dropletSchema>

export const isAlive = ({ destroyedAtMs }: Droplet): boolean => destroyedAtMs === null

/** As text, by which the kit and the control surface know it. */
export const idOf = ({ id }: Droplet): string => String(id)
