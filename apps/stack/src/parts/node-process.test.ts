import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Child } from '../process/child.ts'
import { startNodeProcess } from './node-process.ts'

test('a process is known before it is ready, so that one that never gets there can be found', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-node-process-'))
  const entry = join(folder, 'never-ready.ts')
  writeFileSync(entry, 'setInterval(() => undefined, 1_000)')
  const stop = new AbortController()
  let known: (child: Child) => void = () => undefined
  const first = new Promise<Child>((resolve) => (known = resolve))

  const starting = startNodeProcess(
    {
      name: 'API',
      entry,
      env: process.env,
      logFile: join(folder, 'log'),
      readyUrl: 'http://127.0.0.1:1/ready',
      detail: '',
    },
    { progress: () => undefined, signal: stop.signal, onChild: known },
  )
  const child = await first
  expect(child.exit()).toBeUndefined()
  stop.abort(new Error('given up'))
  await expect(starting).rejects.toThrow('given up')
  expect(child.exit()).toBeDefined()
})
