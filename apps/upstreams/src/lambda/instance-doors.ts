import type { EmulatorClock } from '../kit/clock.ts'
import type { MachineGpus } from '../kit/ssh/machine.ts'
import { openSshDoor, type SshDoor } from '../kit/ssh/ssh-host.ts'
import type { LambdaInstance } from './instance.ts'
import { findInstanceType } from './instance-types.ts'

interface InstanceDoorsDeps {
  readonly clock: EmulatorClock
  readonly host: string
  readonly hostKey: string
}

/** The SSH doors of running machines: one port each, user `ubuntu`. */
export type InstanceDoors = ReturnType<typeof createInstanceDoors>

export function createInstanceDoors({ clock, host, hostKey }: InstanceDoorsDeps) {
  const doors = new Map<string, SshDoor>()

  function shut(id: string): void {
    doors.get(id)?.close()
    doors.delete(id)
  }

  return {
    /** Opens the door, on the port it had before where that is still free, and answers the port. */
    async open(instance: LambdaInstance): Promise<number> {
      shut(instance.id)
      const door = await openSshDoor({
        host,
        port: instance.sshPort,
        hostKey,
        authorizedKeys: instance.authorizedKeys,
        machine: {
          hostname: instance.id.slice(0, 12),
          username: 'ubuntu',
          home: '/home/ubuntu',
          env: { HOME: '/home/ubuntu', USER: 'ubuntu', ...instance.env },
          gpus: gpusSeenIn(instance),
          bootedAtMs: clock.nowMs(),
          nowMs: clock.nowMs,
        },
      })
      doors.set(instance.id, door)
      if (instance.sshNever) shut(instance.id)
      return door.port
    },
    shut,
    closeAll(): void {
      for (const id of doors.keys()) shut(id)
    },
  }
}

/** What was sold, unless an order says that the machine has something else in it or its driver sees nothing. */
function gpusSeenIn({ instanceType, wrongGpu, gpuBroken }: LambdaInstance): MachineGpus | null {
  const type = findInstanceType(instanceType)
  if (!type?.card || gpuBroken) return null
  return {
    name: wrongGpu?.name ?? type.card.name,
    memoryMib: wrongGpu?.memoryMib ?? type.card.memoryMib,
    count: wrongGpu?.count ?? type.gpus,
    manufacturer: 'NVIDIA',
  }
}
