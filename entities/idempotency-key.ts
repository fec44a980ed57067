import { insertedAt, integer, json, nullable, oneOf, primary, text } from './columns.ts'
import { table } from './table.ts'

export const IDEMPOTENCY_STATES = ['in_progress', 'done'] as const
export type IdempotencyState = (typeof IDEMPOTENCY_STATES)[number]

/** A request somebody may repeat: claimed by inserting it, then answered from here. */
export interface IdempotencyKey {
  userId: string
  key: string
  methodPath: string
  requestHash: string
  state: IdempotencyState
  /** Made before the work starts, so that a repeat continues the same thing. */
  resourceId: string | null
  responseStatus: number | null
  responseBody: unknown
  createdAt: Date
}

export const IdempotencyKeyEntity = table<IdempotencyKey>('idempotency_keys', {
  columns: {
    userId: primary(text()),
    key: primary(text()),
    methodPath: text(),
    requestHash: text(),
    state: oneOf(IDEMPOTENCY_STATES),
    resourceId: nullable(text()),
    responseStatus: nullable(integer()),
    responseBody: nullable(json<unknown>()),
    createdAt: insertedAt(),
  },
  indices: [{ on: ['createdAt'] }],
  references: [{ on: 'userId', table: 'users' }],
})
