import { endpoints } from '@berth/contract/endpoints'
import type { DataSource } from 'typeorm'
import { implement } from '../../http/implement.ts'
import type { Orchestrator } from '../../temporal/orchestrator.ts'
import type { TemporalUi } from '../../temporal/workflow-url.ts'
import type { Market } from '../catalog/market.ts'
import { actOnRental } from './act-on-rental.ts'
import { listProviders } from './list-providers.ts'
import { listOperatorRentals, readOperatorRental } from './list-rentals.ts'
import { readBooks } from './read-books.ts'
import { readReconciliation } from './read-reconciliation.ts'
import { reconcileNow } from './reconcile-now.ts'
import { switchAccount } from './switch-account.ts'

interface OperatorRoutesDeps {
  dataSource: DataSource
  orchestrator: Orchestrator
  market: Market
  temporalUi: TemporalUi | null
}

export const createOperatorRoutes = (deps: OperatorRoutesDeps) =>
  implement(endpoints.operator)({
    rentals: ({ query }) => listOperatorRentals(deps, query),
    retry: async ({ user, params, request }) => {
      const order = { kind: 'retry' } as const
      await actOnRental(deps, { operator: user, rentalId: params.id, order, log: request.log })
      return readOperatorRental(deps, params.id)
    },
    forceEnd: async ({ user, params, body, request }) => {
      const order = { kind: 'force_end', reason: body.reason } as const
      await actOnRental(deps, { operator: user, rentalId: params.id, order, log: request.log })
      return readOperatorRental(deps, params.id)
    },
    providers: () => listProviders(deps.dataSource),
    switchProvider: ({ user, params, body, request }) =>
      switchAccount(deps, { operator: user, account: params.account, to: body, log: request.log }),
    books: () => readBooks(deps.dataSource),
    reconciliation: ({ query }) => readReconciliation(deps.dataSource, query),
    reconcileNow: ({ user, request }) => reconcileNow(deps, { operator: user, log: request.log }),
  })
