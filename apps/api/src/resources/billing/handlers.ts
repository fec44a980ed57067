import { endpoints } from '@berth/contract/endpoints'
import { toWire } from '@berth/contract/money'
import type { TopUp as TopUpView } from '@berth/contract/schemas/billing'
import { type TopUp, TopUpEntity } from '@berth/entities/top-up'
import type { DataSource } from 'typeorm'
import { implement } from '../../http/implement.ts'
import { problem } from '../../http/problem.ts'
import type { Orchestrator } from '../../temporal/orchestrator.ts'
import { readBalance } from './read-balance.ts'
import { readBalanceAt } from '../operator-billing/read-books-at.ts'
import { redeemPromotion } from './redeem-promotion.ts'
import { readLedger } from './read-ledger.ts'
import { readSpendLimits, setSpendLimits } from './spend-limits.ts'
import { startTopUp } from './start-top-up.ts'

export const createBillingRoutes = (deps: { dataSource: DataSource; orchestrator: Orchestrator }) =>
  implement(endpoints.billing)({
    balance: ({ user }) => readBalance(deps.dataSource, user.id),
    ledger: ({ user, query }) => readLedger(deps.dataSource, user.id, query),
    balanceAt: async ({ user, query }) => {
      const { walletId } = await readBalance(deps.dataSource, user.id)
      return readBalanceAt(deps.dataSource, { walletId, at: query.at })
    },
    redeem: ({ user, body }) => redeemPromotion(deps.dataSource, user.id, body.code),
    limits: ({ user }) => readSpendLimits(deps.dataSource, user.id),
    setLimits: ({ user, body }) => setSpendLimits(deps.dataSource, user.id, body),
    checkout: async ({ user, body, claim, request }) =>
      toView(await startTopUp(deps, { userId: user.id, ...body, claim, log: request.log })),
    topUp: async ({ user, params }) => {
      const topUp = await deps.dataSource
        .getRepository(TopUpEntity)
        .findOneBy({ id: params.id, userId: user.id })
      if (!topUp) throw problem('not_found', 'There is no such top-up among yours.')
      return toView(topUp)
    },
  })

const toView = (topUp: TopUp): TopUpView => ({
  id: topUp.id,
  amountMicros: toWire(topUp.amount),
  status: topUp.status,
  checkoutUrl: topUp.status === 'open' ? topUp.checkoutUrl : null,
  createdAt: topUp.createdAt.toISOString(),
})
