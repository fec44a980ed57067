import { pino } from 'pino'
import { CLOUDS } from './clouds.ts'
import { readConfig } from './config.ts'
import { readCloudSettings } from './kit/cloud.ts'
import { startMailCatcher } from './mail/start.ts'
import { startUpstreams } from './start.ts'

const log = pino({ name: 'upstreams' })
const config = readConfig(process.env)

const upstreams = await startUpstreams({
  host: config.UPSTREAMS_HOST,
  stateDir: config.UPSTREAMS_STATE_DIR ?? null,
  ports: {
    control: config.UPSTREAMS_CONTROL_PORT,
    runpod: config.RUNPOD_EMULATOR_PORT,
    github: config.GITHUB_EMULATOR_PORT,
    stripe: config.STRIPE_EMULATOR_PORT,
  },
  runpod: {
    apiKeys: [config.RUNPOD_EMULATOR_API_KEY],
    bootMs: config.RUNPOD_EMULATOR_BOOT_MS,
    rateLimits: { minute: config.RUNPOD_EMULATOR_REQUESTS_PER_MINUTE, hour: 3000, day: 50_000 },
    churn: true,
  },
  github: { clientId: config.GITHUB_EMULATOR_CLIENT_ID, clientSecret: config.GITHUB_EMULATOR_CLIENT_SECRET },
  stripe: {
    apiKeys: [config.STRIPE_EMULATOR_SECRET_KEY],
    webhookUrl: config.STRIPE_WEBHOOK_URL ?? null,
    webhookSecret: config.STRIPE_WEBHOOK_SECRET,
  },
  clouds: CLOUDS.map((cloud) => ({ cloud, settings: readCloudSettings(cloud, process.env) })),
})

const { UPSTREAMS_HOST: host, MAIL_CATCHER_SMTP_PORT: smtpPort, MAIL_CATCHER_WEB_PORT: webPort } = config
const mail =
  smtpPort === undefined || webPort === undefined ? null : await startMailCatcher({ host, smtpPort, webPort })

log.info(
  {
    control: upstreams.controlUrl,
    runpod: upstreams.runpod.baseUrl,
    github: upstreams.github.baseUrl,
    stripe: upstreams.stripe.baseUrl,
    mail: mail?.webUrl,
    ...Object.fromEntries(Object.entries(upstreams.clouds).map(([name, { baseUrl }]) => [name, baseUrl])),
  },
  'emulated upstreams listening',
)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    // Why exit: an open SSH session or event stream would keep the process for as long as its client likes.
    void Promise.all([upstreams.close(), mail?.close()]).finally(() => process.exit(0))
  })
}
