import { sqlMigration } from './sql-migration.ts'

/**
 * Tells listeners what changed, from inside the transaction that changed it. A routine charge is not announced: every
 * NOTIFY takes one lock of the whole cluster at commit, and a dashboard computes the running cost from price and time.
 */
export const notifyChanges = sqlMigration('NotifyChanges1730000000009', [
  `CREATE FUNCTION notify_rental_event() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_notify('rental_event', json_build_object(
      'id', NEW.id::text, 'rentalId', NEW.rental_id, 'userId', NEW.user_id, 'kind', NEW.kind)::text);
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER rental_events_notify AFTER INSERT ON rental_events
   FOR EACH ROW EXECUTE FUNCTION notify_rental_event()`,
  `CREATE FUNCTION notify_wallet() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_notify('wallet', json_build_object('walletId', NEW.wallet_id, 'userId', wallets.user_id)::text)
      FROM wallets WHERE wallets.id = NEW.wallet_id;
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER ledger_transactions_notify AFTER INSERT ON ledger_transactions
   FOR EACH ROW WHEN (NEW.kind <> 'charge') EXECUTE FUNCTION notify_wallet()`,
])
