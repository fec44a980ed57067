import { spawn } from 'node:child_process'

export interface CommandResult {
  code: number
  output: string
}

export interface CommandOptions {
  command: string
  args: string[]
  timeoutMs: number
  cwd?: string
  env?: NodeJS.ProcessEnv
  uid?: number
  gid?: number
  onLine?: (line: string) => void
}

/**
 * Runs a command to its end and answers its exit code with all it printed. A command that cannot be started answers
 * 127, one that runs past `timeoutMs` is killed and answers 124, as a shell would say.
 */
export function runCommand({
  command,
  args,
  timeoutMs,
  onLine,
  ...options
}: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    let output = ''
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    }, timeoutMs)
    const take = (chunk: Buffer): void => {
      const text = chunk.toString('utf8')
      output += text
      if (onLine) for (const line of text.split(/\r?\n/)) if (line.trim() !== '') onLine(line)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve({ code: 127, output: `${output}${error.message}` })
    })
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code: timedOut ? 124 : (code ?? (signal ? 128 : 1)), output })
    })
  })
}
