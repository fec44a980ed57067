import { NOTICE_KINDS } from '@berth/contract/notices'
import { insertedAt, json, nullable, oneOf, primary, text } from './columns.ts'
import { table } from './table.ts'

/**
 * Something a person is to be told. Inserted in the transaction of the fact it tells, so that neither is ever there
 * without the other; the database plans its deliveries in that same transaction and notifies channel `notice`.
 */
export interface Notice {
  id: string
  userId: string
  kind: (typeof NOTICE_KINDS)[number]
  /** Names the fact: the same fact told twice is one notice. */
  factKey: string
  rentalId: string | null
  /** `NoticeData` of the kind. */
  data: Record<string, unknown>
  at: Date
}

export const NoticeEntity = table<Notice>('notices', {
  columns: {
    id: primary(text()),
    userId: text(),
    kind: oneOf(NOTICE_KINDS),
    factKey: text(),
    rentalId: nullable(text()),
    data: json(),
    at: insertedAt(),
  },
  uniques: [['factKey']],
  indices: [{ on: ['userId', 'id'] }, { on: ['at'] }],
  references: [
    { on: 'userId', table: 'users' },
    { on: 'rentalId', table: 'rentals' },
  ],
})
