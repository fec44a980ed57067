import type { EmulatorClock } from '../kit/clock.ts'
import type { MachineDoors } from '../kit/ssh/machine-doors.ts'
import { openDoor } from './open-door.ts'
import { idOf, isAlive, type Vm } from './vm.ts'
import type { VmBooks } from './vm-books.ts'

interface VmLifeDeps {
  readonly clock: EmulatorClock
  readonly books: VmBooks
  readonly doors: MachineDoors
  /** From create (or restore) to ACTIVE; hibernating takes as long. */
  readonly bootMs: number
  /** From ACTIVE to an attached address. */
  readonly addressMs: number
  /** From the delete order until it answers 404. */
  readonly teardownMs: number
  readonly onChange: () => void
}

/** How much of a build is CREATING; the rest is BUILD. */
const CREATING_SHARE = 0.3

/** What happens to one machine over time: it is built, sleeps, comes back, ends. Books and door follow its status. */
export type VmLife = ReturnType<typeof createVmLife>

export function createVmLife(deps: VmLifeDeps) {
  const { clock, books, doors, teardownMs, onChange } = deps
  const { say, begin, resume } = createChanges(deps)

  return {
    say,
    create(vm: Vm, to: 'ACTIVE' | 'ERROR'): void {
      books.open(vm)
      begin(vm, 'CREATING', to)
    },
    /** Its address goes back unless it is kept, and another one comes when it is restored. */
    hibernate(vm: Vm, keepsAddress: boolean): void {
      doors.shut(idOf(vm))
      begin(vm, 'HIBERNATING', 'HIBERNATED')
      if (!keepsAddress) Object.assign(vm, { addressAtMs: null, sshPort: null })
    },
    restore: (vm: Vm): void => begin(vm, 'RESTORING', 'ACTIVE'),
    shutOff(vm: Vm): void {
      doors.shut(idOf(vm))
      say(vm, 'SHUTOFF')
    },
    start: (vm: Vm): void => begin(vm, vm.status, 'ACTIVE'),
    /** Opens or shuts the door by the rules as they are now. */
    async applyRules(vm: Vm): Promise<void> {
      if (vm.status === 'ACTIVE') vm.sshPort = await openDoor(vm, doors)
      onChange()
    },
    /** Ends it for the meter at once; it stays readable as DELETING for a while. */
    end(vm: Vm, readableMs = teardownMs): void {
      vm.change = null
      doors.shut(idOf(vm))
      say(vm, 'DELETING')
      vm.deletedAtMs = clock.nowMs()
      vm.forgottenAtMs = clock.nowMs() + readableMs
      books.close(vm)
      onChange()
    },
    /** Takes up a machine that an earlier process left: its door opens again, what went on goes on. */
    async takeUp(vm: Vm): Promise<void> {
      if (vm.status === 'ACTIVE') vm.sshPort = await openDoor(vm, doors)
      resume(vm)
    },
  }
}

/** Changes of state that take their time. */
function createChanges({ clock, books, doors, bootMs, addressMs, onChange }: VmLifeDeps) {
  function say(vm: Vm, status: string): void {
    vm.status = status
    books.follow(vm)
    onChange()
  }

  async function finish(vm: Vm, change: NonNullable<Vm['change']>): Promise<void> {
    if (change.to === 'ACTIVE') vm.sshPort = await openDoor(vm, doors)
    // Why again: while the port was being opened somebody may have ended the machine.
    if (vm.change !== change) {
      if (!isAlive(vm)) doors.shut(idOf(vm))
      return
    }
    vm.change = null
    if (change.to === 'ACTIVE' && vm.wantsAddress && !vm.noAddress) {
      vm.addressAtMs ??= clock.nowMs() + addressMs
    }
    say(vm, change.to)
  }

  function resume(vm: Vm): void {
    const { change } = vm
    if (change === null || vm.stuckBuilding) return
    const at = (atMs: number, act: () => void): void => {
      clock.schedule(atMs - clock.nowMs(), () => {
        if (vm.change === change) act()
      })
    }
    if (vm.status === 'CREATING') at(change.atMs - bootMs * (1 - CREATING_SHARE), () => say(vm, 'BUILD'))
    at(change.atMs, () => void finish(vm, change))
  }

  function begin(vm: Vm, meanwhile: string, to: string): void {
    vm.change = { atMs: clock.nowMs() + bootMs, to }
    say(vm, meanwhile)
    resume(vm)
  }

  return { say, begin, resume }
}
