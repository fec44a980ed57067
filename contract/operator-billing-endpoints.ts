import { z } from 'zod'
import { endpoint, type Endpoint } from './endpoint.ts'
import { idOf } from './schemas/common.ts'
import {
  adjustmentSchema,
  atQuery,
  balanceAtSchema,
  chargingChoiceSchema,
  newAdjustmentSchema,
  newPromotionSchema,
  promotionSchema,
  promotionsSchema,
  trialBalanceSchema,
} from './schemas/operator-billing.ts'

const walletParams = z.object({ id: idOf('wallet') })

/** Money that operators move or look at; to everybody else none of it is there. */
export const operatorBillingEndpoints = {
  adjust: endpoint({
    method: 'POST',
    path: '/v1/operator/wallets/:id/adjustments',
    summary: 'Correct a wallet by hand, with a reason',
    auth: 'operator',
    idempotency: 'required',
    params: walletParams,
    body: newAdjustmentSchema,
    status: 201,
    response: adjustmentSchema,
    problems: ['adjustment_refused'],
  }),
  balanceAt: endpoint({
    method: 'GET',
    path: '/v1/operator/wallets/:id/balance',
    summary: 'What a wallet had at an instant',
    auth: 'operator',
    params: walletParams,
    query: atQuery,
    status: 200,
    response: balanceAtSchema,
    problems: [],
  }),
  setWalletCharging: endpoint({
    method: 'PUT',
    path: '/v1/operator/wallets/:id/charging',
    summary: 'Terms agreed with an account; for pods it rents from now on',
    auth: 'operator',
    params: walletParams,
    body: chargingChoiceSchema,
    status: 200,
    response: chargingChoiceSchema,
    problems: [],
  }),
  setProviderCharging: endpoint({
    method: 'PUT',
    path: '/v1/operator/providers/:account/charging',
    summary: 'Terms of everything sold from an upstream account; for pods rented from now on',
    auth: 'operator',
    params: z.object({ account: z.string().min(1).max(100) }),
    body: chargingChoiceSchema,
    status: 200,
    response: chargingChoiceSchema,
    problems: [],
  }),
  trialBalance: endpoint({
    method: 'GET',
    path: '/v1/operator/trial-balance',
    summary: 'Every account of the ledger at an instant; they sum to zero',
    auth: 'operator',
    query: atQuery,
    status: 200,
    response: trialBalanceSchema,
    problems: [],
  }),
  promotions: endpoint({
    method: 'GET',
    path: '/v1/operator/promotions',
    summary: 'Promotion codes, newest first',
    auth: 'operator',
    status: 200,
    response: promotionsSchema,
    problems: [],
  }),
  createPromotion: endpoint({
    method: 'POST',
    path: '/v1/operator/promotions',
    summary: 'Issue a promotion code',
    auth: 'operator',
    body: newPromotionSchema,
    status: 201,
    response: promotionSchema,
    problems: ['promotion_refused'],
  }),
} as const satisfies Record<string, Endpoint>
