import { existsSync, readFileSync } from 'node:fs'
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { tmpdir } from 'node:os'
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { startChild, whyDead, type Child } from '../process/child.ts'
import { runCommand } from '../process/run-command.ts'
import { waitUntil } from '../process/wait-until.ts'
import { findPostgresBinaries, type PostgresBinaries } from './binaries.ts'
import { asUnprivileged, unprivilegedAccount } from './unprivileged.ts'

export interface PostgresCluster {
  port: number
  /** Connection URL of the cluster's superuser for one of its databases. */
  superuserUrl: (database: string) => string
  child: Child
  stop: () => Promise<void>
}

export interface PostgresOptions {
  /** Created on first use; an existing cluster is started as it is. */
  dataDir: string
  port: number
  password: string
  logFile: string
  settings?: Record<string, string>
  onChild?: (child: Child) => void
}

const superuser = 'postgres'
const supportedMajor = '18'

/**
 * Starts a real PostgreSQL on the loopback address, making the cluster first where there is none. Durability stays on
 * (fsync, synchronous_commit): what the ledger promises must be what development and tests run on.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresCluster> {
  const { dataDir, port, password, logFile, settings = {}, onChild } = options
  const binaries = await findPostgresBinaries()
  if (!existsSync(join(dataDir, 'PG_VERSION'))) await initialise({ dataDir, password, binaries })
  refuseForeignVersion(dataDir)

  const allSettings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings }
  const flags = Object.entries(allSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const args = ['-D', dataDir, '-p', String(port), ...flags]
  const child = await startChild({
    name: 'PostgreSQL',
    logFile,
    ...asUnprivileged(unprivilegedAccount(), binaries.postgres, args, [dataDir]),
  })
  onChild?.(child)
  const superuserUrl = (database: string): string =>
    `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`
  const stop = async (): Promise<void> => {
    // Why: SIGINT is PostgreSQL's "fast" shutdown; SIGTERM would wait for every client to leave.
    await child.stop({ signal: 'SIGINT' })
  }
  try {
    await waitUntil({
      what: 'PostgreSQL',
      check: () => answersQueries(superuserUrl('postgres')),
      timeoutMs: 60_000,
      giveUp: () => whyDead(child),
    })
  } catch (error) {
    await stop()
    throw error
  }
  return { port, superuserUrl, child, stop }
}

async function initialise(options: {
  dataDir: string
  password: string
  binaries: PostgresBinaries
}): Promise<void> {
  const { dataDir, password, binaries } = options
  const account = unprivilegedAccount()
  // Why: initdb works beside the final place, so that one cut short is never taken for a cluster.
  const unfinished = `${dataDir}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  const passwordFile = join(tmpdir(), `berth-initdb-${randomBytes(6).toString('hex')}`)
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (account) {
    await chown(unfinished, account.uid, account.gid)
    await chown(passwordFile, account.uid, account.gid)
  }
  const args = [
    `--pgdata=${unfinished}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ]
  const { code, output } = await runCommand({
    ...asUnprivileged(account, binaries.initdb, args, [unfinished, passwordFile]),
    cwd: dirname(dataDir),
    timeoutMs: 120_000,
  })
  await rm(passwordFile, { force: true })
  if (code !== 0) throw new Error(`initdb could not make ${dataDir} (exit code ${code}):\n${output}`)
  await rename(unfinished, dataDir)
}

function refuseForeignVersion(dataDir: string): void {
  const major = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim()
  if (major === supportedMajor) return
  throw new Error(
    `${dataDir} was made by PostgreSQL ${major}; this is PostgreSQL ${supportedMajor}. ` +
      'Move the folder away to keep it, or start over with `npm start -- --fresh`.',
  )
}

async function answersQueries(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } catch {
    return false
  } finally {
    await client.end()
  }
}
