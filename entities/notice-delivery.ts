import { DELIVERY_CHANNELS, DELIVERY_STATUSES } from '@berth/contract/notices'
import { insertedAt, instant, integer, nullable, oneOf, primary, text, withDefault } from './columns.ts'
import { table } from './table.ts'

/** One notice on its way to one place. The row is the record: a lost workflow is started again from it. */
export interface NoticeDelivery {
  id: string
  noticeId: string
  userId: string
  channel: (typeof DELIVERY_CHANNELS)[number]
  /** Of a webhook; null for e-mail. */
  endpointId: string | null
  status: (typeof DELIVERY_STATUSES)[number]
  /** Since it was planned or asked for again; decides how long the next one waits. */
  tries: number
  /** While pending: when somebody should be at work on it. Later than now while a workflow is. */
  dueAt: Date
  createdAt: Date
  finishedAt: Date | null
}

export const NoticeDeliveryEntity = table<NoticeDelivery>('notice_deliveries', {
  columns: {
    id: primary(text()),
    noticeId: text(),
    userId: text(),
    channel: oneOf(DELIVERY_CHANNELS),
    endpointId: nullable(text()),
    status: oneOf(DELIVERY_STATUSES),
    tries: withDefault(integer(), 0),
    dueAt: instant(),
    createdAt: insertedAt(),
    finishedAt: nullable(instant()),
  },
  uniques: [['noticeId', 'endpointId']],
  indices: [{ on: ['dueAt'], where: "(status = 'pending')" }, { on: ['endpointId', 'id'] }],
  references: [
    { on: 'noticeId', table: 'notices' },
    { on: 'userId', table: 'users' },
    { on: 'endpointId', table: 'webhook_endpoints' },
  ],
  checks: {
    endpoint: "(channel = 'webhook') = (endpoint_id IS NOT NULL)",
    finished: "(status = 'pending') = (finished_at IS NULL)",
  },
})
