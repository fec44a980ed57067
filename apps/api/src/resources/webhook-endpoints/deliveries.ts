import { isId, newId } from '@berth/contract/ids'
import type { WebhookDelivery } from '@berth/contract/schemas/notices'
import { NoticeEntity } from '@berth/entities/notice'
import { NoticeDeliveryEntity } from '@berth/entities/notice-delivery'
import type { DataSource } from 'typeorm'
import { problem } from '../../http/problem.ts'
import { findEndpoint } from './endpoint-view.ts'

interface Page {
  cursor?: string | undefined
  pageSize: number
}

export async function listDeliveries(
  dataSource: DataSource,
  userId: string,
  endpointId: string,
  { cursor, pageSize }: Page,
): Promise<{ items: WebhookDelivery[]; nextCursor: string | null }> {
  await findEndpoint(dataSource, userId, endpointId)
  if (cursor !== undefined && !isId('delivery', cursor)) {
    const detail = 'The cursor is not one of ours. Take nextCursor from the page before.'
    throw problem('invalid_request', detail, { errors: [{ pointer: 'cursor', detail }] })
  }
  const rows = await dataSource.query<Row[]>(
    `${DELIVERIES} AND delivery.endpoint_id = $2 AND ($3::text IS NULL OR delivery.id < $3)
     ORDER BY delivery.id DESC LIMIT $4`,
    [userId, endpointId, cursor ?? null, pageSize + 1],
  )
  const items = rows.slice(0, pageSize).map(toView)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > pageSize && last ? last.id : null }
}

/** A notice of its own that stands in no list, and one delivery of it to this endpoint. */
export async function sendTest(
  dataSource: DataSource,
  userId: string,
  endpointId: string,
): Promise<WebhookDelivery> {
  await findEndpoint(dataSource, userId, endpointId)
  const [noticeId, id] = [newId('notice'), newId('delivery')]
  await dataSource.transaction(async (manager) => {
    await manager.insert(NoticeEntity, {
      id: noticeId,
      userId,
      kind: 'webhook_test',
      factKey: `webhook_test/${noticeId}`,
      data: {},
    })
    await manager.insert(NoticeDeliveryEntity, {
      id,
      noticeId,
      userId,
      endpointId,
      channel: 'webhook',
      status: 'pending',
      dueAt: () => 'now()',
    })
  })
  return findDelivery(dataSource, userId, id)
}

/** Due now, with a fresh run of tries; a workflow that is waiting for its next try is woken. */
export async function redeliver(
  dataSource: DataSource,
  userId: string,
  id: string,
): Promise<WebhookDelivery> {
  const [, affected] = await dataSource.query<[unknown, number]>(
    `UPDATE notice_deliveries SET status = 'pending', tries = 0, due_at = now(), finished_at = NULL
     WHERE id = $1 AND user_id = $2 AND channel = 'webhook'
       AND endpoint_id IN (SELECT endpoint.id FROM webhook_endpoints endpoint WHERE endpoint.deleted_at IS NULL)`,
    [id, userId],
  )
  if (affected !== 1) throw problem('not_found', 'There is no such delivery among yours.')
  return findDelivery(dataSource, userId, id)
}

async function findDelivery(dataSource: DataSource, userId: string, id: string): Promise<WebhookDelivery> {
  const [row] = await dataSource.query<Row[]>(`${DELIVERIES} AND delivery.id = $2`, [userId, id])
  if (!row) throw new Error(`delivery ${id} vanished`)
  return toView(row)
}

const DELIVERIES = `
  SELECT delivery.id, delivery.endpoint_id AS "endpointId", delivery.notice_id AS "eventId", notice.kind, delivery.status,
    CASE WHEN delivery.status = 'pending' THEN delivery.due_at END AS "nextAttemptAt", delivery.created_at AS "createdAt",
    coalesce(tried.attempts, '[]') AS attempts
  FROM notice_deliveries delivery JOIN notices notice ON notice.id = delivery.notice_id
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('attempt', attempt.attempt, 'ok', attempt.ok, 'responseStatus', attempt.response_status,
      'words', attempt.words, 'durationMs', attempt.duration_ms, 'at', attempt.at) ORDER BY attempt.attempt) AS attempts
    FROM delivery_attempts attempt WHERE attempt.delivery_id = delivery.id) tried ON true
  WHERE delivery.user_id = $1`

interface Row extends Omit<WebhookDelivery, 'nextAttemptAt' | 'createdAt'> {
  nextAttemptAt: Date | null
  createdAt: Date
}

const toView = (row: Row): WebhookDelivery => ({
  ...row,
  nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
})
