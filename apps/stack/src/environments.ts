import { join } from 'node:path'
import type { StackAddresses } from './addresses.ts'
import { emulatedSettings, emulatorSettings, isGithubEmulated } from './emulated-upstreams.ts'
import type { LocalSecrets } from './secrets.ts'
import type { StackSettings } from './settings.ts'

export interface StackEnvironments {
  api: NodeJS.ProcessEnv
  worker: NodeJS.ProcessEnv
  upstreams: NodeJS.ProcessEnv
}

/** Only the worker spends money upstream: these never reach a process that faces the network, or the emulators. */
const workerOnly = /(_API_KEY|^STRIPE_SECRET_KEY|^SMTP_URL)$/

/** The environment of each process; every setting of the product that the stack decides is in this file. */
export function stackEnvironments(options: {
  settings: StackSettings
  secrets: LocalSecrets
  addresses: StackAddresses
  dockerEnabled: boolean
}): StackEnvironments {
  const { settings, secrets, addresses, dockerEnabled } = options
  const { env, ports } = settings
  const { DATABASE_OWNER_URL: _migrationsOnly, ...inherited } = env
  const shared: NodeJS.ProcessEnv = {
    ...inherited,
    ...emulatedSettings(env, ports.upstreams),
    DATABASE_URL: addresses.applicationUrl,
    TEMPORAL_ADDRESS: addresses.temporal,
    TEMPORAL_NAMESPACE: addresses.temporalNamespace,
    TEMPORAL_UI_URL: addresses.temporalWeb,
    PUBLIC_URL: addresses.dashboard,
    STRIPE_WEBHOOK_SECRET: env.STRIPE_WEBHOOK_SECRET ?? secrets.stripeWebhookSecret,
    LOG_LEVEL: env.LOG_LEVEL ?? 'info',
  }
  const mail = mailSettings(settings)
  const webhooks = {
    SECRETS_KEY: env.SECRETS_KEY ?? secrets.secretsKey,
    WEBHOOK_ALLOW_LOCAL: env.WEBHOOK_ALLOW_LOCAL ?? String(isOnThisMachine(addresses.dashboard)),
  }
  const gateway = { POD_GATEWAY_SECRET: env.POD_GATEWAY_SECRET ?? secrets.podGatewaySecret }
  const docker = { DOCKER_ENABLED: env.DOCKER_ENABLED ?? String(dockerEnabled) }
  return {
    api: {
      ...withoutWorkerKeys(shared),
      ...webhooks,
      ...gateway,
      POD_GATEWAY_URL: env.POD_GATEWAY_URL ?? addresses.workerHealth,
      API_PORT: String(ports.api),
      SESSION_SECRET: env.SESSION_SECRET ?? secrets.sessionSecret,
      OPERATORS: env.OPERATORS ?? (isGithubEmulated(env) ? 'operator' : ''),
    },
    worker: {
      ...shared,
      ...gateway,
      ...docker,
      ...webhooks,
      SMTP_URL: mail.url,
      WORKER_HEALTH_PORT: String(ports.workerHealth),
      VERIFICATION_KEY_FILE: env.VERIFICATION_KEY_FILE ?? join(settings.dataDir, 'verification-key'),
    },
    upstreams: {
      ...withoutWorkerKeys(shared),
      ...emulatorSettings(ports.upstreams),
      ...mail.catcher,
      UPSTREAMS_STATE_DIR: join(settings.dataDir, 'upstreams'),
      STRIPE_WEBHOOK_URL: `${addresses.api}/v1/billing/stripe/webhook`,
    },
  }
}

/** Whether mail stays on this machine, to be read there. */
export const isMailCaught = (env: NodeJS.ProcessEnv): boolean => !env.SMTP_URL

function mailSettings({ env, ports }: StackSettings): { url: string; catcher: NodeJS.ProcessEnv } {
  if (env.SMTP_URL) return { url: env.SMTP_URL, catcher: {} }
  const catcher = { MAIL_CATCHER_WEB_PORT: String(ports.mail), MAIL_CATCHER_SMTP_PORT: String(ports.smtp) }
  return { url: `smtp://127.0.0.1:${ports.smtp}`, catcher }
}

/** Only where nobody else can open the dashboard may its webhooks reach what is behind it. */
const isOnThisMachine = (dashboard: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(dashboard).hostname)

function withoutWorkerKeys(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !workerOnly.test(name)))
}
