import type { NoticeData } from '@berth/contract/notices'
import type { ApiKey as ApiKeyView, CreatedApiKey, NewApiKey } from '@berth/contract/schemas/access'
import { type ApiKey, ApiKeyEntity } from '@berth/entities/api-key'
import { recordNotice } from '@berth/entities/record-notice'
import { type DataSource, type EntityManager, IsNull, Not } from 'typeorm'
import { newApiKeySecret } from '../../http/api-key-secret.ts'
import type { IdempotencyClaim } from '../../http/idempotency.ts'
import { problem } from '../../http/problem.ts'

const MAX_KEYS = 25

interface CreateKeyInput {
  userId: string
  wish: NewApiKey
  claim: IdempotencyClaim
  madeFrom: Pick<NoticeData['api_key_created'], 'network' | 'browser' | 'system'>
}

/**
 * Makes a key and answers it in plain text, which nobody can do again. A request that a crash cut off is repeated with the
 * same id and a new secret: nobody has heard the one before.
 */
export async function createKey(dataSource: DataSource, input: CreateKeyInput): Promise<CreatedApiKey> {
  const { userId, wish, claim, madeFrom } = input
  const id = await claim.resourceId('apiKey')
  const { secret, prefix, hash } = newApiKeySecret()
  const key = await dataSource.transaction(async (manager) => {
    await requireRoom(manager, userId, id)
    await manager.query(
      `INSERT INTO api_keys (id, user_id, name, prefix, secret_hash, scope, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7::integer))
       ON CONFLICT (id) DO UPDATE SET prefix = excluded.prefix, secret_hash = excluded.secret_hash`,
      [id, userId, wish.name, prefix, hash, wish.scope, wish.expiresInDays],
    )
    const made = await manager.findOneByOrFail(ApiKeyEntity, { id })
    await tellOwner(manager, made, madeFrom)
    return made
  })
  return { ...toView(key), secret }
}

/** In the transaction of the key, so that none is ever made in silence. Told once, however often the request is repeated. */
async function tellOwner(
  manager: EntityManager,
  { id, userId, name, prefix, scope, expiresAt }: ApiKey,
  madeFrom: CreateKeyInput['madeFrom'],
): Promise<void> {
  await recordNotice(manager, {
    userId,
    kind: 'api_key_created',
    factKey: `api_key_created/${id}`,
    data: { name, prefix, scope, expiresAt: expiresAt?.toISOString() ?? null, ...madeFrom },
  })
}

/** Counted under the lock of their owner, so that two requests at once do not both find the last place. */
async function requireRoom(manager: EntityManager, userId: string, id: string): Promise<void> {
  await manager.query('SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE', [userId])
  const others = await manager.countBy(ApiKeyEntity, { userId, id: Not(id), revokedAt: IsNull() })
  if (others < MAX_KEYS) return
  throw problem(
    'limit_reached',
    `You have ${MAX_KEYS} API keys, which is the most. Revoke one that you no longer use.`,
  )
}

export const toView = (key: ApiKey): ApiKeyView => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  scope: key.scope,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
})
