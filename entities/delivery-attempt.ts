import { boolean, insertedAt, integer, nullable, primary, text } from './columns.ts'
import { table } from './table.ts'

/** One try at a delivery and what the other side said. */
export interface DeliveryAttempt {
  deliveryId: string
  attempt: number
  ok: boolean
  /** HTTP status of a webhook's receiver, reply code of a mail server; null where none was heard. */
  responseStatus: number | null
  /** Why it failed, or the beginning of the answer. */
  words: string
  durationMs: number
  at: Date
}

export const DeliveryAttemptEntity = table<DeliveryAttempt>('delivery_attempts', {
  columns: {
    deliveryId: primary(text()),
    attempt: primary(integer()),
    ok: boolean(),
    responseStatus: nullable(integer()),
    words: text(),
    durationMs: integer(),
    at: insertedAt(),
  },
  references: [{ on: 'deliveryId', table: 'notice_deliveries' }],
})
