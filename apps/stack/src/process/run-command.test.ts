import { expect, test } from 'vitest'
import { runCommand } from './run-command.ts'
import { waitUntil } from './wait-until.ts'

test('answers the exit code and everything that was printed', async () => {
  const lines: string[] = []
  const result = await runCommand({
    command: 'sh',
    args: ['-c', 'echo out; echo err >&2; exit 4'],
    timeoutMs: 5_000,
    onLine: (line) => lines.push(line),
  })
  expect(result.code).toBe(4)
  expect(lines.sort()).toEqual(['err', 'out'])
})

test('a command that is not there answers 127', async () => {
  expect((await runCommand({ command: '/nowhere/nothing', args: [], timeoutMs: 1_000 })).code).toBe(127)
})

test('a command that takes too long is killed and answers 124', async () => {
  expect((await runCommand({ command: 'sleep', args: ['30'], timeoutMs: 100 })).code).toBe(124)
})

test('an abort ends the command', async () => {
  const abort = new AbortController()
  const running = runCommand({ command: 'sleep', args: ['30'], timeoutMs: 20_000, signal: abort.signal })
  abort.abort()
  expect((await running).code).toBe(128)
})

test('waiting ends early when there is nothing left to wait for', async () => {
  const never = { check: async () => false, timeoutMs: 30_000, intervalMs: 5 }
  await expect(waitUntil({ what: 'The API', ...never, giveUp: () => 'exit code 1' })).rejects.toThrow(
    'The API: exit code 1',
  )
  await expect(
    waitUntil({ what: 'The API', ...never, signal: AbortSignal.abort(new Error('stop')) }),
  ).rejects.toThrow('stop')
  await expect(waitUntil({ what: 'The API', ...never, timeoutMs: 20 })).rejects.toThrow(
    'took longer than 0.02 s',
  )
})
