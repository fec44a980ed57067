import { toWire } from '@berth/contract/money'
import type { Period, Usage, UsageGroup } from '@berth/contract/schemas/reports'
import type { DataSource } from 'typeorm'
import { instantsOf } from './period.ts'
import { USAGE_PIECES } from './usage-pieces.ts'

interface Row {
  key: string
  label: string
  seconds: string
  charged: string
  rentals: string
}

const GPU = `gpu_model || ' ' || gpu_memory || ' GB'`

const GROUPS: Record<UsageGroup, { key: string; label: string; order: string }> = {
  day: {
    key: `to_char(day AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
    label: `to_char(day AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
    order: '1',
  },
  pod: { key: 'rental_id', label: 'min(name)', order: 'sum(charged) DESC, 1' },
  gpu: { key: 'gpu_key', label: `min(${GPU})`, order: 'sum(charged) DESC, 1' },
  provider: {
    key: 'pieces.provider',
    label: 'coalesce(min(provider_accounts.display_name), pieces.provider)',
    order: 'sum(charged) DESC, 1',
  },
}

/** What one person used in whole days of UTC, summed up by one property. */
export async function readUsage(
  dataSource: DataSource,
  userId: string,
  { from, to, by }: Period & { by: UsageGroup },
): Promise<Usage> {
  const { key, label, order } = GROUPS[by]
  const rows = await dataSource.query<Row[]>(
    `WITH ${USAGE_PIECES}
     SELECT ${key} AS key, ${label} AS label, sum(seconds) AS seconds, sum(charged) AS charged,
       count(DISTINCT rental_id) AS rentals
     FROM pieces LEFT JOIN provider_accounts ON provider_accounts.id = pieces.account
     GROUP BY ${by === 'day' ? 'day' : key} ORDER BY ${order}`,
    [userId, ...instantsOf({ from, to })],
  )
  const sum = (field: 'seconds' | 'charged'): bigint =>
    rows.reduce((total, row) => total + BigInt(row[field]), 0n)
  return {
    from,
    to,
    by,
    rows: rows.map((row) => ({
      key: row.key,
      label: row.label,
      seconds: Number(row.seconds),
      chargedMicros: toWire(BigInt(row.charged)),
      rentals: Number(row.rentals),
    })),
    totalSeconds: Number(sum('seconds')),
    totalMicros: toWire(sum('charged')),
  }
}
