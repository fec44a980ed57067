import { toWire } from '@berth/contract/money'
import type { FoundPerson } from '@berth/contract/schemas/operator-people'
import type { DataSource } from 'typeorm'

/** bigint columns arrive as decimal strings. */
interface Row {
  id: string
  handle: string
  display_name: string
  email: string | null
  is_operator: boolean
  created_at: Date
  wallet_id: string
  total: string
  receivable: string
  live_pods: number
}

const MOST = 20

/** People by a part of what they are called, or by an id. An exact match first, then who owes most, then the newest. */
export async function findPeople(
  dataSource: DataSource,
  wanted: string | undefined,
): Promise<{ items: FoundPerson[]; more: boolean }> {
  const rows = await dataSource.query<Row[]>(FOUND, [wanted ?? null, MOST + 1])
  return { items: rows.slice(0, MOST).map(toPerson), more: rows.length > MOST }
}

/** `strpos` takes the words as they stand: no letter of them is a pattern. */
const FOUND = `
  SELECT users.id, users.handle, users.display_name, users.email, users.is_operator, users.created_at,
    wallets.id AS wallet_id, wallets.available + wallets.held AS total, wallets.receivable,
    (SELECT count(*)::int FROM rentals WHERE user_id = users.id AND phase <> 'ended') AS live_pods
  FROM users JOIN wallets ON wallets.user_id = users.id
  WHERE $1::text IS NULL OR $1 IN (users.id, wallets.id)
    OR strpos(lower(concat_ws(E'\\n', users.handle, users.display_name, users.email)), lower($1)) > 0
  ORDER BY coalesce(lower($1) IN (lower(users.handle), lower(coalesce(users.email, ''))), false) DESC,
    wallets.receivable DESC, users.created_at DESC, users.id DESC
  LIMIT $2`

const toPerson = (row: Row): FoundPerson => ({
  id: row.id,
  handle: row.handle,
  displayName: row.display_name,
  email: row.email,
  isOperator: row.is_operator,
  createdAt: row.created_at.toISOString(),
  walletId: row.wallet_id,
  totalMicros: toWire(BigInt(row.total)),
  receivableMicros: toWire(BigInt(row.receivable)),
  livePods: row.live_pods,
})
