import type { EmulatorClock } from '../kit/clock.ts'
import type { Meter } from '../kit/meter.ts'
import type { MachineDoors } from '../kit/ssh/machine-doors.ts'
import type { MachineGpus } from '../kit/ssh/machine.ts'
import type { VerdaInstance, Volume } from './instance.ts'
import { findInstanceType } from './instance-types.ts'
import type { Volumes } from './volumes.ts'

/** The words a boot goes through, and after which share of it each is said. */
const BOOT_WORDS = [
  ['provisioning', 0.2],
  ['validating', 0.9],
] as const

interface InstanceLifeDeps {
  readonly clock: EmulatorClock
  readonly meter: Meter
  readonly doors: MachineDoors
  readonly volumes: Volumes
  /** From create to running. */
  readonly bootMs: number
  /** From the delete order to the word "discontinued". */
  readonly teardownMs: number
  /** How long a discontinued instance can still be read. */
  readonly lingerMs: number
  readonly onChange: () => void
}

/** What happens to one instance over time; its machine bills from running to delete, offline or not. */
export type InstanceLife = ReturnType<typeof createInstanceLife>

export function createInstanceLife(deps: InstanceLifeDeps) {
  const { clock, meter, doors, volumes, bootMs, teardownMs, lingerMs, onChange } = deps

  function change(instance: VerdaInstance, status: string): void {
    instance.status = status
    onChange()
  }

  async function comeUp(instance: VerdaInstance, bootsAtMs: number): Promise<void> {
    if (instance.bootEndsIn !== 'running') {
      instance.bootsAtMs = null
      change(instance, instance.bootEndsIn)
      return
    }
    instance.sshPort = await openDoor(instance, doors)
    // Why again: while the port was being opened somebody may have ended the instance.
    if (instance.bootsAtMs !== bootsAtMs) {
      if (instance.status !== 'running') doors.shut(instance.id)
      return
    }
    instance.bootsAtMs = null
    if (instance.upAtMs === null) startMeter(instance, { clock, meter })
    change(instance, 'running')
  }

  function close(instance: VerdaInstance, kept: readonly Volume[]): void {
    instance.bootsAtMs = null
    instance.endedAtMs = clock.nowMs()
    doors.shut(instance.id)
    meter.died(instance.id)
    volumes.detach(kept)
  }

  function finish(instance: VerdaInstance, readableMs: number): void {
    instance.forgottenAtMs = clock.nowMs() + readableMs
    change(instance, 'discontinued')
  }

  return {
    change,
    boot(instance: VerdaInstance, status: 'ordered' | 'pending'): void {
      instance.bootsAtMs = clock.nowMs() + bootMs
      change(instance, status)
      resumeBoot(instance, { clock, bootMs, change, comeUp })
    },
    /** Switched off; the machine is kept, and paid for. */
    shutdown(instance: VerdaInstance): void {
      doors.shut(instance.id)
      change(instance, 'offline')
    },
    /** Ends for the meter at once; the words follow in their own time. */
    end(instance: VerdaInstance, { kept, readableMs = lingerMs }: EndOptions): void {
      close(instance, kept)
      change(instance, 'deleting')
      if (teardownMs === 0) finish(instance, readableMs)
      else clock.schedule(teardownMs, () => finish(instance, readableMs))
    },
    /** Taken back by the cloud: a spot machine is discontinued, and its volumes follow their own policy. */
    reclaim(instance: VerdaInstance): void {
      close(
        instance,
        instance.volumes.filter(({ onSpotDiscontinue }) => onSpotDiscontinue === 'keep_detached'),
      )
      finish(instance, lingerMs)
    },
    /** Takes up an instance that an earlier process left: its door opens again, its boot goes on. */
    async takeUp(instance: VerdaInstance): Promise<void> {
      if (instance.status === 'running') instance.sshPort = await openDoor(instance, doors)
      resumeBoot(instance, { clock, bootMs, change, comeUp })
    },
  }
}

interface ResumeBoot extends Pick<InstanceLifeDeps, 'clock' | 'bootMs'> {
  readonly change: (instance: VerdaInstance, status: string) => void
  readonly comeUp: (instance: VerdaInstance, bootsAtMs: number) => Promise<void>
}

function resumeBoot(instance: VerdaInstance, { clock, bootMs, change, comeUp }: ResumeBoot): void {
  const { bootsAtMs } = instance
  if (bootsAtMs === null || instance.stuckProvisioning) return
  const stillBooting = (): boolean => instance.bootsAtMs === bootsAtMs
  const leftMs = bootsAtMs - clock.nowMs()
  for (const [word, share] of BOOT_WORDS) {
    const inMs = leftMs - bootMs * (1 - share)
    // Why: an instance taken up after a restart may be past its first words.
    if (inMs > 0) clock.schedule(inMs, () => stillBooting() && change(instance, word))
  }
  clock.schedule(leftMs, () => {
    if (stillBooting()) void comeUp(instance, bootsAtMs)
  })
}

interface EndOptions {
  /** Volumes that stay, detached. */
  readonly kept: readonly Volume[]
  readonly readableMs?: number | undefined
}

function startMeter(
  instance: VerdaInstance,
  { clock, meter }: Pick<InstanceLifeDeps, 'clock' | 'meter'>,
): void {
  const { id, priceMicrosPerHour } = instance
  instance.upAtMs = clock.nowMs()
  meter.start({ instanceId: id, kind: 'gpu', priceMicrosPerHour })
}

const openDoor = (instance: VerdaInstance, doors: MachineDoors): Promise<number> =>
  doors.open({
    id: instance.id,
    port: instance.sshPort,
    authorizedKeys: instance.authorizedKeys,
    listens: !instance.sshNever,
    machine: {
      hostname: instance.hostname,
      username: 'root',
      home: '/root',
      env: instance.env,
      gpus: gpusSeenIn(instance),
    },
  })

/** What was sold, unless an order says that the machine has something else in it. */
function gpusSeenIn({ instanceType, wrongGpu }: VerdaInstance): MachineGpus | null {
  const type = findInstanceType(instanceType)
  if (!type?.card) return null
  return {
    name: wrongGpu?.name ?? type.card.name,
    memoryMib: wrongGpu?.memoryMib ?? type.card.memoryMib,
    count: wrongGpu?.count ?? type.gpus,
    manufacturer: 'NVIDIA',
  }
}
