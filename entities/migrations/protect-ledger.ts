import { sqlMigration } from './sql-migration.ts'

/**
 * What the database checks by itself: money enters a wallet through the ledger only, and a ledger transaction that does not
 * sum to zero can not commit. The check runs at commit, once for the transaction row (which catches one without
 * entries) and once for each entry (which catches one added later).
 */
export const protectLedger = sqlMigration('ProtectLedger1730000000008', [
  `CREATE FUNCTION refuse_wallet_born_with_money() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.available <> 0 OR NEW.held <> 0 OR NEW.receivable <> 0 OR NEW.last_seq <> 0
       OR NEW.head_hash <> decode(repeat('00', 32), 'hex') THEN
      RAISE EXCEPTION 'wallet % must open empty', NEW.id USING ERRCODE = 'BE002', HINT = 'Credit it through the ledger.';
    END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER wallets_open_empty BEFORE INSERT ON wallets
   FOR EACH ROW EXECUTE FUNCTION refuse_wallet_born_with_money()`,
  `CREATE FUNCTION check_transaction_balances() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE
    checked text;
    total numeric;
    legs integer;
  BEGIN
    IF TG_TABLE_NAME = 'ledger_entries' THEN
      checked := NEW.transaction_id;
    ELSE
      checked := NEW.id;
    END IF;
    SELECT sum(amount), count(*) INTO total, legs FROM ledger_entries WHERE transaction_id = checked;
    IF legs < 2 OR total <> 0 THEN
      RAISE EXCEPTION 'ledger transaction % does not balance: % entries, sum %', checked, legs, total
        USING ERRCODE = 'BE003';
    END IF;
    RETURN NULL;
  END $$`,
  `CREATE CONSTRAINT TRIGGER ledger_transactions_balance AFTER INSERT ON ledger_transactions
   DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_transaction_balances()`,
  `CREATE CONSTRAINT TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries
   DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_transaction_balances()`,
])
