import type { InstanceControl, InventoryControl } from '../kit/control-router.ts'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import { isAlive, type TensorDockFault, type TensorDockInstance } from './instance.ts'
import type { InstanceLife } from './instance-life.ts'
import { type Inventory, stockOrderSchema } from './inventory.ts'

/** What a test holds in its hand: the shared parts, and the machines from behind. */
export interface TensorDockControl extends EmulatorKit<TensorDockFault> {
  readonly instances: Omit<InstanceControl, 'list'> & {
    list(): readonly TensorDockInstance[]
    /** The living instance with this name. */
    byMarker(marker: string): TensorDockInstance | undefined
  }
  readonly inventory: InventoryControl
}

interface ControlDeps {
  readonly kit: EmulatorKit<TensorDockFault>
  readonly registry: ReadonlyMap<string, TensorDockInstance>
  readonly inventory: Inventory
  readonly life: InstanceLife
}

export function createTensorDockControl({ kit, registry, inventory, life }: ControlDeps): TensorDockControl {
  const alive = (): readonly TensorDockInstance[] => [...registry.values()].filter(isAlive)

  function withInstance(id: string, act: (instance: TensorDockInstance) => void): boolean {
    const instance = alive().find((candidate) => candidate.id === id)
    if (instance !== undefined) act(instance)
    return instance !== undefined
  }

  return {
    ...kit,
    instances: {
      list: alive,
      byMarker: (marker) => alive().find(({ name }) => name === marker),
      kill: (id) => withInstance(id, life.end),
      interrupt: (id) => withInstance(id, life.reclaim),
      setStatus: (id, status) =>
        withInstance(id, (instance) => {
          instance.bootsAtMs = null
          life.change(instance, status)
        }),
    },
    inventory: {
      list: inventory.list,
      set: (order: unknown) => inventory.set(stockOrderSchema.parse(order)),
    },
  }
}
