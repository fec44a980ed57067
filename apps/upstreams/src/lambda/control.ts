import type { InstanceControl, InventoryControl } from '../kit/control-router.ts'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import { isAlive, type LambdaFault, type LambdaInstance } from './instance.ts'
import type { InstanceLife } from './instance-life.ts'
import { type Inventory, type StockOrder, stockOrderSchema } from './inventory.ts'
import type { SshKeys } from './ssh-keys.ts'

/** What a test holds in its hand: the shared parts, and the machines from behind. */
export interface LambdaControl extends EmulatorKit<LambdaFault> {
  readonly instances: Omit<InstanceControl, 'list'> & {
    list(): readonly LambdaInstance[]
    /** The living instance with this name. */
    byMarker(marker: string): LambdaInstance | undefined
  }
  readonly inventory: Pick<Inventory, 'list'> &
    Pick<InventoryControl, 'set'> & { set(order: StockOrder): void }
  readonly sshKeys: Pick<SshKeys, 'list' | 'add' | 'remove'>
}

interface ControlDeps {
  readonly kit: EmulatorKit<LambdaFault>
  readonly registry: ReadonlyMap<string, LambdaInstance>
  readonly inventory: Inventory
  readonly sshKeys: SshKeys
  readonly life: InstanceLife
}

export function createLambdaControl(deps: ControlDeps): LambdaControl {
  const { kit, registry, inventory, sshKeys, life } = deps
  const alive = (): readonly LambdaInstance[] => [...registry.values()].filter(isAlive)

  function withInstance(id: string, act: (instance: LambdaInstance) => void): boolean {
    const instance = alive().find((candidate) => candidate.id === id)
    if (instance !== undefined) act(instance)
    return instance !== undefined
  }

  return {
    ...kit,
    sshKeys,
    instances: {
      list: alive,
      byMarker: (marker) => alive().find(({ name }) => name === marker),
      kill: (id) => withInstance(id, life.vanish),
      interrupt: (id) => withInstance(id, life.preempt),
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
