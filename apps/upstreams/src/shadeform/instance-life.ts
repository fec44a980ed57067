import type { EmulatorClock } from '../kit/clock.ts'
import type { Meter } from '../kit/meter.ts'
import type { MachineDoors } from '../kit/ssh/machine-doors.ts'
import type { MachineGpus } from '../kit/ssh/machine.ts'
import { isAlive, type ShadeformInstance } from './instance.ts'
import { findInstanceType } from './instance-types.ts'

interface InstanceLifeDeps {
  readonly clock: EmulatorClock
  readonly meter: Meter
  readonly doors: MachineDoors
  /** From create to active. */
  readonly bootMs: number
  /** From the delete order to the word "deleted". */
  readonly teardownMs: number
  /** How long a deleted instance can still be read. */
  readonly lingerMs: number
  readonly onChange: () => void
}

export const SSH_USER = 'shadeform'

/** What happens to one instance over time; the meter runs from active to the delete order. */
export type InstanceLife = ReturnType<typeof createInstanceLife>

export function createInstanceLife(deps: InstanceLifeDeps) {
  const { clock, meter, doors, bootMs, teardownMs, lingerMs, onChange } = deps

  async function comeUp(instance: ShadeformInstance, bootsAtMs: number): Promise<void> {
    instance.sshPort = instance.bootError ? null : await openDoor(instance, doors)
    // Why again: while the port was being opened somebody may have deleted it.
    if (instance.bootsAtMs !== bootsAtMs) {
      doors.shut(instance.id)
      return
    }
    instance.bootsAtMs = null
    instance.failed = instance.bootError
    if (!instance.failed) {
      instance.activeAtMs = clock.nowMs()
      const { id: instanceId, priceMicrosPerHour } = instance
      meter.start({ instanceId, kind: 'gpu', priceMicrosPerHour })
    }
    onChange()
  }

  return {
    create(instance: ShadeformInstance): void {
      meter.born({ instanceId: instance.id, marker: instance.name })
      instance.bootsAtMs = clock.nowMs() + bootMs
      resumeBoot(instance, { clock, comeUp })
      onChange()
    },
    order(instance: ShadeformInstance, status: string): void {
      instance.orderedStatus = status
      onChange()
    },
    /** Ends it for the meter at once; the words follow in their own time. */
    end(instance: ShadeformInstance, { takesMs = teardownMs, readableMs = lingerMs } = {}): void {
      instance.orderedStatus = null
      instance.bootsAtMs = null
      instance.endedAtMs = clock.nowMs()
      instance.deletedAtMs = clock.nowMs() + takesMs
      instance.forgottenAtMs = clock.nowMs() + takesMs + readableMs
      doors.shut(instance.id)
      meter.died(instance.id)
      onChange()
    },
    /** The machine broke or was taken: it says error until somebody deletes it, and is billed no more. */
    fail(instance: ShadeformInstance): void {
      instance.failed = true
      instance.bootsAtMs = null
      doors.shut(instance.id)
      meter.stop(instance.id)
      onChange()
    },
    /** Takes up an instance that an earlier process left: its door opens again, its boot goes on. */
    async takeUp(instance: ShadeformInstance): Promise<void> {
      const open = isAlive(instance) && !instance.failed && instance.bootsAtMs === null
      if (open) instance.sshPort = await openDoor(instance, doors)
      resumeBoot(instance, { clock, comeUp })
    },
  }
}

const openDoor = (instance: ShadeformInstance, doors: MachineDoors): Promise<number> =>
  doors.open({
    id: instance.id,
    port: instance.sshPort,
    authorizedKeys: instance.authorizedKeys,
    listens: !instance.sshNever,
    machine: {
      hostname: instance.id.slice(0, 8),
      username: SSH_USER,
      home: `/home/${SSH_USER}`,
      env: instance.env,
      gpus: gpusSeenIn(instance),
    },
  })

interface ResumeBoot {
  readonly clock: EmulatorClock
  readonly comeUp: (instance: ShadeformInstance, bootsAtMs: number) => Promise<void>
}

function resumeBoot(instance: ShadeformInstance, { clock, comeUp }: ResumeBoot): void {
  const { bootsAtMs } = instance
  if (bootsAtMs === null || instance.stuckPending) return
  clock.schedule(bootsAtMs - clock.nowMs(), () => {
    if (instance.bootsAtMs === bootsAtMs) void comeUp(instance, bootsAtMs)
  })
}

/** What was sold, unless an order says that the machine has something else in it. */
function gpusSeenIn({ cloud, shadeInstanceType, wrongGpu }: ShadeformInstance): MachineGpus | null {
  const type = findInstanceType(cloud, shadeInstanceType)
  if (type === undefined) return null
  return {
    name: wrongGpu?.name ?? type.card.name,
    memoryMib: wrongGpu?.memoryMib ?? type.card.memoryMib,
    count: wrongGpu?.count ?? type.gpus,
    manufacturer: 'NVIDIA',
  }
}
