import type { ReconciledRental } from '@berth/contract/schemas/reconciliation'
import { type Request, type Response, Router } from 'express'
import type { DataSource } from 'typeorm'
import type { Authenticate } from '../../http/authenticate.ts'
import { noSuchRoute } from '../../http/handle-errors.ts'
import { csvLine, usdCell } from '../reports/csv.ts'
import { readReconciliation } from './read-reconciliation.ts'

const PAGE_SIZE = 200
const HEADER = [
  'rental',
  'name',
  'account',
  'ended_at',
  'charged_usd',
  'upstream_cost_usd',
  'margin_usd',
  'source',
  'estimate_usd',
  'difference_usd',
  'deviation',
  'unanswered_pods',
  'reconciled_at',
]

/** `GET /v1/operator/reconciliation.csv`: the rentals of the list, in its order. */
export function createReconciliationCsv({
  dataSource,
  authenticate,
}: {
  dataSource: DataSource
  authenticate: Authenticate
}): Router {
  return Router().get(
    '/v1/operator/reconciliation.csv',
    async (request: Request, response: Response): Promise<void> => {
      const user = await authenticate(request)
      if (!user?.isOperator) throw noSuchRoute(request)
      response.status(200).set({
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': 'attachment; filename="berth-reconciliation.csv"',
        'Cache-Control': 'no-store',
      })
      response.write(csvLine(HEADER))
      for await (const rental of allRentals(dataSource)) response.write(lineOf(rental))
      response.end()
    },
  )
}

async function* allRentals(dataSource: DataSource): AsyncIterable<ReconciledRental> {
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page = await readReconciliation(dataSource, { state: 'all', pageSize: PAGE_SIZE, cursor })
    yield* page.items
    cursor = page.nextCursor
  }
}

const lineOf = (rental: ReconciledRental): string =>
  csvLine([
    rental.rentalId,
    rental.name,
    rental.account,
    rental.endedAt,
    usdCell(BigInt(rental.chargedMicros)),
    usdCell(BigInt(rental.upstreamCostMicros)),
    usdCell(BigInt(rental.marginMicros)),
    rental.source,
    usdCell(BigInt(rental.estimateMicros)),
    rental.differenceMicros === null ? null : usdCell(BigInt(rental.differenceMicros)),
    rental.deviation,
    rental.unanswered,
    rental.reconciledAt,
  ])
