import { endpoints } from '@berth/contract/endpoints'
import type { DataSource } from 'typeorm'
import { implement } from '../../http/implement.ts'
import { countUnread, listNotices } from './list-notices.ts'
import { readPreferences, writePreferences } from './preferences.ts'

export const createNoticeRoutes = ({ dataSource }: { dataSource: DataSource }) =>
  implement(endpoints.notices)({
    list: ({ user, query }) => listNotices(dataSource, user.id, query),
    read: async ({ user, body }) => {
      await dataSource.query(
        `WITH fresh AS (
           INSERT INTO notice_reads (notice_id, user_id)
           SELECT id, user_id FROM notices WHERE user_id = $1 AND (id = ANY ($2) OR id <= $3)
           ON CONFLICT (notice_id) DO NOTHING RETURNING notice_id)
         SELECT pg_notify('notices_read', json_build_object('userId', $1::text)::text) WHERE EXISTS (SELECT FROM fresh)`,
        [user.id, 'ids' in body ? body.ids : [], 'upTo' in body ? body.upTo : null],
      )
      return { unreadCount: await countUnread(dataSource, user.id) }
    },
    preferences: ({ user }) => readPreferences(dataSource, user.id),
    choose: ({ user, body }) => writePreferences(dataSource, user.id, body.choices),
  })
