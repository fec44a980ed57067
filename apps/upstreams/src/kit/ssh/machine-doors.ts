import type { Machine } from './machine.ts'
import { openSshDoor, type SshDoor } from './ssh-host.ts'

interface MachineDoorsDeps {
  readonly host: string
  readonly hostKey: string
  readonly nowMs: () => number
}

interface OpenDoor {
  /** Of the instance; it has one door. */
  readonly id: string
  /** The port it had before; a free one where it is taken or null. */
  readonly port: number | null
  /** One public key a line. */
  readonly authorizedKeys: string
  readonly machine: Pick<Machine, 'hostname' | 'username' | 'home' | 'env' | 'gpus'>
  /** False for a machine whose sshd never comes up: it has a port, and nobody listens there. */
  readonly listens: boolean
}

/** The SSH doors of an emulated cloud's running machines: one port each, open while the machine runs. */
export type MachineDoors = ReturnType<typeof createMachineDoors>

export function createMachineDoors({ host, hostKey, nowMs }: MachineDoorsDeps) {
  const doors = new Map<string, SshDoor>()

  function shut(id: string): void {
    doors.get(id)?.close()
    doors.delete(id)
  }

  return {
    /** Opens the door and answers its port. */
    async open({ id, port, authorizedKeys, machine, listens }: OpenDoor): Promise<number> {
      shut(id)
      const { home, username, env } = machine
      const inside = { ...machine, env: { HOME: home, USER: username, ...env }, bootedAtMs: nowMs(), nowMs }
      const door = await openSshDoor({ host, port, hostKey, authorizedKeys, machine: inside })
      doors.set(id, door)
      if (!listens) shut(id)
      return door.port
    },
    shut,
    closeAll(): void {
      for (const id of doors.keys()) shut(id)
    },
  }
}
