import { endpoints } from '@berth/contract/endpoints'
import express, { type Express } from 'express'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { DataSource } from 'typeorm'
import type { ApiConfig } from './config.ts'
import { type Authenticate, createAuthenticate } from './http/authenticate.ts'
import { createKeyAuthentication } from './http/authenticate-key.ts'
import { handleErrors, refuseUnknownRoute } from './http/handle-errors.ts'
import { createIdempotency } from './http/idempotency.ts'
import { logRequests } from './http/log-requests.ts'
import { mountRoutes } from './http/mount-routes.ts'
import { createOriginGuard } from './http/origin-guard.ts'
import { createRateLimit, type RateLimits } from './http/rate-limit.ts'
import { assignRequestId } from './http/request-id.ts'
import { securityHeaders } from './http/security-headers.ts'
import { createSessions, sessionCookieName } from './http/sessions.ts'
import { createApiKeyRoutes } from './resources/api-keys/handlers.ts'
import { createGithubRoutes } from './resources/auth/github-routes.ts'
import { createAuthRoutes } from './resources/auth/handlers.ts'
import { createBillingRoutes } from './resources/billing/handlers.ts'
import { createCatalogRoutes } from './resources/catalog/handlers.ts'
import type { Market } from './resources/catalog/market.ts'
import { createEventRoutes } from './resources/events/event-routes.ts'
import { createAccessWatch, type LiveStreams } from './resources/events/live-streams.ts'
import type { Notifications } from './resources/events/notifications.ts'
import { createHealthRoutes } from './resources/health/health-routes.ts'
import { createNoticeRoutes } from './resources/notices/handlers.ts'
import { createOperatorBillingRoutes } from './resources/operator-billing/handlers.ts'
import { createOperatorPeopleRoutes } from './resources/operator-people/handlers.ts'
import { createOperatorRoutes } from './resources/operator/handlers.ts'
import { createLogRoutes } from './resources/pods/log-routes.ts'
import { createPodGatewayClient } from './resources/pods/pod-gateway-client.ts'
import { createTerminals, type UpgradeListener } from './resources/pods/serve-terminals.ts'
import { createPaymentRoutes } from './resources/payments/handlers.ts'
import { createReconciliationCsv } from './resources/operator/reconciliation-csv.ts'
import { createCsvRoutes } from './resources/reports/csv-routes.ts'
import { createReportRoutes } from './resources/reports/handlers.ts'
import { createRentalRoutes } from './resources/rentals/handlers.ts'
import { createRentalQueries } from './resources/rentals/rental-queries.ts'
import { createSessionRoutes } from './resources/sessions/handlers.ts'
import { createSshKeyRoutes } from './resources/ssh-keys/handlers.ts'
import { createWebhookEndpointRoutes } from './resources/webhook-endpoints/handlers.ts'
import { createStripeRoutes } from './resources/webhooks/stripe-routes.ts'
import type { Orchestrator } from './temporal/orchestrator.ts'

export interface AppDeps {
  config: ApiConfig
  log: Logger
  dataSource: DataSource
  /** Of its own for sessions: a convoy on a wallet must not keep people from signing in. */
  sessionPool: Pool
  orchestrator: Orchestrator
  market: Market
  notifications: Notifications
  streams: LiveStreams
  rateLimits: RateLimits
  version: string
}

export interface App {
  app: Express
  /** For the server's `upgrade` event: terminals of pods. */
  upgrade: UpgradeListener
  /** Ends what the app started by itself. */
  close: () => void
}

