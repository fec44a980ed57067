import { insertedAt, instant, json, primary, text } from './columns.ts'
import { table } from './table.ts'

/** A browser session, in connect-pg-simple's layout. */
export interface Session {
  sid: string
  sess: Record<string, unknown>
  expire: Date
  /** When a request last came with it; written once a minute at most. */
  seenAt: Date
}

export const SessionEntity = table<Session>('sessions', {
  columns: { sid: primary(text()), sess: json(), expire: instant(), seenAt: insertedAt() },
  indices: [{ on: ['expire'] }],
})
