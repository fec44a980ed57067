import { sqlMigration } from './sql-migration.ts'

/** Every account of the ledger as of an instant; together they are zero. */
export const readBooksAt = sqlMigration('ReadBooksAt1730000000420', [
  `CREATE FUNCTION ledger_trial_balance(at timestamptz, OUT account text, OUT micros numeric, OUT entries bigint)
   RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.account, sum(e.amount), count(*) FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id
    WHERE t.posted_at <= at GROUP BY e.account ORDER BY e.account
  $$`,
])
