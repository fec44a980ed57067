import { boolean, insertedAt, instant, nullable, primary, text, textList } from './columns.ts'
import { table } from './table.ts'

/** Where a person's own program wants to hear of notices. A deleted one stays for its log, without its secrets. */
export interface WebhookEndpoint {
  id: string
  userId: string
  url: string
  description: string
  /** Notice kinds it wants; empty = all, those of the future included. */
  kinds: string[]
  enabled: boolean
  /** Since when it has taken nothing; null while it takes what it gets. */
  failingSince: Date | null
  /** When we switched it off because it took nothing for days; its owner switches it on again. */
  switchedOffAt: Date | null
  /** Sealed (`seal-secret.ts`); its plain text was shown once. */
  secret: string
  /** Still signs beside the new one until it expires, so that a receiver can change over without missing anything. */
  previousSecret: string | null
  previousSecretExpiresAt: Date | null
  createdAt: Date
  deletedAt: Date | null
}

export const WebhookEndpointEntity = table<WebhookEndpoint>('webhook_endpoints', {
  columns: {
    id: primary(text()),
    userId: text(),
    url: text(),
    description: text(),
    kinds: textList(),
    enabled: boolean(),
    secret: text(),
    previousSecret: nullable(text()),
    previousSecretExpiresAt: nullable(instant()),
    createdAt: insertedAt(),
    deletedAt: nullable(instant()),
    failingSince: nullable(instant()),
    switchedOffAt: nullable(instant()),
  },
  indices: [{ on: ['userId'] }],
  references: [{ on: 'userId', table: 'users' }],
  checks: {
    rotation: '(previous_secret IS NULL) = (previous_secret_expires_at IS NULL)',
    switched_off: '(NOT (enabled AND (switched_off_at IS NOT NULL)))',
  },
})
