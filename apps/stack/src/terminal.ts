import { styleText } from 'node:util'

export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string

export interface Terminal {
  /** Colours a text where colours can be seen (a terminal, and NO_COLOR is not set). */
  paint: Paint
  /** A heading or closing text, printed as it is. */
  print: (text: string) => void
  /** Begins the line of one piece of work. */
  begin: (name: string) => TerminalLine
  /** Stops redrawing; the lines stay as they are. */
  settle: () => void
}

export interface TerminalLine {
  progress: (detail: string) => void
  done: (detail: string) => void
  failed: (detail: string) => void
  /** Not done on purpose, and why. */
  skipped: (detail: string) => void
}

interface LineState {
  name: string
  detail: string
  status: 'running' | 'done' | 'failed' | 'skipped'
  startedAt: number
  seconds: number
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/**
 * One line for each part, with a tick and its seconds. On a terminal the lines that are still at work turn in place;
 * in a log file each is written once, when it is over.
 */
export function createTerminal(output: NodeJS.WriteStream = process.stdout): Terminal {
  const live = output.isTTY === true
  const paint: Paint = (format, text) => (live && !process.env.NO_COLOR ? styleText(format, text) : text)
  const lines: LineState[] = []
  let drawn = 0
  let frame = 0

  const draw = (): void => {
    frame += 1
    const up = drawn > 0 ? `\u001B[${drawn}A` : ''
    const text = lines
      .map((line) => `\u001B[2K${render({ line, frame, columns: output.columns, paint })}\n`)
      .join('')
    output.write(up + text)
    drawn = lines.length
  }
  let timer: NodeJS.Timeout | undefined

  const settle = (): void => {
    clearInterval(timer)
    timer = undefined
    if (live && lines.length > 0) draw()
    lines.length = 0
    drawn = 0
  }

  const finish = (line: LineState, status: LineState['status'], detail: string): void => {
    line.status = status
    line.detail = detail
    line.seconds = (Date.now() - line.startedAt) / 1000
    if (live) draw()
    else output.write(`${render({ line, frame: 0, columns: undefined, paint })}\n`)
  }

  return {
    paint,
    print: (text) => {
      settle()
      output.write(`${text}\n`)
    },
    begin: (name) => {
      const line: LineState = { name, detail: '', status: 'running', startedAt: Date.now(), seconds: 0 }
      lines.push(line)
      if (live) timer ??= setInterval(draw, 100).unref()
      return {
        progress: (detail) => {
          line.detail = detail
          if (!live) output.write(`  … ${name}: ${detail}\n`)
        },
        done: (detail) => finish(line, 'done', detail),
        failed: (detail) => finish(line, 'failed', detail),
        skipped: (detail) => finish(line, 'skipped', detail),
      }
    },
    settle,
  }
}

interface RenderOptions {
  line: LineState
  frame: number
  columns: number | undefined
  paint: Paint
}

function render({ line, frame, columns, paint }: RenderOptions): string {
  const running = line.status === 'running'
  const seconds = running ? (Date.now() - line.startedAt) / 1000 : line.seconds
  const time = running ? `${Math.floor(seconds)} s` : `${seconds.toFixed(1)} s`
  // Why: a line that wraps takes two rows, and the next redraw would climb too few.
  const room = Math.max(10, Math.min(58, (columns ?? 100) - 36))
  const detail = line.detail.length > room ? `${line.detail.slice(0, room - 1)}…` : line.detail.padEnd(room)
  const mark = { running: frames[frame % frames.length] ?? '·', done: '✓', failed: '✗', skipped: '–' }[
    line.status
  ]
  const colour = ({ running: 'cyan', done: 'green', failed: 'red', skipped: 'yellow' } as const)[line.status]
  return `  ${paint(colour, mark)} ${line.name.padEnd(20)} ${paint('dim', detail)} ${paint('dim', time.padStart(7))}`
}