/** The whole HTTP surface; listens nowhere. */
export function createApp(deps: AppDeps): App {
  const { config, log, dataSource, orchestrator } = deps
  const sessions = createSessions({
    pool: deps.sessionPool,
    secrets: config.sessionSecrets,
    https: config.https,
    log,
  })
  const authenticate = createAuthenticate({ dataSource, operators: config.operators })
  const pods = podAccess(deps, authenticate)
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', config.trustProxyHops)
  app.use(assignRequestId, logRequests(log), ...securityHeaders({ https: config.https }))
  app.use(healthRoutes(deps))
  // Why: signed instead of sent from our own page, and read as raw bytes; so before the origin guard and the JSON parser.
  app.use(
    createStripeRoutes({
      dataSource,
      orchestrator,
      secrets: config.stripe.webhookSecrets,
      livemode: config.stripe.livemode,
    }),
  )
  app.use(createOriginGuard({ origins: [config.publicOrigin] }), sessions.middleware)
  app.use(createRateLimit({ name: 'general', perMinute: deps.rateLimits.general }))
  app.use(createKeyAuthentication({ dataSource }))
  app.use(createRateLimit({ name: 'api-key', perMinute: deps.rateLimits.general, only: 'apiKeys' }))
  app.use(express.json({ limit: '100kb', strict: true }))
  app.use(
    createGithubRoutes({
      dataSource,
      github: config.github,
      operators: config.operators,
      publicOrigin: config.publicOrigin,
      limit: createRateLimit({ name: 'sign-in', perMinute: deps.rateLimits.signIn }),
    }),
  )
  app.use(
    createEventRoutes({ ...pods, notifications: deps.notifications }),
    createLogRoutes(pods),
    createCsvRoutes(pods),
    createReconciliationCsv(pods),
  )
  app.use(jsonRoutes(deps, pods))
  app.use(refuseUnknownRoute, handleErrors)
  const { publicOrigin } = config
  const terminals = createTerminals({ ...pods, publicOrigin, log, sessionMiddleware: sessions.middleware })
  return {
    app,
    upgrade: terminals.upgrade,
    close: () => {
      terminals.close()
      sessions.close()
    },
  }
}

/** What everything that stays open for a person needs. */
function podAccess({ config, dataSource, streams }: AppDeps, authenticate: Authenticate) {
  const { uiUrl, namespace } = config.temporal
  const temporalUi = uiUrl === null ? null : { url: uiUrl, namespace }
  return {
    dataSource,
    streams,
    authenticate,
    temporalUi,
    access: createAccessWatch({ dataSource }),
    queries: createRentalQueries({ dataSource, temporalUi }),
    gateway: createPodGatewayClient(config.podGateway),
  }
}

function jsonRoutes(deps: AppDeps, pods: ReturnType<typeof podAccess>) {
  const { config, dataSource } = deps
  const { authenticate, queries, gateway, temporalUi } = pods
  const routes = [
    ...createAuthRoutes({
      dataSource,
      cookieName: sessionCookieName(config.https),
      onSignedOut: deps.streams.endAccess,
    }),
    ...createSessionRoutes({ dataSource, onEnded: deps.streams.endAccess }),
    ...createApiKeyRoutes({ dataSource, onRevoked: deps.streams.endAccess }),
    ...createCatalogRoutes(deps),
    ...createRentalRoutes({ ...deps, queries, gateway, secretsKeys: config.secretsKeys }),
    ...createSshKeyRoutes(deps),
    ...createBillingRoutes(deps),
    ...createPaymentRoutes({ ...deps, publicOrigin: config.publicOrigin }),
    ...createNoticeRoutes(deps),
    ...createWebhookEndpointRoutes({
      dataSource,
      webhooks: { ...config.webhooks, secretsKeys: config.secretsKeys },
    }),
    ...createReportRoutes(deps),
    ...createOperatorRoutes({ ...deps, temporalUi }),
    ...createOperatorBillingRoutes(deps),
    ...createOperatorPeopleRoutes(deps),
  ]
  return mountRoutes(routes, {
    authenticate,
    idempotency: createIdempotency({ dataSource }),
    rateLimits: deps.rateLimits,
    tight: [
      endpoints.rentals.create,
      endpoints.rentals.extend,
      endpoints.rentals.testConnection,
      endpoints.billing.checkout,
      endpoints.payments.setUpCard,
      endpoints.sshKeys.create,
      endpoints.apiKeys.create,
      endpoints.webhooks.create,
      endpoints.webhooks.test,
      endpoints.webhooks.redeliver,
    ],
  })
}

function healthRoutes({ config, dataSource, orchestrator, version, rateLimits }: AppDeps) {
  return createHealthRoutes({
    version,
    serverUrl: config.publicOrigin,
    limit: createRateLimit({ name: 'ready', perMinute: rateLimits.general }),
    checks: {
      database: async () => {
        await dataSource.query('SELECT 1')
      },
      temporal: orchestrator.ping,
    },
  })
}
