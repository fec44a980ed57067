import { createDataSource } from '@berth/entities/data-source'
import { Client, Connection } from '@temporalio/client'
import pg from 'pg'
import { pino, type Logger } from 'pino'
import { createApp } from './app.ts'
import type { ApiConfig } from './config.ts'
import { REDACTED } from './http/log-requests.ts'
import { DEFAULT_RATE_LIMITS } from './http/rate-limit.ts'
import { createMarket } from './resources/catalog/market.ts'
import { createLiveStreams } from './resources/events/live-streams.ts'
import { listenForNotifications } from './resources/events/notifications.ts'
import { createOrchestrator } from './temporal/orchestrator.ts'

/** Reading and writing; a request holds a connection for milliseconds. */
const POOL_SIZE = 16
const SESSION_POOL_SIZE = 4

/** Gives every part its world: the only place of this process that connects to anything. */
export async function compose(config: ApiConfig, version: string) {
  const log = pino({ level: config.logLevel, redact: REDACTED })
  const dataSource = createDataSource({
    url: config.databaseUrl,
    poolSize: POOL_SIZE,
    applicationName: 'berth-api',
  })
  await dataSource.initialize()
  const sessionPool = openSessionPool(config, log)
  const connection = Connection.lazy({ address: config.temporal.address })
  const client = new Client({ connection, namespace: config.temporal.namespace })
  const notifications = listenForNotifications({ databaseUrl: config.databaseUrl, log })
  const streams = createLiveStreams()
  const market = createMarket({
    dataSource,
    clock: { now: () => new Date() },
    onError: (error) => log.error({ err: error }, 'the market could not be read'),
  })
  notifications.subscribe((notification) => {
    if (notification.channel === 'offers') void market.invalidate(notification.account)
  })
  const {
    app,
    upgrade,
    close: closeApp,
  } = createApp({
    config,
    log,
    dataSource,
    sessionPool,
    orchestrator: createOrchestrator({ client }),
    market,
    notifications,
    streams,
    rateLimits: DEFAULT_RATE_LIMITS,
    version,
  })
  return {
    app,
    upgrade,
    log,
    streams,
    close: async () => {
      closeApp()
      await notifications.close()
      await Promise.all([sessionPool.end(), dataSource.destroy(), connection.close()])
    },
  }
}

function openSessionPool(config: ApiConfig, log: Logger): pg.Pool {
  const pool = new pg.Pool({
    connectionString: config.databaseUrl,
    application_name: 'berth-api-sessions',
    max: SESSION_POOL_SIZE,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 5_000,
  })
  pool.on('error', (error) => log.warn({ err: error }, 'an idle session connection was lost'))
  return pool
}
