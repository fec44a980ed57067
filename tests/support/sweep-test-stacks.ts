import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runRecordFile } from '@berth/stack/prepare-stack'
import { projectPaths } from '@berth/stack/project-paths'
import { isInUse, stopLeftovers } from '@berth/stack/run-record'
import { testStackPrefix } from './stack.ts'

/** Stops and removes the stacks of test runs that were killed before they could; those of others that run now are let be. */
export async function sweepTestStacks(folder: string = projectPaths.data): Promise<void> {
  for (const name of await readdir(folder).catch(noneYet)) {
    const dataDir = join(folder, name)
    const record = runRecordFile(dataDir)
    // Why the record must be there: a stack that is just about to start, or to start again, has a folder and no record yet.
    if (!name.startsWith(testStackPrefix) || !existsSync(record) || (await isInUse(record))) continue
    await stopLeftovers(record)
    await rm(dataDir, { recursive: true, force: true })
  }
}

function noneYet(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return []
  throw error
}
