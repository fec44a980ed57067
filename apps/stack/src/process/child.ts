import { spawn } from 'node:child_process'
import { mkdirSync, openSync, closeSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { signalGroup } from './signal-group.ts'

/** How a child process ended. `failure` is set when it never ran at all. */
export interface ChildExit {
  code: number | null
  signal: NodeJS.Signals | null
  failure?: Error
}

export interface Child {
  name: string
  pid: number
  logFile: string
  /** Resolves when the process is gone; never rejects. */
  exited: Promise<ChildExit>
  /** How it ended, or undefined while it runs. */
  exit: () => ChildExit | undefined
  /** Sends `signal`, and SIGKILL to whatever is left after `timeoutMs`. Safe to call twice. */
  stop: (options?: { signal?: NodeJS.Signals; timeoutMs?: number }) => Promise<ChildExit>
}

export interface ChildOptions {
  name: string
  command: string
  args: string[]
  logFile: string
  cwd?: string
  env?: NodeJS.ProcessEnv
  uid?: number
  gid?: number
  /** Appending keeps what an earlier attempt of the same part said. */
  append?: boolean
}

const stopTimeoutMs = 10_000

/**
 * Starts a process in a process group of its own: Ctrl-C in the terminal then reaches the supervisor only, which
 * stops the parts in order, and a stop takes the grandchildren with it.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  mkdirSync(dirname(options.logFile), { recursive: true })
  const log = openSync(options.logFile, options.append === true ? 'a' : 'w')
  const process_ = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', log, log],
    detached: true,
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  })
  closeSync(log)

  let ended: ChildExit | undefined
  const exited = new Promise<ChildExit>((resolve) => {
    const settle = (exit: ChildExit): void => {
      ended = exit
      resolve(exit)
    }
    process_.once('error', (failure) => settle({ code: null, signal: null, failure }))
    process_.once('exit', (code, signal) => settle({ code, signal }))
  })
  if (process_.pid === undefined) {
    const { failure } = await exited
    throw new Error(`${options.name} did not start: ${failure?.message ?? 'no process id'}`)
  }

  const { pid } = process_
  return {
    name: options.name,
    pid,
    logFile: options.logFile,
    exited,
    exit: () => ended,
    stop: async ({ signal = 'SIGTERM', timeoutMs = stopTimeoutMs } = {}) => {
      if (ended) return ended
      signalGroup(pid, signal)
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), timeoutMs)
      const exit = await exited
      clearTimeout(timer)
      return exit
    },
  }
}

/** The last lines a process wrote, for a person who has to find out why it died. */
export function tailOfLog(logFile: string, lines = 20): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } catch {
    return '(no log was written)'
  }
}

export function describeExit(exit: ChildExit): string {
  if (exit.failure) return exit.failure.message
  return exit.signal ? `ended by ${exit.signal}` : `exit code ${exit.code ?? 'unknown'}`
}

/** Why a child that should be running is not, with the last of its log; undefined while all is well. */
export function whyDead(child: Child): string | undefined {
  const exit = child.exit()
  return exit && `${describeExit(exit)}\n${tailOfLog(child.logFile)}`
}
