import { SessionEntity } from '@berth/entities/session'
import { type User, UserEntity } from '@berth/entities/user'
import type { Request } from 'express'
import type { DataSource } from 'typeorm'
import { problem } from './problem.ts'

/** However busy, a session ends this long after its sign-in. */
const ABSOLUTE_LIFETIME_MS = 90 * 24 * 3_600_000
/** How often a session in use is written again, which moves its end. */
const RENEW_AFTER_MS = 24 * 3_600_000

declare module 'express-session' {
  interface SessionData {
    userId: string
    /** Milliseconds since 1970. */
    signedInAt: number
    renewedAt: number
    /** As the browser called itself when it signed in. */
    userAgent: string | null
    /** Shortened before it was written. */
    network: string | null
  }
}

declare module 'express-serve-static-core' {
  interface Request {
    /** Set by `authenticate`; null for a visitor. */
    berthUser?: SignedInUser | null
  }
}

export type SignedInUser = User

export type Authenticate = (request: Request) => Promise<SignedInUser | null>

interface AuthenticateDeps {
  dataSource: DataSource
  /** Logins in lower case. Who was taken off this list is no operator any more, however long the session lasts. */
  operators: ReadonlySet<string>
  now?: () => number
}

/** Who sends this request, by its session cookie; null for a visitor. Asks the database once a request. */
export function createAuthenticate(deps: AuthenticateDeps): Authenticate {
  const { dataSource, operators, now = Date.now } = deps
  return async (request) => {
    if (request.berthUser !== undefined) return request.berthUser
    const known = await userOf(request, dataSource, now())
    const user = known && {
      ...known,
      isOperator: known.isOperator && operators.has(known.handle.toLowerCase()),
    }
    request.berthUser = user
    return user
  }
}

async function userOf(request: Request, dataSource: DataSource, now: number): Promise<SignedInUser | null> {
  const { userId, signedInAt = 0, renewedAt = 0 } = request.session ?? {}
  if (userId === undefined) return null
  if (now - signedInAt > ABSOLUTE_LIFETIME_MS) {
    await endSession(request)
    return null
  }
  if (now - renewedAt > RENEW_AFTER_MS) request.session.renewedAt = now
  return seenUser(dataSource, { userId, sid: request.sessionID })
}

/** Reads the session's row again: one that was ended since it was loaded signs nobody in. Of many requests one writes. */
async function seenUser(
  dataSource: DataSource,
  { userId, sid }: { userId: string; sid: string },
): Promise<SignedInUser | null> {
  const { entities, raw } = await dataSource
    .getRepository(UserEntity)
    .createQueryBuilder('owner')
    .innerJoin(SessionEntity.options.name, 'session', 'session.sid = :sid', { sid })
    .addSelect(`session.seen_at < now() - interval '1 minute'`, 'seen_long_ago')
    .where('owner.id = :userId', { userId })
    .getRawAndEntities<{ seen_long_ago: boolean }>()
  if (raw[0]?.seen_long_ago) {
    await dataSource.query(
      `UPDATE sessions SET seen_at = now() WHERE sid = $1 AND seen_at < now() - interval '1 minute'`,
      [sid],
    )
  }
  return entities[0] ?? null
}

export async function requireUser(authenticate: Authenticate, request: Request): Promise<SignedInUser> {
  const user = await authenticate(request)
  if (!user) throw problem('not_signed_in', 'Sign in, then repeat this request.')
  return user
}

/** Removes the session from the store, so that its cookie is worth nothing any more. */
export function endSession(request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.destroy((error: unknown) => (error ? reject(error) : resolve()))
  })
}

/** A new session id for the same browser; what stood in the old session is gone. */
export function renewSession(request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.regenerate((error: unknown) => (error ? reject(error) : resolve()))
  })
}

export function saveSession(request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.save((error: unknown) => (error ? reject(error) : resolve()))
  })
}
