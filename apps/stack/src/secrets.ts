import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** What this machine's stack made up for itself; never leaves the data folder. */
export interface LocalSecrets {
  postgresPassword: string
  sessionSecret: string
  stripeWebhookSecret: string
  secretsKey: string
  podGatewaySecret: string
}

/** Reads the secrets of the data folder, making them on its first use (readable by their owner only). */
export function localSecrets(file: string): LocalSecrets {
  const fresh: LocalSecrets = {
    postgresPassword: randomBytes(24).toString('hex'),
    sessionSecret: randomBytes(32).toString('hex'),
    secretsKey: randomBytes(32).toString('hex'),
    stripeWebhookSecret: `whsec_${randomBytes(24).toString('hex')}`,
    podGatewaySecret: randomBytes(32).toString('hex'),
  }
  const known: Partial<LocalSecrets> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const secrets = { ...fresh, ...known }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  return secrets
}
