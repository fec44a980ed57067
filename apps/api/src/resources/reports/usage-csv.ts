import type { Period } from '@berth/contract/schemas/reports'
import type { DataSource } from 'typeorm'
import { csvLine, usdCell } from './csv.ts'
import { instantsOf } from './period.ts'
import { USAGE_PIECES } from './usage-pieces.ts'

interface Row {
  day: string
  rental_id: string
  name: string
  gpu: string
  gpu_count: number
  provider: string
  region: string
  price: string
  seconds: string
  charged: string
}

const HEADER = [
  'day_utc',
  'rental_id',
  'name',
  'gpu',
  'gpu_count',
  'provider',
  'region',
  'usd_per_hour',
  'seconds',
  'usd',
]

/** One line for each pod and day, the finest grain of what `usage` sums up. */
export async function* usageCsv(
  dataSource: DataSource,
  { id }: { id: string },
  period: Period,
): AsyncGenerator<string> {
  yield csvLine(HEADER)
  const rows = await dataSource.query<Row[]>(LINES, [id, ...instantsOf(period)])
  for (const row of rows) {
    const { day, rental_id, name, gpu, gpu_count, provider, region, price, seconds, charged } = row
    const [usdPerHour, usd] = [usdCell(BigInt(price)), usdCell(BigInt(charged))]
    yield csvLine([day, rental_id, name, gpu, gpu_count, provider, region, usdPerHour, seconds, usd])
  }
}

const LINES = `
  WITH ${USAGE_PIECES}
  SELECT to_char(day AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, rental_id, name,
    gpu_model || ' ' || gpu_memory || ' GB' AS gpu, gpu_count, provider, region, price,
    sum(seconds) AS seconds, sum(charged) AS charged
  FROM pieces GROUP BY day, rental_id, name, gpu_model, gpu_memory, gpu_count, provider, region, price
  ORDER BY day, rental_id`
