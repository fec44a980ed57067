import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { startPostgres } from '@berth/stack/postgres/cluster'
import { provisionDatabase } from '@berth/stack/postgres/provision-database'
import { findFreePort } from '@berth/stack/process/ports'
import { projectPaths } from '@berth/stack/project-paths'

/** What a test process needs to make databases of its own. */
export interface TestPostgres {
  port: number
  password: string
  superuserUrl: string
  template: string
}

const template = 'berth_template'
const folderPrefix = 'test-postgres-'

/**
 * A PostgreSQL for one test run: free port, folder of its own, removed at the end. `berth_template` holds the migrated
 * schema, so a test file gets its database by copying files instead of migrating again.
 */
export async function startTestCluster(): Promise<{ value: TestPostgres; stop: () => Promise<void> }> {
  await removeAbandoned()
  const folder = join(projectPaths.data, `${folderPrefix}${process.pid}-${randomBytes(3).toString('hex')}`)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'run.pid'), String(process.pid))
  const password = randomBytes(12).toString('hex')
  let stopCluster: () => Promise<void> = async () => undefined
  const stop = async (): Promise<void> => {
    await stopCluster()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const cluster = await startPostgres({
      dataDir: join(folder, 'cluster'),
      port: await findFreePort(),
      password,
      logFile: join(folder, 'postgres.log'),
      settings: { max_connections: '200' },
    })
    stopCluster = cluster.stop
    await provisionDatabase({ cluster, database: template, password })
    const superuserUrl = cluster.superuserUrl('postgres')
    return { value: { port: cluster.port, password, superuserUrl, template }, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A run that was killed leaves its database behind: stop it and remove its folder before starting another. */
async function removeAbandoned(): Promise<void> {
  if (!existsSync(projectPaths.data)) return
  for (const name of readdirSync(projectPaths.data)) {
    if (!name.startsWith(folderPrefix)) continue
    const folder = join(projectPaths.data, name)
    const runPid = firstNumberIn(join(folder, 'run.pid'))
    if (runPid === undefined || isAlive(runPid)) continue
    const postmasterPid = firstNumberIn(join(folder, 'cluster', 'postmaster.pid'))
    if (postmasterPid !== undefined && isAlive(postmasterPid)) process.kill(postmasterPid, 'SIGQUIT')
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

function firstNumberIn(file: string): number | undefined {
  if (!existsSync(file)) return undefined
  const value = Number.parseInt(readFileSync(file, 'utf8'), 10)
  return Number.isSafeInteger(value) ? value : undefined
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
