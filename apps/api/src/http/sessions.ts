import connectPgSimple from 'connect-pg-simple'
import type { RequestHandler } from 'express'
import session from 'express-session'
import type { Pool } from 'pg'
import type { Logger } from 'pino'

/** A session ends after thirty days without use. */
const IDLE_LIFETIME_MS = 30 * 24 * 3_600_000

interface SessionOptions {
  pool: Pool
  /** The first signs; all are accepted. */
  secrets: string[]
  https: boolean
  log: Logger
}

/** With https the browser itself refuses the cookie from anywhere but this host (`__Host-`). */
export const sessionCookieName = (https: boolean): string => (https ? '__Host-sid' : 'sid')

/** Sessions in PostgreSQL; the cookie is only a signed random id (24 bytes). Nothing is stored for a visitor who never signs in. */
export function createSessions({ pool, secrets, https, log }: SessionOptions): {
  middleware: RequestHandler
  close: () => void
} {
  const Store = connectPgSimple(session)
  const store = new Store({
    pool,
    tableName: 'sessions',
    createTableIfMissing: false,
    // Why: the cookie is renewed once a day by writing the session; touching the row at every request would cost a write each.
    disableTouch: true,
    pruneSessionInterval: 15 * 60,
    errorLog: (...parts: unknown[]) => log.error({ parts }, 'session store failed'),
  })
  keepEnded(store, pool)
  return {
    close: () => store.close(),
    middleware: session({
      name: sessionCookieName(https),
      secret: secrets,
      store,
      resave: false,
      saveUninitialized: false,
      unset: 'destroy',
      cookie: { httpOnly: true, sameSite: 'lax', secure: https, path: '/', maxAge: IDLE_LIFETIME_MS },
    }),
  }
}

/**
 * The store writes a session whether its row is there or not. One that was ended while a request renewed it would come back,
 * so a renewal only changes a row that is there.
 */
function keepEnded(store: session.Store, pool: Pool): void {
  const write = store.set.bind(store)
  store.set = (sid, data, done) => {
    if (!(data.renewedAt > data.signedInAt)) return write(sid, data, done)
    const expire = new Date(data.cookie.expires ?? Date.now() + IDLE_LIFETIME_MS)
    const row = [sid, JSON.stringify(data), expire]
    pool.query('UPDATE sessions SET sess = $2, expire = $3 WHERE sid = $1', row, (error) => done?.(error))
  }
}
