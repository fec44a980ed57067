import { sqlMigration } from './sql-migration.ts'

const kinds = `'runway_low', 'runway_recovered', 'auto_top_up_paid', 'auto_top_up_failed', 'auto_top_up_paused', 'top_up_refunded', 'refund_failed', 'dispute_opened', 'dispute_won', 'dispute_lost', 'wallet_in_debt', 'debt_cleared', 'rental_running', 'rental_interrupted', 'rental_ended'`

/** People hear of money that was taken back: refunds and disputes, and the debt they may leave. */
export const tellOfReversals = sqlMigration('TellOfReversals1730000000560', [
  `ALTER TABLE notices
    DROP CONSTRAINT notices_kind_check,
    ADD CONSTRAINT notices_kind_check CHECK (kind IN (${kinds}, 'webhook_test'))`,
  `ALTER TABLE notice_preferences
    DROP CONSTRAINT notice_preferences_kind_check,
    ADD CONSTRAINT notice_preferences_kind_check CHECK (kind IN (${kinds}))`,

  // Whatever moved the money: who owes nothing and then something is told, and once more when it is all settled.
  `CREATE FUNCTION notice_of_debt() RETURNS trigger LANGUAGE plpgsql
   SECURITY DEFINER SET search_path = public, pg_temp AS $$
  BEGIN
    IF NEW.receivable > 0 THEN
      PERFORM notice_record(NEW.user_id, 'wallet_in_debt', 'wallet_in_debt/' || NEW.id || '/' || NEW.last_seq, NULL,
        jsonb_build_object('receivableMicros', NEW.receivable, 'availableMicros', NEW.available));
    ELSE
      PERFORM notice_record(NEW.user_id, 'debt_cleared', 'debt_cleared/' || NEW.id || '/' || NEW.last_seq, NULL,
        jsonb_build_object('clearedMicros', OLD.receivable, 'availableMicros', NEW.available));
    END IF;
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER wallets_debt_notice AFTER UPDATE ON wallets FOR EACH ROW
   WHEN ((NEW.receivable > 0) <> (OLD.receivable > 0)) EXECUTE FUNCTION notice_of_debt()`,
])
