import { describeNotice } from '@berth/contract/describe-notice'
import { isId } from '@berth/contract/ids'
import type { Notice as NoticeView, NoticePage } from '@berth/contract/schemas/notices'
import type { LISTED_NOTICE_KINDS } from '@berth/contract/notices'
import type { DataSource } from 'typeorm'
import { problem } from '../../http/problem.ts'

interface Query {
  cursor?: string | undefined
  pageSize: number
  unread: boolean
}

/** Ids rise with time, so the id of the last notice is where the next page goes on. */
export async function listNotices(
  dataSource: DataSource,
  userId: string,
  { cursor, pageSize, unread }: Query,
): Promise<NoticePage> {
  if (cursor !== undefined && !isId('notice', cursor)) throw badCursor()
  const [rows, unreadCount] = await Promise.all([
    dataSource.query<Row[]>(
      `SELECT notice.id, notice.kind, notice.rental_id AS "rentalId", notice.data, notice.at,
         seen.notice_id IS NOT NULL AS read
       ${SHOWN} AND ($2::text IS NULL OR notice.id < $2) AND (NOT $3 OR seen.notice_id IS NULL)
       ORDER BY notice.id DESC LIMIT $4`,
      [userId, cursor ?? null, unread, pageSize + 1],
    ),
    countUnread(dataSource, userId),
  ])
  const items = rows.slice(0, pageSize).map(toView)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > pageSize && last ? last.id : null, unreadCount }
}

export async function countUnread(dataSource: DataSource, userId: string): Promise<number> {
  const [row] = await dataSource.query<{ unread: number }[]>(
    `SELECT count(*)::int AS unread ${SHOWN} AND seen.notice_id IS NULL`,
    [userId],
  )
  return row?.unread ?? 0
}

interface Row {
  id: string
  kind: (typeof LISTED_NOTICE_KINDS)[number]
  rentalId: string | null
  data: Record<string, unknown>
  at: Date
  read: boolean
}

/** What this person wants to see in the dashboard, with the mark of having been read. */
const SHOWN = `
  FROM notices notice LEFT JOIN notice_reads seen ON seen.notice_id = notice.id
  WHERE notice.user_id = $1 AND notice.kind <> 'webhook_test' AND NOT EXISTS (
    SELECT FROM notice_preferences wish WHERE wish.user_id = $1 AND wish.kind = notice.kind
      AND wish.channel = 'dashboard' AND NOT wish.enabled)`

const toView = ({ at, ...row }: Row): NoticeView => ({
  ...row,
  ...describeNotice(row.kind, row.data),
  at: at.toISOString(),
})

function badCursor() {
  const detail = 'The cursor is not one of ours. Take nextCursor from the page before.'
  return problem('invalid_request', detail, { errors: [{ pointer: 'cursor', detail }] })
}
