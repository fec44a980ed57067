import type { BodyOf } from '@berth/contract/endpoint'
import type { endpoints } from '@berth/contract/endpoints'
import { newId } from '@berth/contract/ids'
import type {
  WebhookEndpoint as EndpointView,
  WebhookEndpointWithSecret,
} from '@berth/contract/schemas/notices'
import { webhookUrlMistake } from '@berth/contract/webhook-url'
import { WebhookEndpointEntity } from '@berth/entities/webhook-endpoint'
import { type DataSource, IsNull } from 'typeorm'
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

interface NewEndpoint {
  url: string
  description: string
  kinds: string[]
}

export async function createEndpoint(
  { dataSource, webhooks }: EndpointDeps,
  userId: string,
  wish: NewEndpoint,
): Promise<WebhookEndpointWithSecret> {
  requireUrl(wish.url, webhooks)
  const known = dataSource.getRepository(WebhookEndpointEntity)
  if ((await known.countBy({ userId, deletedAt: IsNull() })) >= MAX_ENDPOINTS) {
    throw problem(
      'limit_reached',
      `You have ${MAX_ENDPOINTS} endpoints, which is the most. Remove one first.`,
    )
  }
  const id = newId('webhookEndpoint')
  const { secret, sealed } = newEndpointSecret(id, webhooks.secretsKeys)
  await known.insert({ id, userId, ...wish, enabled: true, secret: sealed })
  return { ...(await findEndpoint(dataSource, userId, id)), secret }
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
