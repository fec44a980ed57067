import type { ServerChannel } from 'ssh2'
import type { Machine } from './machine.ts'
import { type CommandResult, runCommandLine } from './run-command.ts'

const ENTER = new Set(['\r', '\n'])
const BACKSPACE = new Set(['\u007F', '\b'])
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const ESCAPE_SEQUENCE = new RegExp(`${'\u001B'}\\[[0-9;]*[A-Za-z~]`, 'g')

export interface TerminalSize {
  readonly rows: number
  readonly cols: number
}

/**
 * A line-edited shell over one channel, with a prompt and an echo as a terminal expects them. Escape sequences (arrow
 * keys) are dropped: there is no history to walk. `stty size` says how large the terminal is now.
 */
export function serveInteractiveShell(
  channel: ServerChannel,
  machine: Machine,
  size: () => TerminalSize | null,
): void {
  const prompt = `${machine.username}@${machine.hostname}:~# `
  const write = (text: string): boolean => channel.write(text.replace(/\r?\n/g, '\r\n'))
  let line = ''

  function submit(): void {
    write('\n')
    const result = line.trim() === 'stty size' ? sttySize(size()) : runCommandLine(machine, line)
    line = ''
    write(result.stdout + result.stderr)
    if (result.exits === true) leave(result.code)
    else write(prompt)
  }

  function leave(code: number): void {
    channel.exit(code)
    channel.end()
  }

  function type(character: string): void {
    if (ENTER.has(character)) submit()
    else if (character === CTRL_D && line === '') leave(0)
    else if (character === CTRL_C) {
      line = ''
      write(`^C\n${prompt}`)
    } else if (BACKSPACE.has(character)) {
      if (line !== '') write('\b \b')
      line = line.slice(0, -1)
    } else if (character >= ' ') {
      line += character
      write(character)
    }
  }

  channel.on('data', (data: Buffer) => {
    const text = data.toString('utf8').replaceAll('\r\n', '\r').replace(ESCAPE_SEQUENCE, '')
    for (const character of text) {
      if (channel.writable) type(character)
    }
  })
  write(`Welcome to an emulated pod. "help" lists what it can do.\n\n${prompt}`)
}

function sttySize(size: TerminalSize | null): CommandResult {
  if (size !== null) return { stdout: `${size.rows} ${size.cols}\n`, stderr: '', code: 0 }
  return { stdout: '', stderr: "stty: 'standard input': Inappropriate ioctl for device\n", code: 1 }
}
