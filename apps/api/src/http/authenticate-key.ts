import { timingSafeEqual } from 'node:crypto'
import type { ApiKeyScope } from '@berth/contract/api-keys'
import { UserEntity } from '@berth/entities/user'
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import type { DataSource } from 'typeorm'
import { hashOf, looksLikeApiKey, prefixOf } from './api-key-secret.ts'
import { problem } from './problem.ts'

declare module 'express-serve-static-core' {
  interface Request {
    /** Set where an API key, and no session, says who is asking. */
    apiKey?: { id: string; scope: ApiKeyScope }
  }
}

interface KeyRow {
  id: string
  user_id: string
  scope: ApiKeyScope
  secret_hash: Buffer
  revoked: boolean
  expired: boolean
  use_is_old: boolean
}

/** The token of `Authorization: Bearer`; null where there is none. Other schemes may be a proxy's and are not ours. */
export function bearerToken({ headers }: IncomingMessage): string | null {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null
}

/**
 * Knows the caller by an API key: the same person as with a session, but never an operator, so that a key that leaked
 * opens nobody else's rentals. A key that is not good is refused; it never falls back to a cookie.
 */
export function createKeyAuthentication({ dataSource }: { dataSource: DataSource }): RequestHandler {
  return async (request, _response, next) => {
    const token = bearerToken(request)
    if (token === null) return next()
    const key = await findKey(dataSource, token)
    const user = await dataSource.getRepository(UserEntity).findOneByOrFail({ id: key.user_id })
    if (key.use_is_old) await markUsed(dataSource, key.id)
    request.apiKey = { id: key.id, scope: key.scope }
    request.berthUser = { ...user, isOperator: false }
    next()
  }
}

async function findKey(dataSource: DataSource, token: string): Promise<KeyRow> {
  if (!looksLikeApiKey(token)) {
    throw refused('This is no API key of ours. One begins with "berth_" and is sent whole.')
  }
  const rows = await dataSource.query<KeyRow[]>(
    `SELECT id, user_id, scope, secret_hash, revoked_at IS NOT NULL AS revoked,
            coalesce(expires_at <= now(), false) AS expired,
            coalesce(last_used_at < now() - interval '1 minute', true) AS use_is_old
     FROM api_keys WHERE prefix = $1`,
    [prefixOf(token)],
  )
  // Why: found by the part that everybody may see; the rest is compared in constant time.
  const hash = hashOf(token)
  const key = rows.find(({ secret_hash }) => timingSafeEqual(secret_hash, hash))
  if (!key) throw refused('This API key is not known here.')
  if (key.revoked) throw refused('This API key was revoked.')
  if (key.expired) throw refused('This API key has expired.')
  return key
}

const refused = (what: string) =>
  problem('api_key_refused', `${what} Make a new one in the dashboard under API keys; nothing was done.`)

/** Of many requests at once one writes. */
async function markUsed(dataSource: DataSource, id: string): Promise<void> {
  await dataSource.query(
    `UPDATE api_keys SET last_used_at = now()
     WHERE id = $1 AND coalesce(last_used_at < now() - interval '1 minute', true)`,
    [id],
  )
}
