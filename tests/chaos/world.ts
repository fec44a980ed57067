import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBilling } from '@berth/activities/billing/billing'
import type { Billing } from '@berth/activities/billing/port'
import { createDataSource } from '@berth/entities/data-source'
import { OfferEntity } from '@berth/entities/offer'
import { findFreePort } from '@berth/stack/process/ports'
import { projectPaths } from '@berth/stack/project-paths'
import { startDevServer } from '@berth/stack/temporal/dev-server'
import { Client, Connection } from '@temporalio/client'
import type { DataSource } from 'typeorm'
import type { TestDatabase } from '../support/copy-template.ts'
import { until } from '../support/until.ts'
import { WORKER_ENVIRONMENT } from '../support/worker-environment.ts'
import { startClouds } from './clouds/all-clouds.ts'
import type { EmulatedCloud } from './emulated-cloud.ts'
import { startKillable, startNodeChild, type Killable } from './killable.ts'

/** Boot budgets of ten minutes and polls of half a minute are for real clouds; emulated ones boot within a second. */
const PROVIDER_TIME_SCALE = 0.05
export const WORKERS = 2

/** The product's own processes over real stores, beside clouds that can be told to fail. */
export interface World {
  dataSource: DataSource
  billing: Billing
  client: Client
  clouds: EmulatedCloud[]
  temporal: Killable
  workers: Killable[]
  /** Where every process writes what it says. */
  logs: string
  close(end: { keepLogs: boolean }): Promise<void>
}

interface WorldOptions {
  database: TestDatabase
  temporalProgram: string
  clouds: readonly string[]
}

export async function openWorld({ database, temporalProgram, clouds: names }: WorldOptions): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-chaos-'))
  const opened: (() => Promise<unknown>)[] = []
  const close: World['close'] = async ({ keepLogs }) => {
    for (const shut of opened.splice(0).reverse()) await shut()
    if (!keepLogs) await rm(folder, { recursive: true, force: true })
  }
  try {
    const clouds = await startClouds(names)
    opened.push(() => Promise.all(clouds.map((cloud) => cloud.close())))
    const [port, webPort] = [await findFreePort(), await findFreePort()]
    const temporal = await startKillable({
      start: () =>
        startDevServer({
          program: temporalProgram,
          port,
          webPort,
          databaseFile: join(folder, 'temporal.db'),
          namespace: 'default',
          logFile: join(folder, 'temporal.log'),
        }),
    })
    opened.push(() => temporal.stop())
    const dataSource = createDataSource({
      url: database.applicationUrl,
      poolSize: 12,
      applicationName: 'berth-chaos',
      // Why so patient: the storm is to break the product, not the one who makes it, however busy the machine is.
      connectTimeoutMs: 120_000,
    })
    await dataSource.initialize()
    opened.push(() => dataSource.destroy())
    const address = `127.0.0.1:${port}`
    const connection = await Connection.connect({ address })
    opened.push(() => connection.close())
    const workers = await Promise.all(
      Array.from({ length: WORKERS }, async (_, number) => {
        const worker = await startWorker({ number, address, database, clouds, folder })
        opened.push(() => worker.stop())
        return worker
      }),
    )
    await marketIsOpen(dataSource, clouds)
    const billing = createBilling({ dataSource })
    return {
      dataSource,
      billing,
      client: new Client({ connection }),
      clouds,
      temporal,
      workers,
      logs: folder,
      close,
    }
  } catch (error) {
    await close({ keepLogs: true })
    throw error
  }
}

interface WorkerOptions {
  number: number
  address: string
  database: TestDatabase
  clouds: EmulatedCloud[]
  folder: string
}

async function startWorker({ number, address, database, clouds, folder }: WorkerOptions): Promise<Killable> {
  const healthPort = await findFreePort()
  const env = {
    ...inheritedEnvironment(),
    ...WORKER_ENVIRONMENT,
    ...Object.assign({}, ...clouds.map((cloud) => cloud.env)),
    DATABASE_URL: database.applicationUrl,
    TEMPORAL_ADDRESS: address,
    WORKER_HEALTH_PORT: String(healthPort),
    LOG_LEVEL: 'warn',
    PROVIDER_TIME_SCALE: String(PROVIDER_TIME_SCALE),
    VERIFICATION_KEY_FILE: join(folder, 'verification-key'),
  }
  return startKillable({
    start: () =>
      startNodeChild({
        name: `Worker ${number}`,
        entry: join(projectPaths.root, 'apps/worker/src/main.ts'),
        env,
        logFile: join(folder, `worker-${number}.log`),
        readyUrl: `http://127.0.0.1:${healthPort}/ready`,
      }),
  })
}

/** Nothing of the test runner's, and no provider's real key: only what is emulated may be rented here. */
const inheritedEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) =>
      /^(PATH|HOME|TMPDIR|LANG|LC_.*|NODE_EXTRA_CA_CERTS)$/.test(name),
    ),
  )

async function marketIsOpen(dataSource: DataSource, clouds: EmulatedCloud[]): Promise<void> {
  for (const { name } of clouds) {
    await until(async () => (await dataSource.manager.countBy(OfferEntity, { account: name })) > 0, {
      timeoutMs: 120_000,
      what: `offers of ${name}`,
    })
  }
}
