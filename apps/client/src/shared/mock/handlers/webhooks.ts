import { newId } from '@berth/contract/ids'
import type { WebhookEndpoint } from '@berth/contract/schemas/notices'
import { webhookUrlMistake } from '@berth/contract/webhook-url'
import type { MockGroup } from '../mock-handlers.ts'
import { refuse } from '../world/refuse.ts'
import { attempt, deliver } from '../world/webhooks.ts'
import { isoAt, type World } from '../world/world.ts'
import { pageOf } from './page.ts'

const HOUR_MS = 3_600_000

export const webhookHandlers: MockGroup<'webhooks'> = {
  list: ({ world }) => ({ items: [...world.state.webhooks].reverse() }),
  create: ({ world, body }) => {
    requireUrl(body.url)
    const endpoint: WebhookEndpoint = {
      ...body,
      id: newId('webhookEndpoint', world.nowMs()),
      enabled: true,
      failingSince: null,
      switchedOffAt: null,
      previousSecretExpiresAt: null,
      lastDelivery: null,
      createdAt: isoAt(world.nowMs()),
    }
    world.state.webhooks.push(endpoint)
    return { ...endpoint, secret: newSecret() }
  },
  change: ({ world, params, body }) => {
    if (body.url !== undefined) requireUrl(body.url)
    return Object.assign(find(world, params.id), body, { failingSince: null, switchedOffAt: null })
  },
  remove: ({ world, params }) => {
    world.state.webhooks.splice(world.state.webhooks.indexOf(find(world, params.id)), 1)
    return undefined
  },
  rotateSecret: ({ world, params, body }) => {
    const endpoint = find(world, params.id)
    endpoint.previousSecretExpiresAt =
      body.overlapHours === 0 ? null : isoAt(world.nowMs() + body.overlapHours * HOUR_MS)
    return { ...endpoint, secret: newSecret() }
  },
  test: ({ world, params }) => {
    const endpointId = find(world, params.id).id
    const eventId = newId('notice', world.nowMs())
    return deliver(world, world.nowMs(), { endpointId, eventId, kind: 'webhook_test' })
  },
  deliveries: ({ world, params, query }) => {
    const { id } = find(world, params.id)
    return pageOf(world.state.deliveries.filter(({ endpointId }) => endpointId === id).reverse(), query)
  },
  redeliver: ({ world, params }) => {
    const delivery = world.state.deliveries.find(({ id }) => id === params.id)
    if (!delivery) throw refuse('not_found', 'There is no such delivery among yours.')
    return attempt(world, world.nowMs(), delivery)
  },
}

function find({ state }: World, id: string): WebhookEndpoint {
  const endpoint = state.webhooks.find((each) => each.id === id)
  if (!endpoint) throw refuse('not_found', 'There is no such webhook endpoint among yours.')
  return endpoint
}

function requireUrl(url: string): void {
  const mistake = webhookUrlMistake(url, { local: false })
  if (mistake) throw refuse('invalid_request', mistake.detail, { errors: [{ pointer: '/url', ...mistake }] })
}

const newSecret = (): string =>
  `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`
