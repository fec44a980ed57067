import type { DeliveryStatus } from '@berth/contract/notices'
import type { WebhookEndpoint as EndpointView } from '@berth/contract/schemas/notices'
import type { DataSource } from 'typeorm'
import { problem } from '../../http/problem.ts'

interface Row {
  id: string
  url: string
  description: string
  kinds: string[]
  enabled: boolean
  failingSince: Date | null
  switchedOffAt: Date | null
  previousSecretExpiresAt: Date | null
  createdAt: Date
  status: DeliveryStatus | null
  responseStatus: number | null
  deliveredAt: Date | null
}

/** One's own live endpoints, newest first, each with what became of the last delivery; `id` narrows to one. */
export async function listEndpoints(
  dataSource: DataSource,
  userId: string,
  id: string | null = null,
): Promise<EndpointView[]> {
  const rows = await dataSource.query<Row[]>(
    `SELECT endpoint.id, endpoint.url, endpoint.description, endpoint.kinds, endpoint.enabled,
       endpoint.failing_since AS "failingSince", endpoint.switched_off_at AS "switchedOffAt",
       CASE WHEN endpoint.previous_secret_expires_at > now() THEN endpoint.previous_secret_expires_at END AS "previousSecretExpiresAt",
       endpoint.created_at AS "createdAt", last.status, last.response_status AS "responseStatus", last.at AS "deliveredAt"
     FROM webhook_endpoints endpoint
     LEFT JOIN LATERAL (
       SELECT delivery.status, attempt.response_status, attempt.at
       FROM notice_deliveries delivery JOIN delivery_attempts attempt ON attempt.delivery_id = delivery.id
       WHERE delivery.endpoint_id = endpoint.id ORDER BY delivery.id DESC, attempt.attempt DESC LIMIT 1) last ON true
     WHERE endpoint.user_id = $1 AND endpoint.deleted_at IS NULL AND ($2::text IS NULL OR endpoint.id = $2)
     ORDER BY endpoint.id DESC`,
    [userId, id],
  )
  return rows.map(toView)
}

/** Throws `not_found` where it is not one's own, or gone. */
export async function findEndpoint(
  dataSource: DataSource,
  userId: string,
  id: string,
): Promise<EndpointView> {
  const [endpoint] = await listEndpoints(dataSource, userId, id)
  if (!endpoint) throw noSuchEndpoint()
  return endpoint
}

export const noSuchEndpoint = () => problem('not_found', 'There is no such webhook endpoint among yours.')

function toView({ status, responseStatus, deliveredAt, ...row }: Row): EndpointView {
  return {
    ...row,
    failingSince: row.failingSince?.toISOString() ?? null,
    switchedOffAt: row.switchedOffAt?.toISOString() ?? null,
    previousSecretExpiresAt: row.previousSecretExpiresAt?.toISOString() ?? null,
    lastDelivery:
      status === null || deliveredAt === null
        ? null
        : { status, responseStatus, at: deliveredAt.toISOString() },
    createdAt: row.createdAt.toISOString(),
  }
}
