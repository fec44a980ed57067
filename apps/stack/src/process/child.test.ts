import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startChild, tailOfLog, whyDead, type Child } from './child.ts'
import { waitUntil } from './wait-until.ts'

test('a stop takes the grandchildren along', async () => {
  const child = await start(`
    const grandchild = require('node:child_process').spawn('sleep', ['60'])
    console.log('grandchild', grandchild.pid)
    setInterval(() => {}, 1000)`)
  await waitUntil({ what: 'the grandchild', check: async () => grandchildOf(child) > 0, timeoutMs: 10_000 })
  const grandchild = grandchildOf(child)
  await child.stop()
  await waitUntil({
    what: 'the end of the grandchild',
    check: async () => !isAlive(grandchild),
    timeoutMs: 5_000,
  })
  expect(child.exit()).toEqual({ code: null, signal: 'SIGTERM' })
})

test('a process that ignores the signal is killed after the time it was given', async () => {
  const child = await start(
    `process.on('SIGTERM', () => {}); console.log('ready'); setInterval(() => {}, 1000)`,
  )
  await waitUntil({
    what: 'the child',
    check: async () => tailOfLog(child.logFile) === 'ready',
    timeoutMs: 10_000,
  })
  const exit = await child.stop({ timeoutMs: 200 })
  expect(exit.signal).toBe('SIGKILL')
})

test('says why it died with its last words', async () => {
  const child = await start(`console.error('the port is taken'); process.exit(3)`)
  expect(whyDead(child)).toBeUndefined()
  await child.exited
  expect(whyDead(child)).toBe('exit code 3\nthe port is taken')
  expect(await child.stop()).toEqual({ code: 3, signal: null })
})

test('a program that does not exist is an error at once', async () => {
  const logFile = join(mkdtempSync(join(tmpdir(), 'berth-child-')), 'log')
  await expect(
    startChild({ name: 'Nothing', command: '/nowhere/nothing', args: [], logFile }),
  ).rejects.toThrow('Nothing did not start')
})

test('only the last lines of a log are shown', async () => {
  const child = await start(`for (let line = 1; line <= 50; line += 1) console.log('line', line)`)
  await child.exited
  expect(tailOfLog(child.logFile, 2)).toBe('line 49\nline 50')
})

function start(script: string): Promise<Child> {
  const logFile = join(mkdtempSync(join(tmpdir(), 'berth-child-')), 'logs', 'child.log')
  return startChild({ name: 'Child', command: process.execPath, args: ['-e', script], logFile })
}

function grandchildOf(child: Child): number {
  return Number(/grandchild (\d+)/.exec(readFileSync(child.logFile, 'utf8'))?.[1] ?? 0)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
