import { type Request, type Response, Router } from 'express'
import type { Period } from '@berth/contract/schemas/reports'
import type { DataSource } from 'typeorm'
import { type Authenticate, requireUser, type SignedInUser } from '../../http/authenticate.ts'
import { ledgerCsv } from './ledger-csv.ts'
import { type LedgerFilter, ledgerFilterOf, periodOf } from './period.ts'
import { usageCsv } from './usage-csv.ts'

interface CsvRoutesDeps {
  dataSource: DataSource
  authenticate: Authenticate
}

type Lines = (
  dataSource: DataSource,
  user: SignedInUser,
  wanted: Period & LedgerFilter,
) => AsyncIterable<string>

const FILES: Record<string, Lines> = { usage: usageCsv, ledger: ledgerCsv }

/** `GET /v1/reports/usage.csv` and `ledger.csv`, `?from=…&to=…`, the ledger by `kind` and `rentalId` too: read page by page, so that years of it fit through. */
export function createCsvRoutes({ dataSource, authenticate }: CsvRoutesDeps): Router {
  const router = Router()
  for (const [name, lines] of Object.entries(FILES)) {
    router.get(`/v1/reports/${name}.csv`, async (request: Request, response: Response) => {
      const user = await requireUser(authenticate, request)
      const period = periodOf(request.query)
      const filter = ledgerFilterOf(request.query)
      response.status(200).set({
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="berth-${name}-${period.from}-${period.to}.csv"`,
        'Cache-Control': 'no-store',
      })
      for await (const line of lines(dataSource, user, { ...period, ...filter })) {
        if (response.destroyed) return
        if (!response.write(line)) await drained(response)
      }
      response.end()
    })
  }
  return router
}

/** Until the reader has caught up, or has gone. */
function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
}
