import { createMailer } from '@berth/activities/notifications/mail/send-mail'
import { createStripeClient } from '@berth/activities/payments/stripe-client'
import { createProviders } from '@berth/activities/providers/registry'
import { createDataSource } from '@berth/entities/data-source'
import { Client, Connection } from '@temporalio/client'
import { NativeConnection, Runtime, type Worker } from '@temporalio/worker'
import { pino, type Logger } from 'pino'
import { composeActivities } from './composition.ts'
import { readConfig, type WorkerConfig } from './config.ts'
import { followDatabaseClock } from './database-clock.ts'
import { startInternalServer } from './internal-server.ts'
import { createPodGateway } from './pod-gateway/pod-gateway.ts'
import { createWorkerPool } from './run-worker-pool.ts'
import { keepStandingWorkflows } from './start-standing-workflows.ts'
import { temporalLogger } from './temporal-logger.ts'
import { createVerification } from './verification.ts'

/** The worker process: holds the provider and Stripe keys, runs every workflow and activity. */
async function main(): Promise<void> {
  const config = readConfig(process.env)
  const log = pino({ name: 'worker', level: config.LOG_LEVEL })
  Runtime.install({ logger: temporalLogger(log), shutdownSignals: [] })
  const world = await connect(config, log)
  const pool = await createWorkerPool({
    connection: world.native,
    namespace: config.TEMPORAL_NAMESPACE,
    activities: composeActivities(world),
    maxCachedWorkflows: config.MAX_CACHED_WORKFLOWS,
    maxProviderCalls: config.MAX_PROVIDER_CALLS,
    maxRecordCalls: config.DATABASE_POOL_SIZE,
  })
  const polling = Promise.all(pool.map((worker) => worker.run()))
  const isReady = (): boolean => pool.every((worker) => worker.getState() === 'RUNNING')
  const gateway = createPodGateway({ ...world, secret: config.POD_GATEWAY_SECRET, log })
  const server = await startInternalServer({
    host: config.WORKER_HEALTH_HOST,
    port: config.WORKER_HEALTH_PORT,
    isReady,
    gateway,
  })
  stopOnSignal(pool, log)
  const stopKeeping = await keepStandingWorkflows(world.temporal, [...world.providers.keys()], (error) =>
    log.warn({ err: error }, 'the standing workflows could not be looked after'),
  )
  log.info({ accounts: [...world.providers.keys()] }, 'worker ready')
  await polling
  stopKeeping()
  gateway.close()
  server.close()
  server.closeAllConnections()
  await world.close()
  log.info('worker stopped')
}

async function connect(config: WorkerConfig, log: Logger) {
  const { DATABASE_URL, DATABASE_POOL_SIZE, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE } = config
  const dataSource = createDataSource({
    url: DATABASE_URL,
    poolSize: DATABASE_POOL_SIZE,
    applicationName: 'berth-worker',
  })
  await dataSource.initialize()
  const { clock, stop: stopClock } = await followDatabaseClock(dataSource, (error) =>
    log.warn({ err: error }, "the database's clock could not be read"),
  )
  const connection = await Connection.connect({ address: TEMPORAL_ADDRESS })
  const native = await NativeConnection.connect({ address: TEMPORAL_ADDRESS })
  const providers = createProviders(
    process.env,
    (oddity) => log.warn(oddity, 'a provider said something we do not know'),
    config.PROVIDER_TIME_SCALE,
  )
  return {
    dataSource,
    clock,
    native,
    temporal: new Client({ connection, namespace: TEMPORAL_NAMESPACE }),
    providers,
    stripe: createStripeClient({ secretKey: config.STRIPE_SECRET_KEY, apiBase: config.STRIPE_API_BASE }),
    ...(await createVerification(config.VERIFICATION_KEY_FILE)),
    notifications: notificationSettings(config),
    settings: { marginBasisPoints: config.MARGIN_BASIS_POINTS, publicUrl: config.PUBLIC_URL },
    close: async () => {
      stopClock()
      await Promise.all([...providers.values()].map((provider) => provider.close()))
      await native.close()
      await connection.close()
      await dataSource.destroy()
    },
  }
}

function notificationSettings({ SMTP_URL, MAIL_FROM, SECRETS_KEY, WEBHOOK_ALLOW_LOCAL }: WorkerConfig) {
  return {
    sendMail: SMTP_URL === undefined ? null : createMailer({ smtpUrl: SMTP_URL, from: MAIL_FROM }),
    webhooks: { secretsKeys: SECRETS_KEY, allowLocal: WEBHOOK_ALLOW_LOCAL },
  }
}

/** Lets activities that are under way finish within the grace time; a second signal does not wait. */
function stopOnSignal(pool: Worker[], log: Logger): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      log.info({ signal: name }, 'worker stopping')
      for (const worker of pool) if (worker.getState() === 'RUNNING') worker.shutdown()
    })
  }
}

await main()
