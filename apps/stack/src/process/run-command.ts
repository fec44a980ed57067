import { spawn } from 'node:child_process'
import { signalGroup } from './signal-group.ts'

interface CommandResult {
  code: number
  output: string
}

interface CommandOptions {
  command: string
  args: string[]
  timeoutMs: number
  cwd?: string
  env?: NodeJS.ProcessEnv
  uid?: number
  gid?: number
  onLine?: (line: string) => void
  /** Kills the command and what it started. */
  signal?: AbortSignal
}

/**
 * Runs a command to its end and answers its exit code with all it printed. A command that cannot be started answers
 * 127, one that runs past `timeoutMs` is killed and answers 124, as a shell would say.
 */
export function runCommand(commandOptions: CommandOptions): Promise<CommandResult> {
  const { command, args, timeoutMs, onLine, signal, ...spawnOptions } = commandOptions
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    let output = ''
    let timedOut = false
    const kill = (): void => {
      if (child.pid !== undefined && child.exitCode === null) signalGroup(child.pid, 'SIGKILL')
    }
    const timer = setTimeout(() => {
      timedOut = true
      kill()
    }, timeoutMs)
    signal?.addEventListener('abort', kill, { once: true })

    const finish = (code: number): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', kill)
      resolve({ code, output })
    }
    const take = (chunk: Buffer): void => {
      const text = chunk.toString('utf8')
      output += text
      if (onLine) for (const line of text.split(/\r?\n/)) if (line.trim() !== '') onLine(line)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('error', (error) => {
      output += error.message
      finish(127)
    })
    child.once('close', (code, killedBy) => finish(timedOut ? 124 : (code ?? (killedBy ? 128 : 1))))
  })
}
