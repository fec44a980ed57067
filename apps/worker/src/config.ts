import { z } from 'zod'

const url = z.url({ protocol: /^https?$/ })

/** Every setting of the worker, with a default for a machine of one's own. Read once. */
const schema = z.object({
  /** Application role, never the owner. */
  DATABASE_URL: z
    .string()
    .startsWith('postgres', 'DATABASE_URL must be a postgres:// URL of the application role.'),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(100).default(16),
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  PUBLIC_URL: url.default('http://127.0.0.1:4300'),
  WORKER_HEALTH_HOST: z.string().default('127.0.0.1'),
  WORKER_HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(4302),
  /** What the API proves itself with at the pod gateway, which listens on the same address; the same as the API's. */
  POD_GATEWAY_SECRET: z.string().min(32, 'at least 32 characters; make one with: openssl rand -hex 32'),
  /** Our share of the upstream price; 1000 is ten per cent. */
  MARGIN_BASIS_POINTS: z.coerce.number().int().min(0).max(100_000).default(1_000),
  STRIPE_SECRET_KEY: z.string().min(1, 'STRIPE_SECRET_KEY is needed to take payments.'),
  STRIPE_API_BASE: url.optional(),
  /** File of our own SSH key, made at first start; its public half goes into pods so that the GPU can be compared with what was sold. None = the SSH server is checked, the GPU is not. */
  VERIFICATION_KEY_FILE: z.string().min(1).optional(),
  /** The same as the API's: opens the signing secrets of webhook endpoints and the environments of pods. Several while one is being replaced. */
  SECRETS_KEY: z
    .string()
    .transform((keys) => keys.split(',').map((key) => key.trim()))
    .refine(
      (keys) => keys.every((key) => key.length >= 32),
      'At least 32 characters; make one with: openssl rand -hex 32',
    ),
  /** Lets webhooks go to plain http and to private addresses: for a stack on one's own machine, never in public. */
  WEBHOOK_ALLOW_LOCAL: z.stringbool().default(false),
  /** The mail server: smtp://user:password@host:587, or smtps:// for TLS from the first byte. None = no e-mails. */
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().min(3).default('Berth <berth@localhost>'),
  /** Workflows kept in memory; each costs about half a MiB. */
  MAX_CACHED_WORKFLOWS: z.coerce.number().int().min(0).max(20_000).default(1_500),
  /** Provider calls under way at once. */
  MAX_PROVIDER_CALLS: z.coerce.number().int().min(1).max(1_000).default(200),
  /** Every time a provider is given (boot, teardown, list lag, polls) times this. 1 for real clouds; emulated ones live faster. */
  PROVIDER_TIME_SCALE: z.coerce.number().min(0.01).max(10).default(1),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
})
export type WorkerConfig = z.infer<typeof schema>

/** Throws one error that names every setting which is wrong and what it should be. */
export function readConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  const parsed = schema.safeParse(env)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
  throw new Error(`The worker can not start with these settings:\n${problems.join('\n')}`)
}
