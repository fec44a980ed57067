import { createDataSource } from '@berth/entities/data-source'
import { Client, Connection } from '@temporalio/client'
import type { Express } from 'express'
import pg from 'pg'
import { pino } from 'pino'
import type { DataSource } from 'typeorm'
import { createTestDatabase } from '../../../../tests/support/database.ts'
import { createApp } from '../app.ts'
import { type ApiConfig, readConfig } from '../config.ts'
import type { RateLimits } from '../http/rate-limit.ts'
import { createMarket } from '../resources/catalog/market.ts'
import { createLiveStreams } from '../resources/events/live-streams.ts'
import { listenForNotifications, type Notifications } from '../resources/events/notifications.ts'
import type { UpgradeListener } from '../resources/pods/serve-terminals.ts'
import { createOrchestrator } from '../temporal/orchestrator.ts'

/** Nobody listens on the discard port: Temporal is down for tests that do not bring one. */
const NOBODY = '127.0.0.1:9'

const IMPATIENT = { callMs: 300, extendMs: 300, checkoutMs: 300 }

export const TEST_ENVIRONMENT = {
  SESSION_SECRET: 'a-secret-for-tests-only-0123456789abcdef',
  GITHUB_CLIENT_ID: 'client-id',
  GITHUB_CLIENT_SECRET: 'client-secret',
  SECRETS_KEY: 'a-sealing-key-for-tests-only-0123456789',
  STRIPE_WEBHOOK_SECRET: 'whsec_new,whsec_old',
  PUBLIC_URL: 'http://localhost:4300',
  OPERATORS: 'operator-ada',
  LOG_LEVEL: 'silent',
  POD_GATEWAY_URL: 'http://127.0.0.1:9',
  POD_GATEWAY_SECRET: 'a-gateway-secret-for-tests-0123456789',
}

export interface TestApi {
  app: Express
  upgrade: UpgradeListener
  config: ApiConfig
  dataSource: DataSource
  /** As the schema's owner, for what the application itself may not do. */
  owner: pg.Pool
  notifications: Notifications
  /** Ends every live stream, as a stopping process does. */
  closeStreams: () => void
  close: () => Promise<void>
}

interface TestApiOptions {
  env?: Record<string, string>
  /** A Temporal server; without one every call finds it down. */
  temporal?: Client
  rateLimits?: RateLimits
  /** Lines of the log, as JSON. */
  logTo?: (line: string) => void
  streamRecheckMs?: number
}

/** The real application on a database of its own: only the outside (Temporal, GitHub) is chosen by the test. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const database = await createTestDatabase()
  const config = readConfig({
    ...TEST_ENVIRONMENT,
    DATABASE_URL: database.applicationUrl,
    TEMPORAL_UI_URL: 'http://temporal.test',
    ...options.env,
  })
  const log = options.logTo
    ? pino({ level: 'info' }, { write: options.logTo })
    : pino({ level: config.logLevel })
  const dataSource = createDataSource({ url: config.databaseUrl, poolSize: 8, applicationName: 'api-test' })
  await dataSource.initialize()
  const sessionPool = new pg.Pool({ connectionString: config.databaseUrl, max: 2 })
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 })
  // Why: the database is dropped under idle connections at the end.
  for (const pool of [sessionPool, owner]) pool.on('error', () => undefined)
  // Why without its interceptor: a call it would repeat later outlives the connection that a test closes.
  const connection = Connection.lazy({ address: NOBODY, interceptors: [] })
  const client = options.temporal ?? new Client({ connection })
  const notifications = listenForNotifications({ databaseUrl: config.databaseUrl, log })
  const streams = createLiveStreams(
    options.streamRecheckMs === undefined ? {} : { recheckMs: options.streamRecheckMs },
  )
  const { app, upgrade, close } = createApp({
    config,
    log,
    dataSource,
    sessionPool,
    orchestrator: createOrchestrator({ client, ...(options.temporal ? {} : { timeouts: IMPATIENT }) }),
    market: createMarket({ dataSource, clock: { now: () => new Date() }, onError: () => undefined }),
    notifications,
    streams,
    rateLimits: options.rateLimits ?? { general: 10_000, tight: 10_000, signIn: 10_000 },
    version: '0.0.0-test',
  })
  return {
    app,
    upgrade,
    config,
    dataSource,
    owner,
    notifications,
    closeStreams: streams.closeAll,
    close: async () => {
      streams.closeAll()
      close()
      await notifications.close()
      await Promise.all([sessionPool.end(), owner.end(), dataSource.destroy(), connection.close()])
      await database.drop()
    },
  }
}
