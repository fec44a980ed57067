import type { StartContext, StartedPart } from '../part.ts'
import { startChild, whyDead } from '../process/child.ts'
import { answersOk, waitUntil } from '../process/wait-until.ts'
import { projectPaths } from '../project-paths.ts'

export interface NodeProcessOptions {
  name: string
  /** TypeScript entry, relative to the project. */
  entry: string
  env: NodeJS.ProcessEnv
  logFile: string
  /** Answers 2xx once the process is ready to work. */
  readyUrl: string
  detail: string
  append?: boolean
}

/** Starts one of our own processes under tsx and waits until it says it is ready. */
export async function startNodeProcess(
  options: NodeProcessOptions,
  { progress, signal, onChild }: StartContext,
): Promise<StartedPart & { stop: () => Promise<void> }> {
  const { name, entry, env, logFile, readyUrl, detail, append = false } = options
  progress('starting')
  const child = await startChild({
    name,
    command: process.execPath,
    args: ['--import', 'tsx', entry],
    cwd: projectPaths.root,
    env,
    logFile,
    append,
  })
  onChild(child)
  const stop = async (): Promise<void> => void (await child.stop({ timeoutMs: 15_000 }))
  try {
    await waitUntil({
      what: `${name} (${entry})`,
      check: () => answersOk(readyUrl),
      timeoutMs: 60_000,
      intervalMs: 150,
      giveUp: () => whyDead(child),
      signal,
    })
  } catch (error) {
    await stop()
    throw error
  }
  return { detail, child, stop }
}
