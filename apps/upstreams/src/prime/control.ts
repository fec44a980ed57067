import { z } from 'zod'
import type { InstanceControl } from '../kit/control-router.ts'
import type { EmulatorKit } from '../kit/emulator-kit.ts'
import type { Stock } from '../kit/stock.ts'
import { isAlive, type PrimeFault, type PrimePod } from './pod.ts'
import type { PodLife } from './pod-life.ts'
import type { Shelf } from './pods.ts'
import type { SshKeys } from './ssh-keys.ts'

/** What a test holds in its hand: the shared parts, and the pods and keys from behind. */
export interface PrimeControl extends EmulatorKit<PrimeFault> {
  readonly instances: Omit<InstanceControl, 'list'> & {
    list(): readonly PrimePod[]
    /** The living pod with this name. */
    byMarker(marker: string): PrimePod | undefined
  }
  readonly inventory: Pick<Stock<Shelf>, 'list' | 'set'>
  readonly sshKeys: Pick<SshKeys, 'list' | 'add' | 'remove'>
}

interface ControlDeps {
  readonly kit: EmulatorKit<PrimeFault>
  readonly registry: ReadonlyMap<string, PrimePod>
  readonly stock: Stock<Shelf>
  readonly sshKeys: SshKeys
  readonly life: PodLife
}

const stockOrderSchema = z.strictObject({
  provider: z.string().optional(),
  cloudId: z.string().optional(),
  dataCenter: z.string().optional(),
  /** Machines beyond those that live; null goes back to the seeded stock. */
  free: z.number().int().min(0).nullable(),
})

export function createPrimeControl({ kit, registry, stock, sshKeys, life }: ControlDeps): PrimeControl {
  const alive = (): readonly PrimePod[] => [...registry.values()].filter(isAlive)

  function withPod(id: string, act: (pod: PrimePod) => void): boolean {
    const pod = alive().find((candidate) => candidate.id === id)
    if (pod !== undefined) act(pod)
    return pod !== undefined
  }

  return {
    ...kit,
    sshKeys,
    instances: {
      list: alive,
      byMarker: (marker) => alive().find(({ name }) => name === marker),
      kill: (id) => withPod(id, (pod) => life.end(pod, 0)),
      // Why: a pod taken by the cloud behind is terminated like any other, and lingers a minute to be read.
      interrupt: (id) => withPod(id, (pod) => life.end(pod, 60_000)),
      setStatus: (id, status) => withPod(id, (pod) => life.order(pod, status)),
    },
    inventory: { list: stock.list, set: (order: unknown) => stock.set(stockOrderSchema.parse(order)) },
  }
}
