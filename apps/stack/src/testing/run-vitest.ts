import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { giveWay } from '../process/give-way.ts'
import { projectPaths } from '../project-paths.ts'
import { countReport } from './count-report.ts'
import type { Tally } from './tally.ts'

/** Against a run that hangs, on whatever machine: lanes share its cores. */
const timeoutMs = 2_400_000

export interface VitestRun {
  projects: string[]
  args: string[]
  env: NodeJS.ProcessEnv
  /** Takes what a person is to read. */
  say: (words: Buffer) => void
  /** Whether others on this machine go first. */
  givesWay: boolean
}

/** Runs some vitest projects with the output a person expects, and counts them from vitest's own JSON report. */
export async function runVitest({ projects, args, ...how }: VitestRun): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-vitest-'))
  const reportFile = join(folder, 'report.json')
  try {
    const exitCode = await runToEnd(vitestArguments({ projects, args, reportFile }), how)
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

function runToEnd(args: string[], how: Pick<VitestRun, 'env' | 'say' | 'givesWay'>): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: projectPaths.root,
      env: process.stdout.isTTY && !how.env.NO_COLOR ? { FORCE_COLOR: '1', ...how.env } : how.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    if (how.givesWay) giveWay(child.pid)
    child.stdout.on('data', how.say)
    child.stderr.on('data', how.say)
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    const finish = (code: number): void => {
      clearTimeout(timer)
      resolve(code)
    }
    child.once('error', () => finish(127))
    child.once('close', (code) => finish(code ?? 1))
    // Why not wait for the pipes alone: a server that a test left behind would hold them open for good.
    child.once('exit', (code) => setTimeout(() => finish(code ?? 1), 5_000).unref())
  })
}
