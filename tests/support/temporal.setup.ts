import { resolveTemporal } from '@berth/stack/temporal/resolve-temporal'
import { resolveTestServer } from '@berth/stack/temporal/resolve-test-server'
import type { TestProject } from 'vitest/node'

/** Where this machine keeps the two servers; each test file starts its own on a free port. */
export interface TemporalPrograms {
  timeSkipping: string
  devServer: string
}

declare module 'vitest' {
  interface ProvidedContext {
    temporal: TemporalPrograms
  }
}

/** Fetches (or builds, once a machine) both servers before the first test, so that no test's time limit covers it. */
export async function setup(project: TestProject): Promise<void> {
  const { TEMPORAL_ADDRESS: _shared, ...env } = process.env
  const source = await resolveTemporal({
    env,
    onProgress: (message) => process.stderr.write(`${message} …\n`),
  })
  if (source.kind !== 'program') throw new Error('A test run needs a Temporal program of its own.')
  project.provide('temporal', { timeSkipping: await resolveTestServer(), devServer: source.path })
}
