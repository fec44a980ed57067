import { sqlMigration } from './sql-migration.ts'

const tables = [
  'ledger_transactions',
  'ledger_entries',
  'charge_windows',
  'rental_events',
  'launch_attempts',
  'launch_outcomes',
  'webhook_events',
  'webhook_effects',
]

/** What is written stays written, whoever asks: grants bind the application, triggers bind the owner too. */
export const protectAppendOnly = sqlMigration('ProtectAppendOnly1730000000007', [
  `CREATE FUNCTION refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
      USING ERRCODE = 'BE001', HINT = 'Insert a correction that names what it corrects.';
  END $$`,
  ...tables.map(
    (table) =>
      `CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite()`,
  ),
])
