import type { TestProject } from 'vitest/node'
import { oncePerRun } from './once-per-run.ts'
import { startTestCluster, type TestPostgres } from './test-cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestPostgres
  }
}

const cluster = oncePerRun('postgres', startTestCluster)

export async function setup(project: TestProject): Promise<void> {
  project.provide('postgres', await cluster.acquire())
}

export async function teardown(): Promise<void> {
  await cluster.release()
}
