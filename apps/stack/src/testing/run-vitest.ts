import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectPaths } from '../project-paths.ts'
import { countReport } from './count-report.ts'
import type { Tally } from './tally.ts'

const timeoutMs = 1_200_000

/** Runs some vitest projects with the output a person expects, and counts them from vitest's own JSON report. */
export async function runVitest(options: {
  projects: string[]
  args: string[]
  env: NodeJS.ProcessEnv
}): Promise<Tally> {
  const { projects, args, env } = options
  const folder = await mkdtemp(join(tmpdir(), 'berth-vitest-'))
  const reportFile = join(folder, 'report.json')
  try {
    const exitCode = await runToEnd(vitestArguments({ projects, args, reportFile }), env)
    return countReport(existsSync(reportFile) ? readFileSync(reportFile, 'utf8') : undefined, exitCode)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What Node is given to run these projects once; no projects: all there are. */
export const vitestArguments = (options: {
  projects: string[]
  args: string[]
  reportFile: string
}): string[] => [
  join(projectPaths.root, 'node_modules/vitest/vitest.mjs'),
  'run',
  ...options.projects.flatMap((project) => ['--project', project]),
  '--reporter=default',
  `--reporter=${join(projectPaths.root, 'apps/stack/src/testing/mark-second-tries.ts')}`,
  '--reporter=json',
  `--outputFile.json=${options.reportFile}`,
  ...options.args,
]

function runToEnd(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: projectPaths.root, env, stdio: 'inherit' })
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.once('error', () => resolve(127))
    child.once('exit', (code) => {
      clearTimeout(timer)
      resolve(code ?? 1)
    })
  })
}
