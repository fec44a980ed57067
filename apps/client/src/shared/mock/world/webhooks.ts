import { newId } from '@berth/contract/ids'
import type { Notice, WebhookDelivery } from '@berth/contract/schemas/notices'
import { isoAt, type World } from './world.ts'

/** Every endpoint that wants the kind is called, and answers at once. */
export function sendToEndpoints(world: World, atMs: number, { id, kind }: Pick<Notice, 'id' | 'kind'>): void {
  for (const endpoint of world.state.webhooks) {
    const wanted = endpoint.enabled && (endpoint.kinds.length === 0 || endpoint.kinds.includes(kind))
    if (wanted) deliver(world, atMs, { endpointId: endpoint.id, eventId: id, kind })
  }
}

/** An address with "fail" in it answers 500, so that a failed delivery can be looked at. */
export function deliver(
  world: World,
  atMs: number,
  of: Pick<WebhookDelivery, 'endpointId' | 'eventId' | 'kind'>,
): WebhookDelivery {
  const delivery: WebhookDelivery = {
    ...of,
    id: newId('delivery', atMs),
    status: 'pending',
    nextAttemptAt: null,
    attempts: [],
    createdAt: isoAt(atMs),
  }
  world.state.deliveries.push(delivery)
  return attempt(world, atMs, delivery)
}

export function attempt(world: World, atMs: number, delivery: WebhookDelivery): WebhookDelivery {
  const endpoint = world.state.webhooks.find(({ id }) => id === delivery.endpointId)
  const ok = !endpoint?.url.includes('fail')
  const responseStatus = ok ? 200 : 500
  const at = isoAt(atMs)
  const words = ok ? 'ok' : 'The receiver answered 500: Internal Server Error'
  const number = delivery.attempts.length + 1
  delivery.attempts.push({ attempt: number, ok, responseStatus, words, durationMs: 84, at })
  delivery.status = ok ? 'delivered' : 'failed'
  if (endpoint && (ok || delivery.kind !== 'webhook_test')) {
    endpoint.failingSince = ok ? null : (endpoint.failingSince ?? at)
  }
  if (endpoint) endpoint.lastDelivery = { status: delivery.status, responseStatus, at }
  return delivery
}
