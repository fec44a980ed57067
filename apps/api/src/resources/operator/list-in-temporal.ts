import type { OperatorRentalsQuery } from '@berth/contract/schemas/operator'
import type { DataSource } from 'typeorm'
import { type TemporalUi, type WorkflowFilter, workflowListUrl } from '../../temporal/workflow-url.ts'

type Wanted = Pick<OperatorRentalsQuery, 'state' | 'phase' | 'health' | 'provider' | 'handle' | 'renter'>

/**
 * Where Temporal Web shows the same rentals. It knows people by their id and accounts by the name of their provider; null
 * where no Temporal Web is set up, and where nobody has that handle or nothing that name.
 */
export async function listInTemporal(
  { dataSource, temporalUi }: { dataSource: DataSource; temporalUi: TemporalUi | null },
  { state, phase, health, provider, handle, renter }: Wanted,
): Promise<string | null> {
  if (!temporalUi) return null
  const known = await Promise.all([
    among(dataSource, 'Provider', PROVIDER_NAMES, provider),
    among(dataSource, 'RentalUser', USER_IDS, handle),
  ])
  if (known.some((filter) => filter?.[1].length === 0)) return null
  const filters = [
    is('ExecutionStatus', state === 'all' ? undefined : 'Running'),
    is('RentalHealth', state === 'stuck' ? 'stuck' : undefined),
    is('RentalHealth', health),
    is('RentalPhase', phase),
    is('RentalUser', renter),
    ...known,
  ]
  return workflowListUrl(
    temporalUi,
    filters.filter((filter) => filter !== null),
  )
}

type Attribute = WorkflowFilter[0]

const is = (attribute: Attribute, value: string | undefined): WorkflowFilter | null =>
  value === undefined ? null : [attribute, [value]]

const PROVIDER_NAMES = `SELECT DISTINCT coalesce(display_name, provider) AS name FROM provider_accounts
  WHERE id = $1 OR provider = $1 ORDER BY name`
const USER_IDS = 'SELECT id AS name FROM users WHERE lower(handle) = lower($1) ORDER BY id'

/** What Temporal knows it by: everything that the query finds, which may be nothing. */
async function among(
  dataSource: DataSource,
  attribute: Attribute,
  sql: string,
  wanted: string | undefined,
): Promise<WorkflowFilter | null> {
  if (wanted === undefined) return null
  const rows = await dataSource.query<{ name: string }[]>(sql, [wanted])
  return [attribute, rows.map(({ name }) => name)]
}
