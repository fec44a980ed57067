import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startChild, type Child } from './process/child.ts'
import { closeRunRecord, openRunRecord, stopLeftovers } from './run-record.ts'

test('a second start on the same data is refused while the first runs', async () => {
  const { file } = setup()
  await openRunRecord(file)
  await expect(stopLeftovers(file)).rejects.toThrow(`running already (process ${process.pid})`)
  await closeRunRecord(file)
  expect(await stopLeftovers(file)).toEqual([])
})

test('what a killed start left running is stopped', async () => {
  const { file, sleeper } = setup()
  const child = await sleeper()
  await (await openRunRecord(file)).add('API', child.pid)
  pretendSupervisorDied(file)
  expect(await stopLeftovers(file)).toEqual(['API'])
  expect((await child.exited).signal).toBe('SIGTERM')
  expect(existsSync(file)).toBe(false)
})

test('a process that only has the same number is left alone', async () => {
  const { file, sleeper } = setup()
  const stranger = await sleeper()
  await (await openRunRecord(file)).add('API', stranger.pid)
  pretendSupervisorDied(file)
  const record = JSON.parse(readFileSync(file, 'utf8'))
  record.children[0].born = '1'
  writeFileSync(file, JSON.stringify(record))
  expect(await stopLeftovers(file)).toEqual([])
  expect(stranger.exit()).toBeUndefined()
  await stranger.stop()
})

function pretendSupervisorDied(file: string): void {
  const record = JSON.parse(readFileSync(file, 'utf8'))
  record.supervisor.pid = 2_147_483_646
  writeFileSync(file, JSON.stringify(record))
}

function setup(): { file: string; sleeper: () => Promise<Child> } {
  const folder = mkdtempSync(join(tmpdir(), 'berth-run-'))
  const sleeper = (): Promise<Child> =>
    startChild({ name: 'API', command: 'sleep', args: ['60'], logFile: join(folder, 'log') })
  return { file: join(folder, 'run.json'), sleeper }
}
