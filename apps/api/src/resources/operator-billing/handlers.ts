import { endpoints } from '@berth/contract/endpoints'
import type { DataSource } from 'typeorm'
import { implement } from '../../http/implement.ts'
import type { Market } from '../catalog/market.ts'
import { adjustWallet } from './adjust-wallet.ts'
import { createPromotion, listPromotions, switchOffPromotion } from './promotions.ts'
import { readBalanceAt, readTrialBalance } from './read-books-at.ts'
import { setProviderCharging, setWalletCharging } from './set-charging.ts'

export const createOperatorBillingRoutes = (deps: { dataSource: DataSource; market: Market }) =>
  implement(endpoints.operatorBilling)({
    adjust: ({ user, params, body, claim, request }) =>
      adjustWallet(deps.dataSource, {
        operator: user,
        walletId: params.id,
        wanted: body,
        key: claim.key,
        log: request.log,
      }),
    balanceAt: ({ params, query }) => readBalanceAt(deps.dataSource, { walletId: params.id, at: query.at }),
    setWalletCharging: ({ user, params, body, request }) =>
      setWalletCharging(deps.dataSource, { operator: user, walletId: params.id, log: request.log, ...body }),
    setProviderCharging: ({ user, params, body, request }) =>
      setProviderCharging(deps, { operator: user, account: params.account, log: request.log, ...body }),
    trialBalance: ({ query }) => readTrialBalance(deps.dataSource, query.at),
    promotions: () => listPromotions(deps.dataSource),
    createPromotion: ({ user, body, request }) =>
      createPromotion(deps.dataSource, { operator: user, wanted: body, log: request.log }),
    switchOffPromotion: ({ user, params, body, request }) =>
      switchOffPromotion(deps.dataSource, {
        operator: user,
        code: params.code,
        reason: body.reason,
        log: request.log,
      }),
  })
