import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../process/run-command.ts'
import { projectPaths } from '../project-paths.ts'
import { countReport } from './count-report.ts'
import { vitestArguments } from './run-vitest.ts'

test('what passed only when it was tried again is told by name and by what it first failed of, and nothing else is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-second-tries-'))
  writeFileSync(
    join(folder, 'some.test.js'),
    `let tries = 0
     test('passes', () => {})
     describe('a busy machine', () => {
       test('passes at last', () => { tries += 1; expect(tries).toBe(3) })
     })
     test('fails each time', () => { expect(1).toBe(2) })`,
  )
  const reportFile = join(folder, 'report.json')
  const { code } = await runCommand({
    command: process.execPath,
    args: vitestArguments({
      projects: [],
      reportFile,
      args: ['--root', folder, '--globals', '--retry=2'],
    }),
    cwd: projectPaths.root,
    timeoutMs: 60_000,
  })
  expect(countReport(readFileSync(reportFile, 'utf8'), code)).toEqual({
    passed: 2,
    failed: 1,
    skipped: 0,
    secondTries: [
      expect.stringMatching(
        /some\.test\.js: a busy machine passes at last \(expected 1 to be 3 \/\/ Object\.is equality\)$/,
      ),
    ],
  })
}, 60_000)
