import type { EmulatorClock } from '../kit/clock.ts'
import { openSshDoor, type SshDoor } from '../kit/ssh/ssh-host.ts'
import type { MachineGpus } from '../kit/ssh/machine.ts'
import { findGpuType } from './gpu-types.ts'
import type { Pod } from './pod.ts'

/** The SSH doors of running pods: one port each, open while the container runs. */
export type PodSsh = ReturnType<typeof createPodSsh>

export function createPodSsh({
  clock,
  host,
  hostKey,
}: {
  clock: EmulatorClock
  host: string
  hostKey: string
}) {
  const doors = new Map<string, SshDoor>()

  function shut(podId: string): void {
    doors.get(podId)?.close()
    doors.delete(podId)
  }

  return {
    /** Opens the door, on the port the pod had before where it is still free, and answers the port. */
    async open(pod: Pod): Promise<number> {
      shut(pod.id)
      const door = await openSshDoor({
        host,
        port: pod.sshPort,
        hostKey,
        authorizedKeys: pod.env['PUBLIC_KEY'] ?? '',
        machine: {
          hostname: pod.id,
          username: 'root',
          home: '/root',
          env: {
            HOME: '/root',
            USER: 'root',
            RUNPOD_POD_ID: pod.id,
            RUNPOD_DC_ID: pod.dataCenterId,
            ...pod.env,
          },
          gpus: gpusSeenBy(pod),
          bootedAtMs: pod.startedAtMs ?? clock.nowMs(),
          nowMs: clock.nowMs,
        },
      })
      doors.set(pod.id, door)
      // A real sshd of a container that never comes up: the port is published and refuses.
      if (pod.sshNever) shut(pod.id)
      return door.port
    },
    shut,
    closeAll(): void {
      for (const podId of doors.keys()) shut(podId)
    },
  }
}

/** What was sold, unless an order says that the host has something else in it. */
function gpusSeenBy({ gpu, wrongGpu }: Pod): MachineGpus | null {
  const type = findGpuType(gpu.id)
  if (type === undefined) return null
  return {
    name: wrongGpu?.name ?? type.id,
    memoryMib: wrongGpu?.memoryMib ?? type.cardMemoryMib,
    count: wrongGpu?.count ?? gpu.count,
    manufacturer: type.manufacturer,
  }
}
