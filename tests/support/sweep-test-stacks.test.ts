import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild, type Child } from '@berth/stack/process/child'
import { runRecordFile } from '@berth/stack/prepare-stack'
import { openRunRecord } from '@berth/stack/run-record'
import { expect, test } from 'vitest'
import { sweepTestStacks } from './sweep-test-stacks.ts'

test('what a killed test run left is stopped and removed; whoever runs now, and what is none of ours, is let be', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-sweep-'))
  const left = await aStack(folder, 'test-stack-left')
  const inUse = await aStack(folder, 'test-stack-in-use')
  const other = await aStack(folder, 'postgres')
  await forgetRunner(join(folder, 'test-stack-left'))
  await forgetRunner(join(folder, 'postgres'))
  await mkdir(join(folder, 'test-stack-about-to-start'))

  await sweepTestStacks(folder)

  expect((await left.exited).signal).toBe('SIGTERM')
  expect([inUse.exit(), other.exit()]).toEqual([undefined, undefined])
  expect((await readdir(folder)).sort()).toEqual([
    'postgres',
    'test-stack-about-to-start',
    'test-stack-in-use',
  ])
  await Promise.all([inUse.stop(), other.stop()])
})

test('where no test has run yet, there is nothing to sweep', async () => {
  await expect(sweepTestStacks(join(tmpdir(), 'berth-never-made'))).resolves.toBeUndefined()
})

async function aStack(folder: string, name: string): Promise<Child> {
  const dataDir = join(folder, name)
  await mkdir(dataDir)
  const child = await startChild({
    name: 'API',
    command: 'sleep',
    args: ['60'],
    logFile: join(dataDir, 'log'),
  })
  await (await openRunRecord(runRecordFile(dataDir))).add('API', child.pid)
  return child
}

/** As if the run that started it had been killed. */
async function forgetRunner(dataDir: string): Promise<void> {
  const file = runRecordFile(dataDir)
  const record = JSON.parse(await readFile(file, 'utf8')) as { supervisor: { pid: number } }
  record.supervisor.pid = 2_147_483_646
  await writeFile(file, JSON.stringify(record))
}
