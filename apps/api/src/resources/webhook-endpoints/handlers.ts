import { endpoints } from '@berth/contract/endpoints'
import type { DataSource } from 'typeorm'
import { implement } from '../../http/implement.ts'
import { listDeliveries, redeliver, sendTest } from './deliveries.ts'
import { listEndpoints } from './endpoint-view.ts'
import {
  changeEndpoint,
  createEndpoint,
  removeEndpoint,
  rotateSecret,
  type WebhookSettings,
} from './write-endpoint.ts'

export const createWebhookEndpointRoutes = (deps: { dataSource: DataSource; webhooks: WebhookSettings }) =>
  implement(endpoints.webhooks)({
    list: async ({ user }) => ({ items: await listEndpoints(deps.dataSource, user.id) }),
    create: ({ user, body, claim }) => createEndpoint(deps, { userId: user.id, wish: body, claim }),
    change: ({ user, params, body }) => changeEndpoint(deps, user.id, params.id, body),
    remove: ({ user, params }) => removeEndpoint(deps.dataSource, user.id, params.id).then(() => undefined),
    rotateSecret: ({ user, params, body }) => rotateSecret(deps, user.id, params.id, body.overlapHours),
    test: ({ user, params }) => sendTest(deps.dataSource, user.id, params.id),
    deliveries: ({ user, params, query }) => listDeliveries(deps.dataSource, user.id, params.id, query),
    redeliver: ({ user, params }) => redeliver(deps.dataSource, user.id, params.id),
  })
