import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolveTemporal } from '@berth/stack/temporal/resolve-temporal'
import { resolveTestServer } from '@berth/stack/temporal/resolve-test-server'
import { bundleWorkflows } from '@berth/worker/run-worker-pool'
import type { TestProject } from 'vitest/node'

/** Where this machine keeps the two servers, of which each test file starts its own on a free port, and what all share. */
export interface TemporalPrograms {
  timeSkipping: string
  devServer: string
  /** File with the code of all workflows. */
  workflowBundle: string
}

declare module 'vitest' {
  interface ProvidedContext {
    temporal: TemporalPrograms
  }
}

let folder: string | undefined

/** Fetches (or builds, once a machine) both servers before the first test, so that no test's time limit covers it. */
export async function setup(project: TestProject): Promise<void> {
  const { TEMPORAL_ADDRESS: _shared, ...env } = process.env
  const source = await resolveTemporal({
    env,
    onProgress: (message) => process.stderr.write(`${message} …\n`),
  })
  if (source.kind !== 'program') throw new Error('A test run needs a Temporal program of its own.')
  folder = await mkdtemp(join(tmpdir(), 'berth-workflows-'))
  const workflowBundle = join(folder, 'workflows.js')
  await writeFile(workflowBundle, (await bundleWorkflows()).code)
  project.provide('temporal', {
    timeSkipping: await resolveTestServer(),
    devServer: source.path,
    workflowBundle,
  })
}

export async function teardown(): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true })
}
