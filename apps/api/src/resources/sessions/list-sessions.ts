import type { Session as SessionView } from '@berth/contract/schemas/access'
import type { DataSource } from 'typeorm'
import { describeUserAgent } from './describe-user-agent.ts'
import { sessionIdOf } from './session-id.ts'

interface SessionRow {
  sid: string
  seen_at: Date
  signed_in_at: Date
  user_agent: string | null
  network: string | null
}

/** Where this person is signed in, last seen first. Sessions from before this was written down say nothing of their browser. */
export const liveSessions = (dataSource: DataSource, userId: string): Promise<SessionRow[]> =>
  dataSource.query<SessionRow[]>(
    `SELECT sid, seen_at, sess->>'userAgent' AS user_agent, sess->>'network' AS network,
            to_timestamp((sess->>'signedInAt')::double precision / 1000) AS signed_in_at
     FROM sessions WHERE sess->>'userId' = $1 AND expire > now() ORDER BY seen_at DESC, sid`,
    [userId],
  )

export async function listSessions(
  dataSource: DataSource,
  userId: string,
  currentSid: string,
): Promise<SessionView[]> {
  const rows = await liveSessions(dataSource, userId)
  return rows.map((row) => ({
    id: sessionIdOf(row.sid),
    ...describeUserAgent(row.user_agent),
    network: row.network,
    signedInAt: row.signed_in_at.toISOString(),
    lastSeenAt: row.seen_at.toISOString(),
    current: row.sid === currentSid,
  }))
}
