import { ledgerQuery } from '@berth/contract/schemas/billing'
import { periodQuery } from '@berth/contract/schemas/reports'
import { piecesOf } from './handlers/reports.ts'
import { refuse } from './world/refuse.ts'
import type { World } from './world/world.ts'

type Cell = string | number | null
type Table = (world: World, query: unknown) => Cell[][]

const TABLES: Record<string, Table> = {
  '/v1/reports/usage.csv': (world, query) => [
    ['day_utc', 'rental_id', 'name', 'gpu', 'provider', 'seconds', 'usd'],
    ...piecesOf(world)
      .filter(({ day }) => isWithin(day, query))
      .map(({ day, rentalId, seconds, charged }) => {
        const view = world.state.rentals.find((rental) => rental.view.id === rentalId)?.view
        const pod = [view?.name ?? null, view?.gpu.key ?? null, view?.provider ?? null]
        return [day, rentalId, ...pod, seconds, usdOf(charged)]
      }),
  ],
  '/v1/reports/ledger.csv': (world, query) => {
    const { kind, rentalId } = ledgerQuery.parse(query)
    return [
      [
        'seq',
        'transaction_id',
        'kind',
        'occurred_at_utc',
        'rental_id',
        'usd_available',
        'usd_held',
        'sha256',
      ],
      ...world.state.ledger
        .filter((line) => isWithin(line.occurredAt.slice(0, 10), query))
        .filter((line) => (kind ?? line.kind) === line.kind && (rentalId ?? line.rentalId) === line.rentalId)
        .map(({ seq, id, occurredAt, availableChangeMicros, heldChangeMicros, hash, ...line }) => [
          seq,
          id,
          line.kind,
          occurredAt,
          line.rentalId,
          usdOf(availableChangeMicros),
          usdOf(heldChangeMicros),
          hash,
        ]),
    ]
  },
}

/** The files of the API, written from the ledger in memory; null where the address is none of theirs. */
export function openMockCsv(world: World, url: URL): Response | null {
  const table = TABLES[url.pathname]
  if (!table) return null
  if (!world.state.signedIn) throw refuse('not_signed_in', 'Sign in to do this.')
  const query = Object.fromEntries(url.searchParams)
  const period = periodQuery.safeParse(query)
  if (!period.success) throw refuse('invalid_request', period.error.issues[0]?.message ?? 'Say which days.')
  const body = table(world, query)
    .map((cells) => `${cells.map(quoted).join(',')}\r\n`)
    .join('')
  return new Response(body, { headers: { 'content-type': 'text/csv; charset=utf-8' } })
}

function isWithin(day: string, query: unknown): boolean {
  const { from, to } = periodQuery.parse(query)
  return day >= from && day <= to
}

const quoted = (cell: Cell): string => `"${String(cell ?? '').replaceAll('"', '""')}"`
const usdOf = (micros: number): string => (micros / 1_000_000).toFixed(6)
