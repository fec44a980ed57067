import type { Machine } from './machine.ts'
import { nvidiaSmi } from './nvidia-smi.ts'
import { parseCommandLine } from './parse-command-line.ts'

/** `exits` is set where the command ended the shell itself. */
export interface CommandResult {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
  readonly exits?: boolean
}

type Command = (machine: Machine, args: readonly string[]) => CommandResult

const say = (stdout: string): CommandResult => ({ stdout, stderr: '', code: 0 })

/** The few programs an emulated pod has. Whatever is not here is honestly not found. */
const COMMANDS: Record<string, Command> = {
  hostname: ({ hostname }) => say(`${hostname}\n`),
  whoami: ({ username }) => say(`${username}\n`),
  pwd: ({ home }) => say(`${home}\n`),
  true: () => say(''),
  false: () => ({ stdout: '', stderr: '', code: 1 }),
  echo: (_machine, args) => say(`${args.join(' ')}\n`),
  date: (machine) => say(`${new Date(machine.nowMs()).toUTCString()}\n`),
  uptime: (machine) => say(uptime(machine)),
  env: ({ env }) =>
    say(
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    ),
  uname: (machine, args) =>
    say(
      args.includes('-a') ? `Linux ${machine.hostname} 6.8.0-emulated #1 SMP x86_64 GNU/Linux\n` : 'Linux\n',
    ),
  ls: (machine, args) => ls(machine, args),
  help: () => say(`an emulated pod; it has: ${Object.keys(COMMANDS).sort().join(' ')} exit nvidia-smi\n`),
}

/** Runs a line as the pod's shell would; the code is that of the last command that ran. */
export function runCommandLine(machine: Machine, line: string): CommandResult {
  const parsed = parseCommandLine(line, machine.env)
  if (!parsed.ok) return { stdout: '', stderr: `bash: ${parsed.reason}\n`, code: 2 }
  let result: CommandResult = say('')
  for (const { words, runs } of parsed.commands) {
    if (runs === 'on_success' && result.code !== 0) continue
    if (runs === 'on_failure' && result.code === 0) continue
    const own = runCommand(machine, words)
    result = { ...own, stdout: result.stdout + own.stdout, stderr: result.stderr + own.stderr }
    if (own.exits === true) break
  }
  return result
}

function runCommand(machine: Machine, [name = '', ...args]: readonly string[]): CommandResult {
  if (name === 'exit' || name === 'logout') {
    return { stdout: '', stderr: '', code: Number.parseInt(args[0] ?? '0', 10) || 0, exits: true }
  }
  if (name === 'nvidia-smi' && machine.gpus?.manufacturer === 'NVIDIA') return nvidiaSmi(machine.gpus, args)
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  return command?.(machine, args) ?? { stdout: '', stderr: `bash: ${name}: command not found\n`, code: 127 }
}

function uptime(machine: Machine): string {
  const minutes = Math.max(0, Math.floor((machine.nowMs() - machine.bootedAtMs) / 60_000))
  const time = new Date(machine.nowMs()).toISOString().slice(11, 19)
  return ` ${time} up ${minutes} min,  1 user,  load average: 0.00, 0.00, 0.00\n`
}

function ls(machine: Machine, args: readonly string[]): CommandResult {
  const path = args.find((arg) => !arg.startsWith('-')) ?? machine.home
  if (path === '/') return say('bin  etc  home  root  tmp  usr  var  workspace\n')
  if (['.', '~', '/workspace', machine.home].includes(path)) return say('')
  return { stdout: '', stderr: `ls: cannot access '${path}': No such file or directory\n`, code: 2 }
}
