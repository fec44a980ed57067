import type { BodyOf } from '@berth/contract/endpoint'
import type { endpoints } from '@berth/contract/endpoints'
import type {
  WebhookEndpoint as EndpointView,
  WebhookEndpointWithSecret,
} from '@berth/contract/schemas/notices'
import { webhookUrlMistake } from '@berth/contract/webhook-url'
import { WebhookEndpointEntity } from '@berth/entities/webhook-endpoint'
import { type DataSource, type EntityManager, IsNull, Not } from 'typeorm'
import type { IdempotencyClaim } from '../../http/idempotency.ts'
import { problem } from '../../http/problem.ts'
import { newEndpointSecret } from './endpoint-secret.ts'
import { findEndpoint, noSuchEndpoint } from './endpoint-view.ts'

const MAX_ENDPOINTS = 10

export interface WebhookSettings {
  /** The first seals secrets, all open them. */
  secretsKeys: readonly string[]
  /** Plain http and private addresses pass: for a stack on one's own machine. */
  allowLocal: boolean
}

interface EndpointDeps {
  dataSource: DataSource
  webhooks: WebhookSettings
}

interface CreateEndpointInput {
  userId: string
  wish: { url: string; description: string; kinds: string[] }
  claim: IdempotencyClaim
}

/**
 * Makes an endpoint and answers its secret, which nobody can do again. A request that a crash cut off is repeated with the
 * same id and a new secret: nobody has heard the one before.
 */
export async function createEndpoint(
  { dataSource, webhooks }: EndpointDeps,
  { userId, wish, claim }: CreateEndpointInput,
): Promise<WebhookEndpointWithSecret> {
  requireUrl(wish.url, webhooks)
  const id = await claim.resourceId('webhookEndpoint')
  const { secret, sealed } = newEndpointSecret(id, webhooks.secretsKeys)
  await dataSource.transaction(async (manager) => {
    await requireRoom(manager, userId, id)
    await manager.query(
      `INSERT INTO webhook_endpoints (id, user_id, url, description, kinds, enabled, secret)
       VALUES ($1, $2, $3, $4, $5, true, $6)
       ON CONFLICT (id) DO UPDATE SET secret = excluded.secret WHERE webhook_endpoints.deleted_at IS NULL`,
      [id, userId, wish.url, wish.description, wish.kinds, sealed],
    )
  })
  return { ...(await findEndpoint(dataSource, userId, id)), secret }
}

/** Counted under the lock of their owner, so that two requests at once do not both find the last place. */
async function requireRoom(manager: EntityManager, userId: string, id: string): Promise<void> {
  await manager.query('SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE', [userId])
  const others = await manager.countBy(WebhookEndpointEntity, { userId, id: Not(id), deletedAt: IsNull() })
  if (others < MAX_ENDPOINTS) return
  throw problem('limit_reached', `You have ${MAX_ENDPOINTS} endpoints, which is the most. Remove one first.`)
}

export async function changeEndpoint(
  { dataSource, webhooks }: EndpointDeps,
  userId: string,
  id: string,
  changes: BodyOf<typeof endpoints.webhooks.change>,
): Promise<EndpointView> {
  if (changes.url !== undefined) requireUrl(changes.url, webhooks)
  // Its owner has looked at it: whether it fails is found out anew.
  const isLookedAfter = changes.enabled !== undefined || changes.url !== undefined
  await update(dataSource, userId, id, {
    ...changes,
    ...(isLookedAfter ? { failingSince: null, switchedOffAt: null } : {}),
  })
  return findEndpoint(dataSource, userId, id)
}

/** It is gone from sight and its secrets are gone for good; what was sent to it stays known. */
export const removeEndpoint = (dataSource: DataSource, userId: string, id: string): Promise<void> =>
  update(dataSource, userId, id, {
    enabled: false,
    secret: '',
    previousSecret: null,
    previousSecretExpiresAt: null,
    deletedAt: new Date(),
  })

/** Two secrets live at most: rotating again within the overlap ends the oldest at once. */
export async function rotateSecret(
  { dataSource, webhooks }: EndpointDeps,
  userId: string,
  id: string,
  overlapHours: number,
): Promise<WebhookEndpointWithSecret> {
  const { secret, sealed } = newEndpointSecret(id, webhooks.secretsKeys)
  const [, rotated] = await dataSource.query<[unknown, number]>(
    `UPDATE webhook_endpoints SET secret = $3,
       previous_secret = CASE WHEN $4 > 0 THEN secret END,
       previous_secret_expires_at = CASE WHEN $4 > 0 THEN now() + $4 * interval '1 hour' END
     WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL`,
    [id, userId, sealed, overlapHours],
  )
  if (rotated !== 1) throw noSuchEndpoint()
  return { ...(await findEndpoint(dataSource, userId, id)), secret }
}

async function update(dataSource: DataSource, userId: string, id: string, changes: object): Promise<void> {
  const { affected } = await dataSource
    .getRepository(WebhookEndpointEntity)
    .update({ id, userId, deletedAt: IsNull() }, changes)
  if (affected !== 1) throw noSuchEndpoint()
}

function requireUrl(url: string, { allowLocal }: WebhookSettings): void {
  const mistake = webhookUrlMistake(url, { local: allowLocal })
  if (mistake) {
    throw problem('invalid_request', mistake.detail, { errors: [{ pointer: '/url', ...mistake }] })
  }
}
