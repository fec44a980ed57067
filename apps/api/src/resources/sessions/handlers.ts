import { endpoints } from '@berth/contract/endpoints'
import type { DataSource } from 'typeorm'
import { implement } from '../../http/implement.ts'
import { problem } from '../../http/problem.ts'
import { listSessions, liveSessions } from './list-sessions.ts'
import { sessionIdOf } from './session-id.ts'

interface SessionDeps {
  dataSource: DataSource
  /** Ends what still streams to this session. */
  onEnded: (sid: string) => void
}

export const createSessionRoutes = ({ dataSource, onEnded }: SessionDeps) => {
  /** Those that were there; a row that is gone is worth nothing from the next request on. */
  const end = async (userId: string, sids: string[]): Promise<number> => {
    const [rows] = await dataSource.query<[{ sid: string }[], number]>(
      `DELETE FROM sessions WHERE sid = ANY($1) AND sess->>'userId' = $2 RETURNING sid`,
      [sids, userId],
    )
    for (const { sid } of rows) onEnded(sid)
    return rows.length
  }
  return implement(endpoints.sessions)({
    list: async ({ user, request }) => ({
      items: await listSessions(dataSource, user.id, request.sessionID),
    }),
    end: async ({ user, params, request }) => {
      const mine = await liveSessions(dataSource, user.id)
      const meant = mine.filter(({ sid }) => sessionIdOf(sid) === params.id).map(({ sid }) => sid)
      if ((await end(user.id, meant)) === 0) {
        throw problem('not_found', 'There is no such session among yours; it may have ended.')
      }
      request.log.info({ userId: user.id }, 'signed out elsewhere')
    },
    endOthers: async ({ user, request }) => {
      const mine = await liveSessions(dataSource, user.id)
      const others = mine.map(({ sid }) => sid).filter((sid) => sid !== request.sessionID)
      const ended = await end(user.id, others)
      request.log.info({ userId: user.id, ended }, 'signed out everywhere else')
      return { ended }
    },
  })
}
