import type { DataSource } from 'typeorm'

/**
 * Checkouts that are undecided and old enough that their workflow should have said something: starting it again is
 * harmless where it runs. Past eight days a person has been asked to look.
 */
export async function findLostTopUps({
  dataSource,
}: {
  dataSource: DataSource
}): Promise<{ topUpIds: string[] }> {
  const rows = await dataSource.query<{ id: string }[]>(
    `SELECT id FROM top_ups
     WHERE status IN ('created', 'open') AND origin = 'checkout'
       AND created_at BETWEEN now() - interval '8 days' AND now() - interval '15 minutes'
     ORDER BY created_at LIMIT 200`,
  )
  return { topUpIds: rows.map(({ id }) => id) }
}
