import type { EmulatorClock } from '../kit/clock.ts'
import { type Pod, wantsSsh } from './pod.ts'
import type { PodBooks } from './pod-books.ts'
import type { PodLogs } from './pod-logs.ts'
import type { PodSsh } from './pod-ssh.ts'

/** How much of the boot is PROVISIONING; the rest is STARTING. */
const PROVISIONING_SHARE = 0.4

interface PodLifeDeps {
  readonly clock: EmulatorClock
  readonly logs: PodLogs
  readonly ssh: PodSsh
  readonly books: PodBooks
  /** From placement to a running container. */
  readonly bootMs: number
  readonly onChange: () => void
}

/** What happens to one pod over time: it boots, exits, ends. Its books, log and SSH door follow its status. */
export type PodLife = ReturnType<typeof createPodLife>

export function createPodLife({ clock, logs, ssh, books, bootMs, onChange }: PodLifeDeps) {
  function change(pod: Pod, status: string, line: string): void {
    pod.status = status
    logs.append(pod, 'system', line)
    books.follow(pod)
    onChange()
  }

  function resumeBoot(pod: Pod): void {
    const { bootsAtMs } = pod
    if (bootsAtMs === null || pod.stuckProvisioning) return
    const stillBooting = (): boolean => pod.bootsAtMs === bootsAtMs
    const leftMs = Math.max(0, bootsAtMs - clock.nowMs())
    clock.schedule(leftMs - bootMs * (1 - PROVISIONING_SHARE), () => {
      if (stillBooting() && pod.status === 'PROVISIONING') change(pod, 'STARTING', `pulling ${pod.image}`)
    })
    clock.schedule(leftMs, () => {
      if (stillBooting()) void run(pod, bootsAtMs)
    })
  }

  async function run(pod: Pod, bootsAtMs: number): Promise<void> {
    if (pod.bootError) {
      pod.bootsAtMs = null
      change(pod, 'ERROR', 'error starting container: OCI runtime create failed')
      return
    }
    pod.startedAtMs = clock.nowMs()
    await openDoor(pod)
    // Why again: while the port was being opened somebody may have stopped or ended the pod.
    if (pod.bootsAtMs !== bootsAtMs) {
      if (pod.status !== 'RUNNING') ssh.shut(pod.id)
      return
    }
    pod.bootsAtMs = null
    change(pod, 'RUNNING', 'start container')
    logs.append(pod, 'container', `hello from ${pod.image}`)
  }

  async function openDoor(pod: Pod): Promise<void> {
    if (wantsSsh(pod) && !pod.withoutRuntime) pod.sshPort = await ssh.open(pod)
  }

  return {
    change,
    boot(pod: Pod, status: 'PROVISIONING' | 'STARTING', line: string): void {
      ssh.shut(pod.id)
      pod.bootsAtMs = clock.nowMs() + bootMs
      change(pod, status, line)
      resumeBoot(pod)
    },
    exit(pod: Pod, line: string): void {
      pod.bootsAtMs = null
      ssh.shut(pod.id)
      change(pod, 'EXITED', line)
    },
    /** Ends the pod; it stays readable as TERMINATED for so long. */
    end(pod: Pod, lingerMs: number): void {
      pod.bootsAtMs = null
      ssh.shut(pod.id)
      change(pod, 'TERMINATED', 'pod terminated')
      books.close(pod)
      logs.end(pod.id)
      pod.goneAtMs = clock.nowMs() + lingerMs
      onChange()
    },
    /** Takes up a pod that an earlier process left: its door opens again, its boot goes on. */
    async takeUp(pod: Pod): Promise<void> {
      if (pod.status === 'RUNNING') await openDoor(pod)
      resumeBoot(pod)
    },
  }
}
