import type { InstanceControl, InventoryControl } from '../kit/control-router.ts'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import { isAlive, type VerdaFault, type VerdaInstance } from './instance.ts'
import type { InstanceLife } from './instance-life.ts'
import { type Inventory, stockOrderSchema } from './inventory.ts'
import type { NamedTexts } from './named-texts.ts'
import type { Tokens } from './tokens.ts'
import type { Volumes } from './volumes.ts'

/** What a test holds in its hand: the shared parts, and the machines from behind. */
export interface VerdaControl extends EmulatorKit<VerdaFault> {
  readonly instances: Omit<InstanceControl, 'list'> & {
    list(): readonly VerdaInstance[]
    /** The living instance with this host name. */
    byMarker(marker: string): VerdaInstance | undefined
  }
  readonly inventory: InventoryControl
  readonly sshKeys: Pick<NamedTexts, 'list'>
  readonly scripts: Pick<NamedTexts, 'list'>
  readonly volumes: Pick<Volumes, 'detached'>
  readonly revokeTokens: () => void
}

interface ControlDeps {
  readonly kit: EmulatorKit<VerdaFault>
  readonly registry: ReadonlyMap<string, VerdaInstance>
  readonly inventory: Inventory
  readonly sshKeys: NamedTexts
  readonly scripts: NamedTexts
  readonly volumes: Volumes
  readonly tokens: Tokens
  readonly life: InstanceLife
}

export function createVerdaControl(deps: ControlDeps): VerdaControl {
  const { kit, registry, inventory, sshKeys, scripts, volumes, tokens, life } = deps
  const alive = (): readonly VerdaInstance[] => [...registry.values()].filter(isAlive)

  function withInstance(
    id: string,
    act: (instance: VerdaInstance) => void,
    isMeant: (instance: VerdaInstance) => boolean = () => true,
  ): boolean {
    const instance = alive().find((candidate) => candidate.id === id && isMeant(candidate))
    if (instance !== undefined) act(instance)
    return instance !== undefined
  }

  return {
    ...kit,
    sshKeys,
    scripts,
    volumes,
    revokeTokens: tokens.revokeAll,
    instances: {
      list: alive,
      byMarker: (marker) => alive().find(({ hostname }) => hostname === marker),
      kill: (id) => withInstance(id, (instance) => life.end(instance, { kept: [], readableMs: 0 })),
      // Only spot machines are taken back; one on demand is its renter's.
      interrupt: (id) => withInstance(id, life.reclaim, ({ isSpot }) => isSpot),
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
