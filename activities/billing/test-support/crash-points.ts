import type { DataSource } from 'typeorm'

const WORDS = 'the database failed here, on purpose'

/** Lets the database fail between any two writes of a transaction, and at its commit. */
export interface CrashPoints {
  /** From now on the n-th write fails, once; null: none. */
  at: (write: number | null) => Promise<void>
  /** Whether this error is such a failure: what it interrupted has left nothing, and may be repeated. */
  caused: (error: unknown) => boolean
}

/** Crashes here undo a transaction; none loses a commit, so the database may answer before the disk does, which is faster. */
export async function plantCrashPoints(owner: DataSource): Promise<CrashPoints> {
  const tables = ['wallets', 'ledger_transactions', 'ledger_entries', 'charge_windows', 'rental_segments']
  await owner.query(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$`,
  )
  for (const statement of [
    'CREATE SEQUENCE test_writes',
    'CREATE TABLE test_crash (write bigint)',
    'INSERT INTO test_crash VALUES (NULL)',
    `CREATE FUNCTION test_crash() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
    BEGIN
      IF nextval('test_writes') = (SELECT write FROM test_crash) THEN
        RAISE EXCEPTION '${WORDS}';
      END IF;
      RETURN NULL;
    END $$`,
    ...tables.map(
      (table) => `CREATE TRIGGER test_crash BEFORE INSERT OR UPDATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION test_crash()`,
    ),
    `CREATE CONSTRAINT TRIGGER test_crash_at_commit AFTER UPDATE ON wallets
     DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION test_crash()`,
  ]) {
    await owner.query(statement)
  }
  return {
    async at(write) {
      await owner.query(`UPDATE test_crash SET write = $1 WHERE setval('test_writes', 1, false) > 0`, [write])
    },
    caused: (error) => error instanceof Error && error.message.includes(WORDS),
  }
}
