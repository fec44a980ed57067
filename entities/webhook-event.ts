import { boolean, insertedAt, json, primary, text } from './columns.ts'
import { table } from './table.ts'

/** A signed event as it arrived. Only says that it was heard; what it did is its `WebhookEffect`. */
export interface WebhookEvent {
  /** The sender's own id, so that a redelivery finds itself. */
  id: string
  source: string
  type: string
  livemode: boolean
  payload: Record<string, unknown>
  receivedAt: Date
}

export const WebhookEventEntity = table<WebhookEvent>('webhook_events', {
  columns: {
    id: primary(text()),
    source: text(),
    type: text(),
    livemode: boolean(),
    payload: json(),
    receivedAt: insertedAt(),
  },
})
