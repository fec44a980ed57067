import type { InstanceControl, InventoryControl } from '@berth/upstreams/kit/control-router'
import type { EmulatorKit } from '@berth/upstreams/kit/emulator-kit'
import type { Meter } from '@berth/upstreams/kit/meter'

/** A fault as `kit/faults` takes it over the wire; each emulator checks the kinds it knows. */
export type RawFault = { kind: string } & Record<string, unknown>

/** Which call of a provider's API a fault waits for, whatever that API calls it. */
export type CallName = 'create' | 'destroy' | 'read'

/** Faults that only one cloud can show, by the call that each waits for. */
export type OwnFaults<Fault = RawFault> = { create: readonly Fault[] } & {
  readonly [Call in 'destroy' | 'read']?: readonly Fault[]
}

/** One emulated upstream as the chaos sees it: the same handful of levers for every provider. */
export interface EmulatedCloud {
  /** The adapter's name and account, "runpod". */
  name: string
  /** Settings that point the worker at it. */
  env: Record<string, string>
  meter: Meter
  ownFaults: OwnFaults
  /** Gives the order; it hits the next such call. Answers whether it is used up yet. */
  order(call: CallName, fault: RawFault): () => boolean
  clearFaults(): void
  kill(id: string): boolean
  interrupt(id: string): boolean
  /** Makes a pod say a word that nobody knows, and lets it say again that it runs. */
  mumble(id: string): void
  speakPlainly(id: string): void
  /** Shelves with stock; emptying one leaves offers in the market that nobody can have. */
  shelves(): number
  emptyShelf(index: number): void
  restock(): void
  /** What is not a pod and must not be left either: volumes that bill on. */
  leftovers(): string[]
  /** Keys and scripts left in the account's registries: a later sweep takes those whose removal has failed. */
  litter(): number
  close(): Promise<void>
}

interface EmulatedCloudOptions<Own extends { kind: string }> {
  name: string
  apiKey: string
  baseUrl: string
  /** This cloud's word for a pod that runs. */
  runningWord: string
  matches: Record<CallName, { method: string; path: string }>
  ownFaults: OwnFaults<NoInfer<Own>>
  control: EmulatorKit<Own> & {
    instances: Omit<InstanceControl, 'list'>
    inventory: InventoryControl
  }
  leftovers?: () => string[]
  litter?: () => number
  close: () => Promise<void>
}

/** Gives a started emulator the levers. */
export function emulatedCloud<Own extends { kind: string }>(
  options: EmulatedCloudOptions<Own>,
): EmulatedCloud {
  const {
    name,
    apiKey,
    baseUrl,
    runningWord,
    matches,
    ownFaults,
    control,
    leftovers = () => [],
    litter = () => 0,
    close,
  } = options
  const { faults, instances, inventory, meter } = control
  const emptied: object[] = []
  const prefix = name.toUpperCase()
  return {
    name,
    env: { [`${prefix}_API_KEY`]: apiKey, [`${prefix}_API_BASE`]: baseUrl },
    meter,
    ownFaults,
    leftovers,
    litter,
    close,
    order(call, fault) {
      const { id } = faults.add(faults.parse({ match: matches[call], fault }))
      return () => faults.list().every((standing) => standing.id !== id)
    },
    clearFaults: faults.clear,
    kill: instances.kill,
    interrupt: instances.interrupt,
    mumble: (id) => void instances.setStatus(id, 'HIBERNATING'),
    speakPlainly: (id) => void instances.setStatus(id, runningWord),
    shelves: () => inventory.list().length,
    emptyShelf(index) {
      const shelf = inventory.list()[index]
      if (shelf === undefined) return
      emptied.push(shelf)
      inventory.set({ ...shelf, free: 0 })
    },
    restock() {
      for (const shelf of emptied.splice(0)) inventory.set({ ...shelf, free: null })
    },
  }
}
