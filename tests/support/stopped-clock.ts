import pg from 'pg'
import type { TestDatabase } from './copy-template.ts'

/**
 * Lets a test say what time it is for billing. Only the owner of the schema can: the application, and so the
 * product, has no way to move the clock that charges.
 */
export async function stopClock(
  database: TestDatabase,
): Promise<{ moveTo(ms: number): Promise<void>; close(): Promise<void> }> {
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  await owner.query(`CREATE TABLE test_clock (instant timestamptz NOT NULL)`)
  await owner.query(`INSERT INTO test_clock VALUES (clock_timestamp())`)
  await owner.query(
    `CREATE OR REPLACE FUNCTION billing_now() RETURNS timestamptz LANGUAGE sql VOLATILE
     RETURN (SELECT date_trunc('milliseconds', instant) FROM test_clock)`,
  )
  return {
    // Why greatest: activities run side by side, and the one that read the time first may write it last.
    moveTo: async (ms) => {
      await owner.query(
        `UPDATE test_clock SET instant = greatest(instant, to_timestamp($1::float8 / 1000))`,
        [ms],
      )
    },
    close: () => owner.end(),
  }
}
