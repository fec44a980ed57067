import { keepAlive } from './keep-alive.ts'
import type { Part, StartedPart } from './part.ts'
import type { Child } from './process/child.ts'
import { runInOrder } from './run-in-order.ts'
import type { Terminal } from './terminal.ts'

export interface Supervisor {
  /** Starts every part as soon as what it needs is up. Rejects with the first failure, after stopping the rest. */
  startAll: () => Promise<void>
  /** Stops in the reverse of the order the parts were given in: readers before what they read. */
  stopAll: () => Promise<void>
  /** Resolves with the reason when a part died for good. */
  failed: Promise<string>
}

/** Runs the parts of the stack and keeps watch over their processes. */
export function createSupervisor(options: {
  parts: Part[]
  terminal: Pick<Terminal, 'begin' | 'print' | 'paint'>
  /** Told of each process of a part as soon as there is one. */
  onChild?: (child: Child) => void
}): Supervisor {
  const { parts, terminal, onChild = () => undefined } = options
  const started = new Map<string, StartedPart>()
  const stop = new AbortController()
  const { signal } = stop
  let reportFailure: (reason: string) => void = () => undefined
  const failed = new Promise<string>((resolve) => {
    reportFailure = resolve
  })

  const runPart = async (part: Part, start: Part['start']): Promise<StartedPart> => {
    const line = terminal.begin(part.name)
    try {
      const running = await start({ progress: line.progress, signal, onChild })
      if (running.skipped === true) line.skipped(running.detail)
      else line.done(running.detail)
      // Why: Ctrl-C may have come while this part was starting, after stopAll() passed it by.
      if (signal.aborted) await running.stop?.()
      else started.set(part.name, running)
      return running
    } catch (error) {
      line.failed(signal.aborted ? 'stopped' : 'failed')
      throw error
    }
  }

  const watch = async (part: Part, first: StartedPart): Promise<void> => {
    const onDeath = (message: string): void => terminal.print(`\n${terminal.paint('red', message)}\n`)
    const reason = await keepAlive({ part, first, run: runPart, onDeath, signal })
    if (reason !== undefined) reportFailure(reason)
  }

  const beginPart = async (part: Part): Promise<void> => {
    try {
      void watch(part, await runPart(part, part.start))
    } catch (error) {
      // Why: the others give up now; nobody should wait for a build when the stack can not come up any more.
      stop.abort(error)
      throw error
    }
  }

  const stopAll = async (): Promise<void> => {
    stop.abort(new Error('The stack is stopping.'))
    for (const { name } of [...parts].reverse()) {
      await started.get(name)?.stop?.()
      started.delete(name)
    }
  }

  const startAll = async (): Promise<void> => {
    try {
      await runInOrder(parts, beginPart, signal)
    } catch (error) {
      await stopAll()
      throw error
    }
  }

  return { startAll, stopAll, failed }
}
