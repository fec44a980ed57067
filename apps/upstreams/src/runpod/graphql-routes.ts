import express, { type Router } from 'express'
import { paysForCompute, type Pod } from './pod.ts'

const CLIENT_BALANCE_DOLLARS = 500

/**
 * The one thing v2 does not have: the account's balance. Answers exactly the query adapters send,
 * `myself { clientBalance currentSpendPerHr }`; anything else gets GraphQL's errors inside a 200, as RunPod does.
 */
export function createGraphqlRoutes({ registry }: { registry: ReadonlyMap<string, Pod> }): Router {
  const router = express.Router()
  router.post('/', (request, response) => {
    const query = (request.body as { query?: unknown } | undefined)?.query
    if (typeof query !== 'string' || !/myself\s*\{[^}]*clientBalance/.test(query)) {
      response.json({
        errors: [{ message: 'this emulator answers only myself { clientBalance currentSpendPerHr }' }],
      })
      return
    }
    const spend = [...registry.values()]
      .filter((pod) => paysForCompute(pod))
      .reduce((sum, { priceMicrosPerHour }) => sum + priceMicrosPerHour, 0n)
    const myself = { clientBalance: CLIENT_BALANCE_DOLLARS, currentSpendPerHr: Number(spend) / 1_000_000 }
    response.json({ data: { myself } })
  })
  return router
}
