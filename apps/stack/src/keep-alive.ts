import type { Part, StartedPart } from './part.ts'
import { whyDead } from './process/child.ts'
import { restartDelayMs } from './restart-policy.ts'

/**
 * Watches the process of a part that is up, and starts it again where the part allows. Answers why it is given up, or
 * undefined when the stack is being stopped.
 */
export async function keepAlive(options: {
  part: Part
  first: StartedPart
  run: (part: Part, start: Part['start']) => Promise<StartedPart>
  onDeath: (message: string) => void
  signal: AbortSignal
}): Promise<string | undefined> {
  const { part, first, run, onDeath, signal } = options
  const { restart } = first
  const deaths: number[] = []
  let { child } = first
  while (child) {
    await child.exited
    if (signal.aborted) return undefined
    deaths.push(Date.now())
    onDeath(`${part.name} died: ${whyDead(child)}`)
    if (!restart) return `${part.name} died.`
    const delayMs = restartDelayMs(deaths, Date.now())
    if (delayMs === undefined) return `${part.name} died ${deaths.length} times, too often to go on.`
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    if (signal.aborted) return undefined
    const again: StartedPart | undefined = await run(part, restart).catch(() => undefined)
    // Why: a restart that fails counts as one more death of the process that is gone.
    child = again?.child ?? child
  }
  return undefined
}
