import { endpoint, type Endpoint } from './endpoint.ts'
import { newSpendLimitsSchema, spendLimitsSchema } from './schemas/billing.ts'
import { atQuery, balanceAtSchema, redeemedSchema, redeemSchema } from './schemas/operator-billing.ts'

/** What a person does with the wallet beside paying into it. */
export const walletEndpoints = {
  balanceAt: endpoint({
    method: 'GET',
    path: '/v1/billing/balance-at',
    summary: 'What the wallet had at an instant',
    auth: 'session',
    query: atQuery,
    status: 200,
    response: balanceAtSchema,
    problems: [],
  }),
  redeem: endpoint({
    method: 'POST',
    path: '/v1/billing/promotions',
    summary: 'Redeem a promotion code; once each, however often it is sent',
    auth: 'session',
    apiKey: 'never',
    body: redeemSchema,
    status: 200,
    response: redeemedSchema,
    problems: ['promotion_refused'],
  }),
  limits: endpoint({
    method: 'GET',
    path: '/v1/billing/limits',
    summary: 'The spend limits of the wallet, and how near they are',
    auth: 'session',
    status: 200,
    response: spendLimitsSchema,
    problems: [],
  }),
  setLimits: endpoint({
    method: 'PUT',
    path: '/v1/billing/limits',
    summary: 'Set or lift the spend limits of the wallet',
    description:
      'The hourly limit is judged when a pod is rented. The daily limit also ends running pods in time, so that no day (UTC) is charged more.',
    auth: 'session',
    apiKey: 'never',
    body: newSpendLimitsSchema,
    status: 200,
    response: spendLimitsSchema,
    problems: [],
  }),
} as const satisfies Record<string, Endpoint>
