import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Part, StartContext, StartedPart } from './part.ts'
import { startChild, type Child } from './process/child.ts'
import { waitUntil } from './process/wait-until.ts'
import { createSupervisor } from './supervisor.ts'

test('stops in the reverse of the given order', async () => {
  const { log, supervise, server } = setup()
  const { supervisor } = supervise([
    server('database'),
    server('workflows'),
    server('api', ['database', 'workflows']),
  ])
  await supervisor.startAll()
  await supervisor.stopAll()
  expect(log.filter((entry) => entry.startsWith('stop'))).toEqual([
    'stop api',
    'stop workflows',
    'stop database',
  ])
})

test('a part that can not start stops those that did, and makes the waiting ones give up', async () => {
  const { log, supervise, server } = setup()
  const broken: Part = {
    name: 'api',
    needs: ['database'],
    start: () => Promise.reject(new Error('no schema')),
  }
  const slow: Part = { name: 'build', needs: [], start: ({ signal }) => untilAborted(signal) }
  const { supervisor, lines } = supervise([server('database'), slow, broken])
  await expect(supervisor.startAll()).rejects.toThrow('no schema')
  expect(log).toEqual(['start database', 'stop database'])
  expect(lines).toEqual(['✓ database', '✗ api failed', '✗ build stopped'])
})

test('a stop during the start leaves nothing running', async () => {
  const { log, supervise } = setup()
  const late: Part = {
    name: 'late',
    needs: [],
    start: async () => {
      log.push('start late')
      await new Promise((resolve) => setTimeout(resolve, 50))
      return { detail: '', stop: async () => void log.push('stop late') }
    },
  }
  const { supervisor } = supervise([late])
  const starting = supervisor.startAll()
  await waitUntil({ what: 'the start', check: async () => log.length > 0, timeoutMs: 5_000, intervalMs: 1 })
  await supervisor.stopAll()
  await starting
  expect(log).toEqual(['start late', 'stop late'])
})

test('the death of a process is the failure of the stack, told with its last words', async () => {
  const { supervise, processPart } = setup()
  const { supervisor, printed } = supervise([
    processPart('api', `console.error('out of memory'); process.exit(9)`),
  ])
  await supervisor.startAll()
  expect(await supervisor.failed).toBe('api died.')
  expect(printed.join('\n')).toContain('exit code 9\nout of memory')
})

test('a process that may be restarted is, and its successor is stopped with the rest', async () => {
  const { supervise, processPart, children } = setup()
  const { supervisor } = supervise([processPart('worker', 'setInterval(() => {}, 1000)', { restarts: true })])
  await supervisor.startAll()
  await children[0]?.stop({ signal: 'SIGKILL' })
  await waitUntil({ what: 'the restart', check: async () => children.length === 2, timeoutMs: 5_000 })
  await new Promise((resolve) => setTimeout(resolve, 50))
  await supervisor.stopAll()
  expect(children[1]?.exit()?.signal).toBe('SIGTERM')
})

function setup() {
  const log: string[] = []
  const children: Child[] = []

  const server = (name: string, needs: string[] = []): Part => ({
    name,
    needs,
    start: async () => {
      log.push(`start ${name}`)
      return { detail: '', stop: async () => void log.push(`stop ${name}`) }
    },
  })

  const processPart = (name: string, script: string, { restarts = false } = {}): Part => {
    const logFile = join(mkdtempSync(join(tmpdir(), 'berth-supervisor-')), 'log')
    const start = async (): Promise<StartedPart> => {
      const child = await startChild({ name, command: process.execPath, args: ['-e', script], logFile })
      children.push(child)
      const stop = async (): Promise<void> => void (await child.stop())
      return { detail: '', child, stop, ...(restarts ? { restart: start } : {}) }
    }
    return { name, needs: [], start }
  }

  const supervise = (parts: Part[]) => {
    const lines: string[] = []
    const printed: string[] = []
    const terminal = {
      paint: (_format: unknown, text: string) => text,
      print: (text: string) => void printed.push(text),
      begin: (name: string) => ({
        progress: () => undefined,
        done: () => void lines.push(`✓ ${name}`),
        failed: (detail: string) => void lines.push(`✗ ${name} ${detail}`),
        skipped: () => void lines.push(`– ${name}`),
      }),
    }
    return { supervisor: createSupervisor({ parts, terminal }), lines, printed }
  }
  return { log, children, server, processPart, supervise }
}

function untilAborted(signal: StartContext['signal']): Promise<StartedPart> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('given up')))
  })
}
