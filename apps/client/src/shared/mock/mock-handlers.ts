import type { BodyOf, Endpoint, ParamsOf, QueryOf, ResponseOf } from '@berth/contract/endpoint'
import type { Endpoints } from '@berth/contract/endpoints'
import { apiKeyHandlers } from './handlers/api-keys.ts'
import { authHandlers } from './handlers/auth.ts'
import { billingHandlers } from './handlers/billing.ts'
import { catalogHandlers } from './handlers/catalog.ts'
import { noticeHandlers } from './handlers/notices.ts'
import { operatorBillingHandlers } from './handlers/operator-billing.ts'
import { operatorPeopleHandlers } from './handlers/operator-people.ts'
import { operatorHandlers } from './handlers/operator.ts'
import { paymentHandlers } from './handlers/payments.ts'
import { reportHandlers } from './handlers/reports.ts'
import { rentalHandlers } from './handlers/rentals.ts'
import { sessionHandlers } from './handlers/sessions.ts'
import { sshKeyHandlers } from './handlers/ssh-keys.ts'
import { webhookHandlers } from './handlers/webhooks.ts'
import type { World } from './world/world.ts'

export interface MockCall<E extends Endpoint> {
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  world: World
}

/** One answer for each operation of a group; a missing one, or one of another shape, does not compile. */
export type MockGroup<G extends keyof Endpoints> = {
  [O in keyof Endpoints[G]]: Endpoints[G][O] extends Endpoint
    ? (call: MockCall<Endpoints[G][O]>) => ResponseOf<Endpoints[G][O]>
    : never
}

/** The whole surface. A new operation of the contract is answered in its group's file under `handlers/`. */
export const mockHandlers: { [G in keyof Endpoints]: MockGroup<G> } = {
  auth: authHandlers,
  catalog: catalogHandlers,
  rentals: rentalHandlers,
  sshKeys: sshKeyHandlers,
  apiKeys: apiKeyHandlers,
  sessions: sessionHandlers,
  billing: billingHandlers,
  payments: paymentHandlers,
  notices: noticeHandlers,
  webhooks: webhookHandlers,
  reports: reportHandlers,
  operator: operatorHandlers,
  operatorBilling: operatorBillingHandlers,
  operatorPeople: operatorPeopleHandlers,
}
