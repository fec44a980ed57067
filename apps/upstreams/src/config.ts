import { z } from 'zod'

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback)
const milliseconds = (fallback: number) => z.coerce.number().int().min(0).default(fallback)

/** Every setting of the emulated upstreams, with what it is where nobody says otherwise. */
const configSchema = z.object({
  /** Where everything listens, pods' SSH doors included. */
  UPSTREAMS_HOST: z.string().default('127.0.0.1'),
  UPSTREAMS_CONTROL_PORT: port(4330),
  RUNPOD_EMULATOR_PORT: port(4331),
  GITHUB_EMULATOR_PORT: port(4332),
  STRIPE_EMULATOR_PORT: port(4333),
  /** Where state survives a restart; nothing survives without it. */
  UPSTREAMS_STATE_DIR: z.string().optional(),
  /** Placement to running container. */
  RUNPOD_EMULATOR_BOOT_MS: milliseconds(4000),
  RUNPOD_EMULATOR_API_KEY: z.string().default('rpa_emulated'),
  /** RunPod's own quota is 60 a minute. */
  RUNPOD_EMULATOR_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).default(60),
  STRIPE_EMULATOR_SECRET_KEY: z.string().default('sk_test_emulated'),
  STRIPE_WEBHOOK_URL: z.url().optional(),
  STRIPE_WEBHOOK_SECRET: z.string().default('whsec_emulated'),
  /** The mail catcher: both or neither; without it mail goes to a real server. */
  MAIL_CATCHER_SMTP_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  MAIL_CATCHER_WEB_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  GITHUB_EMULATOR_CLIENT_ID: z.string().default('berth-local'),
  GITHUB_EMULATOR_CLIENT_SECRET: z.string().default('github_emulated_secret'),
})

export type UpstreamsConfig = z.infer<typeof configSchema>

/** Reads the environment once; throws with every wrong setting named. An empty setting is one not given. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): UpstreamsConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const result = configSchema.safeParse(given)
  if (!result.success)
    throw new Error(`wrong settings for the emulated upstreams:\n${z.prettifyError(result.error)}`)
  return result.data
}
