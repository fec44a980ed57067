import { z } from 'zod'
import type { InstanceControl } from '../kit/control-router.ts'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { Stock } from '../kit/stock.ts'
import { isAlive, type ShadeformFault, type ShadeformInstance } from './instance.ts'
import type { InstanceLife } from './instance-life.ts'
import type { Shelf } from './instances.ts'

/** What a test holds in its hand: the shared parts, and the machines from behind. */
export interface ShadeformControl extends EmulatorKit<ShadeformFault> {
  readonly instances: Omit<InstanceControl, 'list'> & {
    list(): readonly ShadeformInstance[]
    /** The living instance with this name. */
    byMarker(marker: string): ShadeformInstance | undefined
  }
  readonly inventory: Pick<Stock<Shelf>, 'list' | 'set'>
}

interface ControlDeps {
  readonly kit: EmulatorKit<ShadeformFault>
  readonly registry: ReadonlyMap<string, ShadeformInstance>
  readonly stock: Stock<Shelf>
  readonly life: InstanceLife
}

const stockOrderSchema = z.strictObject({
  cloud: z.string().optional(),
  type: z.string().optional(),
  region: z.string().optional(),
  /** Machines beyond those that live; null goes back to the seeded stock. */
  free: z.number().int().min(0).nullable(),
})

export function createShadeformControl({ kit, registry, stock, life }: ControlDeps): ShadeformControl {
  const alive = (): readonly ShadeformInstance[] => [...registry.values()].filter(isAlive)

  function withInstance(id: string, act: (instance: ShadeformInstance) => void): boolean {
    const instance = alive().find((candidate) => candidate.id === id)
    if (instance !== undefined) act(instance)
    return instance !== undefined
  }

  return {
    ...kit,
    instances: {
      list: alive,
      byMarker: (marker) => alive().find(({ name }) => name === marker),
      kill: (id) => withInstance(id, (instance) => life.end(instance, { takesMs: 0, readableMs: 0 })),
      interrupt: (id) => withInstance(id, life.fail),
      setStatus: (id, status) => withInstance(id, (instance) => life.order(instance, status)),
    },
    inventory: { list: stock.list, set: (order: unknown) => stock.set(stockOrderSchema.parse(order)) },
  }
}
