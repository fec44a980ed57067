import { setPriority } from 'node:os'

/** Lets a process, and all it will start, compute only while nobody else wants to. */
export function giveWay(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    setPriority(pid, 10)
  } catch (error) {
    // Why: it may be over already, and nothing is lost.
    if ((error as { info?: { code?: string } }).info?.code !== 'ESRCH') throw error
  }
}
