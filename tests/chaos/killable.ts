import { startChild, whyDead, type Child } from '@berth/stack/process/child'
import { waitUntil } from '@berth/stack/process/wait-until'

/** A process of the product that is killed without warning and started again, as often as it takes. */
export interface Killable {
  kills: number
  isUp(): boolean
  /** Deaths nobody ordered. */
  ownDeaths: number
  /** SIGKILL, then a new one after so long. Does nothing while it is down. */
  kill(downMs: number): Promise<void>
  /** Resolves once it is up; starts it where it is not. */
  ensureUp(): Promise<void>
  stop(): Promise<void>
}

const MAX_STARTS = 10
const RESTART_MS = 1_000

interface KillableOptions {
  start: () => Promise<Child>
}

/** Starts it and keeps it up: one that dies on its own is started again too, and counted. */
export async function startKillable({ start }: KillableOptions): Promise<Killable> {
  let stopping = false
  let child = await start()
  let raising: Promise<void> | null = null

  function raise(downMs: number): Promise<void> {
    raising ??= (async () => {
      await new Promise((resolve) => setTimeout(resolve, downMs))
      if (stopping) return
      child = await startAtLast()
      void watch(child)
    })().finally(() => {
      raising = null
    })
    return raising
  }

  /** As a supervisor does: what can not start, since what it needs is down just now, is started again. */
  async function startAtLast(): Promise<Child> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await start()
      } catch (error) {
        if (tries === MAX_STARTS || stopping) throw error
        await new Promise((resolve) => setTimeout(resolve, RESTART_MS))
      }
    }
  }

  async function watch(watched: Child): Promise<void> {
    await watched.exited
    if (stopping || watched !== child || raising !== null) return
    killable.ownDeaths += 1
    await raise(0)
  }

  const killable: Killable = {
    kills: 0,
    ownDeaths: 0,
    isUp: () => raising === null && whyDead(child) === undefined,
    async kill(downMs) {
      if (raising !== null) return
      killable.kills += 1
      const killed = child
      const raised = raise(downMs)
      await killed.stop({ signal: 'SIGKILL' })
      await raised
    },
    ensureUp: async () => {
      await raising
      const dead = whyDead(child)
      if (dead !== undefined) await raise(0)
    },
    async stop() {
      stopping = true
      await raising
      await child.stop()
    },
  }
  void watch(child)
  return killable
}

interface WorkerOptions {
  name: string
  entry: string
  env: NodeJS.ProcessEnv
  logFile: string
  readyUrl: string
}

const START_TIMEOUT_MS = 120_000

/** A Node process of the product, as `npm start` runs it; up when it says that it is ready. */
export async function startNodeChild({ name, entry, env, logFile, readyUrl }: WorkerOptions): Promise<Child> {
  const child = await startChild({
    name,
    command: process.execPath,
    args: ['--import', 'tsx', entry],
    env,
    logFile,
    append: true,
  })
  await waitUntil({
    what: name,
    check: async () => (await fetch(readyUrl).catch(() => null))?.ok ?? false,
    timeoutMs: START_TIMEOUT_MS,
    giveUp: () => whyDead(child),
  })
  return child
}
