import type { EmulatorClock } from '../kit/clock.ts'
import type { Meter } from '../kit/meter.ts'
import type { MachineGpus } from '../kit/ssh/machine.ts'
import type { MachineDoors } from '../kit/ssh/machine-doors.ts'
import { findOffer } from './offers.ts'
import { isAlive, type PrimePod } from './pod.ts'

interface PodLifeDeps {
  readonly clock: EmulatorClock
  readonly meter: Meter
  readonly doors: MachineDoors
  /** From create to a finished installation. */
  readonly bootMs: number
  /** How long a terminated pod can still be read. */
  readonly lingerMs: number
  readonly onChange: () => void
}

/** Containers are entered as root, virtual machines as ubuntu. */
const CONTAINER_CLOUDS = new Set(['runpod', 'akash', 'primecompute'])

export const userOf = ({ provider }: PrimePod): string => (CONTAINER_CLOUDS.has(provider) ? 'root' : 'ubuntu')

/** What happens to one pod over time; the meter runs from a finished installation to the delete order. */
export type PodLife = ReturnType<typeof createPodLife>

export function createPodLife({ clock, meter, doors, bootMs, lingerMs, onChange }: PodLifeDeps) {
  async function comeUp(pod: PrimePod, bootsAtMs: number): Promise<void> {
    const fails = pod.bootError || pod.installationFails
    pod.sshPort = fails ? null : await openDoor(pod, doors)
    // Why again: while the port was being opened somebody may have deleted it.
    if (pod.bootsAtMs !== bootsAtMs) {
      doors.shut(pod.id)
      return
    }
    pod.bootsAtMs = null
    pod.failed = fails
    if (!fails) {
      pod.readyAtMs = clock.nowMs()
      meter.start({ instanceId: pod.id, kind: 'gpu', priceMicrosPerHour: pod.priceMicrosPerHour })
    }
    onChange()
  }

  return {
    create(pod: PrimePod): void {
      meter.born({ instanceId: pod.id, marker: pod.name })
      pod.bootsAtMs = clock.nowMs() + bootMs
      resumeBoot(pod, { clock, comeUp })
      onChange()
    },
    order(pod: PrimePod, status: string): void {
      pod.orderedStatus = status
      onChange()
    },
    /** Ends it for the meter at once. */
    end(pod: PrimePod, readableMs = lingerMs): void {
      pod.orderedStatus = null
      pod.bootsAtMs = null
      pod.endedAtMs = clock.nowMs()
      pod.forgottenAtMs = clock.nowMs() + readableMs
      doors.shut(pod.id)
      meter.died(pod.id)
      onChange()
    },
    /** Takes up a pod that an earlier process left: its door opens again, its boot goes on. */
    async takeUp(pod: PrimePod): Promise<void> {
      if (isAlive(pod) && pod.readyAtMs !== null) pod.sshPort = await openDoor(pod, doors)
      resumeBoot(pod, { clock, comeUp })
    },
  }
}

function openDoor(pod: PrimePod, doors: MachineDoors): Promise<number> {
  const username = userOf(pod)
  return doors.open({
    id: pod.id,
    port: pod.sshPort,
    authorizedKeys: pod.authorizedKeys,
    listens: !pod.sshNever,
    machine: {
      hostname: pod.id.slice(0, 8),
      username,
      home: username === 'root' ? '/root' : `/home/${username}`,
      env: pod.env,
      gpus: gpusSeenIn(pod),
    },
  })
}

interface ResumeBoot {
  readonly clock: EmulatorClock
  readonly comeUp: (pod: PrimePod, bootsAtMs: number) => Promise<void>
}

function resumeBoot(pod: PrimePod, { clock, comeUp }: ResumeBoot): void {
  const { bootsAtMs } = pod
  if (bootsAtMs === null || pod.stuckPending) return
  clock.schedule(bootsAtMs - clock.nowMs(), () => {
    if (pod.bootsAtMs === bootsAtMs) void comeUp(pod, bootsAtMs)
  })
}

/** What was sold, unless an order says that the machine has something else in it. */
function gpusSeenIn({ provider, cloudId, dataCenter, wrongGpu }: PrimePod): MachineGpus | null {
  const offer = findOffer(provider, cloudId, dataCenter)
  if (offer === undefined) return null
  return {
    name: wrongGpu?.name ?? offer.card.name,
    memoryMib: wrongGpu?.memoryMib ?? offer.card.memoryMib,
    count: wrongGpu?.count ?? offer.gpus,
    manufacturer: 'NVIDIA',
  }
}
