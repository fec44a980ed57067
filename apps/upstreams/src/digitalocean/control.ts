import type { InstanceControl, InventoryControl } from '../kit/control-router.ts'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { StockOrder } from '../kit/stock.ts'
import { type DigitalOceanFault, type Droplet, idOf, isAlive } from './droplet.ts'
import type { DropletLife } from './droplet-life.ts'
import { type Inventory, type Shelf, stockOrderSchema } from './inventory.ts'

/** What a test holds in its hand: the shared parts, and the droplets from behind. */
export interface DigitalOceanControl extends EmulatorKit<DigitalOceanFault> {
  readonly instances: Omit<InstanceControl, 'list'> & {
    list(): readonly Droplet[]
    /** The living droplet of this name. */
    byMarker(marker: string): Droplet | undefined
  }
  readonly inventory: InventoryControl & { set(order: StockOrder<Shelf>): void }
}

interface ControlDeps {
  readonly kit: EmulatorKit<DigitalOceanFault>
  readonly registry: ReadonlyMap<number, Droplet>
  readonly inventory: Inventory
  readonly life: DropletLife
}

export function createDigitalOceanControl(deps: ControlDeps): DigitalOceanControl {
  const { kit, registry, inventory, life } = deps
  const alive = (): readonly Droplet[] => [...registry.values()].filter(isAlive)

  function withDroplet(id: string, act: (droplet: Droplet) => void): boolean {
    const droplet = alive().find((candidate) => idOf(candidate) === id)
    if (droplet !== undefined) act(droplet)
    return droplet !== undefined
  }

  return {
    ...kit,
    instances: {
      list: alive,
      byMarker: (marker) => alive().find(({ name }) => name === marker),
      kill: (id) => withDroplet(id, (droplet) => life.end(droplet, 0)),
      // Why off: there is no spot here; a host that fails leaves its droplets switched off.
      interrupt: (id) => withDroplet(id, life.powerOff),
      setStatus: (id, status) =>
        withDroplet(id, (droplet) => {
          droplet.eventEndsAtMs = null
          life.change(droplet, status)
        }),
    },
    inventory: {
      list: inventory.list,
      set: (order: unknown) => inventory.set(stockOrderSchema.parse(order)),
    },
  }
}
