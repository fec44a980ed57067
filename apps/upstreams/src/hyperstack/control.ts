import type { InstanceControl, InventoryControl } from '../kit/control-router.ts'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { StockOrder } from '../kit/stock.ts'
import type { Environments } from './environments.ts'
import { type Inventory, type Shelf, stockOrderSchema } from './inventory.ts'
import { type HyperstackFault, idOf, isAlive, type Vm } from './vm.ts'
import type { VmLife } from './vm-life.ts'

/** What a test holds in its hand: the shared parts, and the machines from behind. */
export interface HyperstackControl extends EmulatorKit<HyperstackFault> {
  readonly instances: Omit<InstanceControl, 'list'> & {
    list(): readonly Vm[]
    /** The living machine of this name. */
    byMarker(marker: string): Vm | undefined
  }
  readonly inventory: InventoryControl & { set(order: StockOrder<Shelf>): void }
  readonly environments: Pick<
    Environments,
    'environments' | 'keypairs' | 'removeEnvironment' | 'removeKeypair'
  >
}

interface ControlDeps {
  readonly kit: EmulatorKit<HyperstackFault>
  readonly registry: ReadonlyMap<number, Vm>
  readonly inventory: Inventory
  readonly environments: Environments
  readonly life: VmLife
}

export function createHyperstackControl(deps: ControlDeps): HyperstackControl {
  const { kit, registry, inventory, environments, life } = deps
  const alive = (): readonly Vm[] => [...registry.values()].filter(isAlive)

  function withVm(id: string, act: (vm: Vm) => void): boolean {
    const vm = alive().find((candidate) => idOf(candidate) === id)
    if (vm !== undefined) act(vm)
    return vm !== undefined
  }

  return {
    ...kit,
    environments,
    instances: {
      list: alive,
      byMarker: (marker) => alive().find(({ name }) => name === marker),
      kill: (id) => withVm(id, (vm) => life.end(vm, 0)),
      // Why gone: spot machines are taken back whole; one on demand that loses its host is shut off.
      interrupt: (id) =>
        withVm(id, (vm) => (vm.flavor.endsWith('-spot') ? life.end(vm, 0) : life.shutOff(vm))),
      setStatus: (id, status) =>
        withVm(id, (vm) => {
          vm.change = null
          life.say(vm, status)
        }),
    },
    inventory: {
      list: inventory.list,
      set: (order: unknown) => inventory.set(stockOrderSchema.parse(order)),
    },
  }
}
