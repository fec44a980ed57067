import type { DataSource } from 'typeorm'

/** The clock that charges; a dashboard ticks from it. */
export async function databaseNow(dataSource: DataSource): Promise<Date> {
  const rows = await dataSource.query<{ now: Date }[]>('SELECT clock_timestamp() AS now')
  const now = rows[0]?.now
  if (!now) throw new Error('the database did not tell its clock')
  return now
}
