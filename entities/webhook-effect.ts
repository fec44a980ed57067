import { insertedAt, primary, text } from './columns.ts'
import { table } from './table.ts'

/** That an event has been acted on; inserted in the same transaction as its effect, never before. */
export interface WebhookEffect {
  eventId: string
  outcome: string
  processedAt: Date
}

export const WebhookEffectEntity = table<WebhookEffect>('webhook_effects', {
  columns: { eventId: primary(text()), outcome: text(), processedAt: insertedAt() },
  references: [{ on: 'eventId', table: 'webhook_events' }],
})
