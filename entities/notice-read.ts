import { insertedAt, primary, text } from './columns.ts'
import { table } from './table.ts'

/** A notice that its person has seen. */
export interface NoticeRead {
  noticeId: string
  userId: string
  readAt: Date
}

export const NoticeReadEntity = table<NoticeRead>('notice_reads', {
  columns: { noticeId: primary(text()), userId: text(), readAt: insertedAt() },
  references: [
    { on: 'noticeId', table: 'notices' },
    { on: 'userId', table: 'users' },
  ],
})
