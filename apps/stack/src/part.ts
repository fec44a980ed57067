import type { Child } from './process/child.ts'

export interface StartContext {
  /** Says what the part is busy with while it starts. */
  progress: (detail: string) => void
  /** Aborted when the stack is told to stop meanwhile: give up and leave nothing running. */
  signal: AbortSignal
  /** Told of a process as soon as there is one, long before it is ready. */
  onChild: (child: Child) => void
}

/** One thing `npm start` brings up: a server, a process, or a job that is over when it has started. */
export interface Part {
  name: string
  /** Parts that must be up first. */
  needs: string[]
  start: (context: StartContext) => Promise<StartedPart>
}

export interface StartedPart {
  /** Shown behind the tick: version, port, where it came from. */
  detail: string
  /** Nothing was started, on purpose; `detail` says why. */
  skipped?: boolean
  /** The process to watch; its end is a failure of the part. */
  child?: Child
  stop?: () => Promise<void>
  /** Starts the process again after it died; absent where only the whole stack can start again. */
  restart?: (context: StartContext) => Promise<StartedPart>
}
