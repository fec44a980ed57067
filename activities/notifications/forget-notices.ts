import type { DataSource } from 'typeorm'

/** In one go, so that no lock is held for long; the rest is left to the next minute. */
const MOST_AT_ONCE = 1_000

/** Deletes notices that are older than 90 days, with their deliveries; answers how many went. */
export async function forgetNotices(dataSource: DataSource): Promise<number> {
  const [row] = await dataSource.query<{ forgotten: number }[]>('SELECT notices_forget($1) AS forgotten', [
    MOST_AT_ONCE,
  ])
  return row?.forgotten ?? 0
}
