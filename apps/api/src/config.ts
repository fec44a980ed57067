import { z } from 'zod'

const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )
const url = (fallback: string) => z.url({ protocol: /^https?$/ }).default(fallback)

const schema = z.object({
  /** PostgreSQL, as the application role. */
  DATABASE_URL: z.string().min(1),
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  /** Where operators see workflows; links are left out without it. */
  TEMPORAL_UI_URL: z.union([z.literal(''), z.url()]).default(''),
  API_HOST: z.string().min(1).default('127.0.0.1'),
  API_PORT: z.coerce.number().int().min(0).max(65_535).default(4301),
  /** Origin of the dashboard, where browsers reach this API under /v1. */
  PUBLIC_URL: url('http://localhost:4300'),
  /** Signs session cookies. Several, comma separated: the first signs, all are accepted, so a secret can be replaced. */
  SESSION_SECRET: z.string().min(32, 'at least 32 characters; make one with: openssl rand -hex 32'),
  /** Where a worker's pod gateway listens, and what we prove ourselves with there. */
  POD_GATEWAY_URL: url('http://127.0.0.1:4302'),
  POD_GATEWAY_SECRET: z.string().min(32, 'at least 32 characters; the same as the worker’s'),
  GITHUB_CLIENT_ID: z.string().min(1),
  GITHUB_CLIENT_SECRET: z.string().min(1),
  GITHUB_BASE_URL: url('https://github.com'),
  GITHUB_API_URL: url('https://api.github.com'),
  /** Signing secrets of Stripe's webhook; two while one is being replaced. */
  STRIPE_WEBHOOK_SECRET: list.refine((secrets) => secrets.length > 0, 'at least one signing secret'),
  /** Whether only live events (true) or only test events (false) are ours. */
  STRIPE_LIVEMODE: z.stringbool().default(false),
  /** Seals the signing secrets of webhook endpoints and the environments of pods; the worker has the same. Several, comma separated: the first seals, all open. */
  SECRETS_KEY: list.refine(
    (keys) => keys.length > 0 && keys.every((key) => key.length >= 32),
    'at least 32 characters; make one with: openssl rand -hex 32',
  ),
  /** Lets webhooks go to plain http and to private addresses: for a stack on one's own machine, never in public. */
  WEBHOOK_ALLOW_LOCAL: z.stringbool().default(false),
  /** GitHub logins that may see and act on every rental. */
  OPERATORS: list,
  /** How many proxies stand before this process: their X-Forwarded-For is believed, nobody else's. */
  TRUST_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(1),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

export interface ApiConfig {
  databaseUrl: string
  temporal: { address: string; namespace: string; uiUrl: string | null }
  listen: { host: string; port: number }
  /** Origin of the dashboard, without a path. */
  publicOrigin: string
  /** Cookies are Secure and `__Host-` prefixed. */
  https: boolean
  sessionSecrets: string[]
  podGateway: { url: string; secret: string }
  github: { clientId: string; clientSecret: string; baseUrl: string; apiUrl: string }
  stripe: { webhookSecrets: string[]; livemode: boolean }
  /** The first seals, all open. */
  secretsKeys: string[]
  webhooks: { allowLocal: boolean }
  operators: ReadonlySet<string>
  trustProxyHops: number
  logLevel: string
}

/** Reads every setting once; a wrong one stops the process with what to change. */
export function readConfig(env: Record<string, string | undefined>): ApiConfig {
  const result = schema.safeParse(env)
  if (!result.success) throw new Error(describe(result.error))
  const settings = result.data
  const publicUrl = new URL(settings.PUBLIC_URL)
  return {
    databaseUrl: settings.DATABASE_URL,
    temporal: {
      address: settings.TEMPORAL_ADDRESS,
      namespace: settings.TEMPORAL_NAMESPACE,
      uiUrl: settings.TEMPORAL_UI_URL === '' ? null : settings.TEMPORAL_UI_URL.replace(/\/$/, ''),
    },
    listen: { host: settings.API_HOST, port: settings.API_PORT },
    publicOrigin: publicUrl.origin,
    https: publicUrl.protocol === 'https:',
    sessionSecrets: settings.SESSION_SECRET.split(',').map((secret) => secret.trim()),
    podGateway: { url: settings.POD_GATEWAY_URL.replace(/\/$/, ''), secret: settings.POD_GATEWAY_SECRET },
    github: {
      clientId: settings.GITHUB_CLIENT_ID,
      clientSecret: settings.GITHUB_CLIENT_SECRET,
      baseUrl: settings.GITHUB_BASE_URL.replace(/\/$/, ''),
      apiUrl: settings.GITHUB_API_URL.replace(/\/$/, ''),
    },
    stripe: { webhookSecrets: settings.STRIPE_WEBHOOK_SECRET, livemode: settings.STRIPE_LIVEMODE },
    secretsKeys: settings.SECRETS_KEY,
    webhooks: { allowLocal: settings.WEBHOOK_ALLOW_LOCAL },
    operators: new Set(settings.OPERATORS.map((login) => login.toLowerCase())),
    trustProxyHops: settings.TRUST_PROXY_HOPS,
    logLevel: settings.LOG_LEVEL,
  }
}

function describe(error: z.ZodError): string {
  const lines = error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  return `The API cannot start. Set these in its environment:\n${lines.join('\n')}`
}
