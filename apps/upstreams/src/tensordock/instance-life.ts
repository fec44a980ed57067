import type { EmulatorClock } from '../kit/clock.ts'
import type { Meter } from '../kit/meter.ts'
import type { MachineDoors } from '../kit/ssh/machine-doors.ts'
import type { MachineGpus } from '../kit/ssh/machine.ts'
import { findHost } from './hosts.ts'
import type { TensorDockInstance } from './instance.ts'

/** How much of a boot is spent in the queue; the rest is starting. */
const QUEUED_SHARE = 0.3
const SSH_PORT = 22

interface InstanceLifeDeps {
  readonly clock: EmulatorClock
  readonly meter: Meter
  readonly doors: MachineDoors
  /** From create to running. */
  readonly bootMs: number
  /** From the stop order to the word that it is stopped. */
  readonly stopMs: number
  readonly onChange: () => void
}

/** What happens to one instance over time: compute bills while it runs, its disk for as long as it exists. */
export type InstanceLife = ReturnType<typeof createInstanceLife>

export function createInstanceLife({ clock, meter, doors, bootMs, stopMs, onChange }: InstanceLifeDeps) {
  function change(instance: TensorDockInstance, status: string): void {
    instance.status = status
    onChange()
  }

  async function comeUp(instance: TensorDockInstance, bootsAtMs: number): Promise<void> {
    if (instance.bootError) {
      instance.bootsAtMs = null
      change(instance, 'error')
      return
    }
    instance.sshPort = await openDoor(instance, doors)
    // Why again: while the port was being opened somebody may have ended the instance.
    if (instance.bootsAtMs !== bootsAtMs) {
      if (instance.status !== 'running') doors.shut(instance.id)
      return
    }
    instance.bootsAtMs = null
    const { id: instanceId, computeMicrosPerHour: priceMicrosPerHour } = instance
    meter.start({ instanceId, kind: 'compute', priceMicrosPerHour })
    change(instance, 'running')
  }

  function resumeBoot(instance: TensorDockInstance): void {
    const { bootsAtMs } = instance
    if (bootsAtMs === null || instance.stuckQueued) return
    const stillBooting = (): boolean => instance.bootsAtMs === bootsAtMs
    const leftMs = bootsAtMs - clock.nowMs()
    const queuedMs = leftMs - bootMs * (1 - QUEUED_SHARE)
    // Why: an instance taken up after a restart may be out of the queue.
    if (queuedMs > 0) clock.schedule(queuedMs, () => stillBooting() && change(instance, 'starting'))
    clock.schedule(leftMs, () => {
      if (stillBooting()) void comeUp(instance, bootsAtMs)
    })
  }

  function disassociate(instance: TensorDockInstance): void {
    instance.bootsAtMs = null
    meter.stop(instance.id, 'compute')
    change(instance, 'stoppeddisassociated')
  }

  return {
    change,
    boot(instance: TensorDockInstance, status: 'queued' | 'starting'): void {
      instance.bootsAtMs = clock.nowMs() + bootMs
      change(instance, status)
      resumeBoot(instance)
    },
    /** Stops, and gives the GPUs back to the host; the disk stays, and bills. */
    stop(instance: TensorDockInstance): void {
      doors.shut(instance.id)
      change(instance, 'stopping')
      const finish = (): void => {
        if (instance.status === 'stopping') disassociate(instance)
      }
      if (stopMs === 0) finish()
      else clock.schedule(stopMs, finish)
    },
    /** The host took its GPUs back, as the small ones do. */
    reclaim(instance: TensorDockInstance): void {
      doors.shut(instance.id)
      disassociate(instance)
    },
    end(instance: TensorDockInstance): void {
      instance.bootsAtMs = null
      instance.endedAtMs = clock.nowMs()
      doors.shut(instance.id)
      meter.died(instance.id)
      change(instance, 'deleted')
    },
    /** Takes up an instance that an earlier process left: its door opens again, its boot goes on. */
    async takeUp(instance: TensorDockInstance): Promise<void> {
      if (instance.status === 'running') instance.sshPort = await openDoor(instance, doors)
      resumeBoot(instance)
    },
  }
}

/** On the port that the host forwards to 22, where there is one. */
function openDoor(instance: TensorDockInstance, doors: MachineDoors): Promise<number> {
  const { id, login, portForwards } = instance
  const forwarded = portForwards.find(({ internal_port }) => internal_port === SSH_PORT)?.external_port
  return doors.open({
    id,
    port: instance.sshPort ?? forwarded ?? null,
    authorizedKeys: login.authorizedKeys,
    listens: !instance.sshNever,
    machine: {
      hostname: instance.name,
      username: login.username,
      home: login.username === 'root' ? '/root' : `/home/${login.username}`,
      env: login.env,
      gpus: gpusSeenIn(instance),
    },
  })
}

/** What was sold, unless an order says that the host has something else in it. */
function gpusSeenIn({ hostId, gpuCount, wrongGpu }: TensorDockInstance): MachineGpus | null {
  const model = findHost(hostId)?.gpu
  if (model === undefined || gpuCount === 0) return null
  return {
    name: wrongGpu?.name ?? model.cardName,
    memoryMib: wrongGpu?.memoryMib ?? model.cardMemoryMib,
    count: wrongGpu?.count ?? gpuCount,
    manufacturer: 'NVIDIA',
  }
}
