import { z } from 'zod'
import type { InstanceControl, InventoryControl } from '../kit/control-router.ts'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import { ASKS, findAsk } from './asks.ts'
import { isAlive, type VastFault, type VastInstance } from './instance.ts'
import type { InstanceLife } from './instance-life.ts'

/** An ask that is there (1), gone (0), or as its instances have it (null). */
export const askOrderSchema = z.strictObject({
  askId: z.number().refine((id) => findAsk(id) !== undefined, 'no such ask'),
  free: z.union([z.literal(0), z.literal(1)]).nullable(),
})
export type AskOrder = z.infer<typeof askOrderSchema>

/** What a test holds in its hand: the shared parts, and the instances from behind. */
export interface VastControl extends EmulatorKit<VastFault> {
  readonly instances: Omit<InstanceControl, 'list'> & {
    list(): readonly VastInstance[]
    /** The living instance with this label. */
    byMarker(marker: string): VastInstance | undefined
  }
  readonly inventory: InventoryControl & { set(order: AskOrder): void }
}

interface ControlDeps {
  readonly kit: EmulatorKit<VastFault>
  readonly registry: ReadonlyMap<number, VastInstance>
  readonly orders: Map<number, 0 | 1>
  readonly isTaken: (askId: number) => boolean
  readonly life: InstanceLife
}

export function createVastControl({ kit, registry, orders, isTaken, life }: ControlDeps): VastControl {
  const alive = (): readonly VastInstance[] => [...registry.values()].filter(isAlive)

  function withInstance(id: string, act: (instance: VastInstance) => void): boolean {
    const instance = alive().find((candidate) => String(candidate.id) === id)
    if (instance !== undefined) act(instance)
    return instance !== undefined
  }

  return {
    ...kit,
    instances: {
      list: alive,
      byMarker: (marker) => alive().find(({ label }) => label === marker),
      kill: (id) => withInstance(id, life.destroy),
      // Why the two differ: an outbid instance reads as one that its owner stopped, any other as still wanted.
      interrupt: (id) =>
        withInstance(id, (instance) => life.halt(instance, instance.isBid ? 'stopped' : 'running')),
      setStatus: (id, status) =>
        withInstance(id, (instance) => {
          instance.bootsAtMs = null
          life.say(instance, status, `status ${status}`)
        }),
    },
    inventory: {
      list: () => ASKS.map(({ id }) => ({ askId: id, free: isTaken(id) ? 0 : 1 })),
      set(order: unknown) {
        const { askId, free } = askOrderSchema.parse(order)
        if (free === null) orders.delete(askId)
        else orders.set(askId, free)
      },
    },
  }
}
