import { sqlMigration } from './sql-migration.ts'

const security = 'SECURITY DEFINER SET search_path = public, pg_temp'

/** A code that was told to the wrong people can be taken back, with who did it, when and why. */
export const switchOffPromotions = sqlMigration('SwitchOffPromotions1730000000730', [
  `ALTER TABLE promotions
    ADD COLUMN switched_off_at timestamptz,
    ADD COLUMN switched_off_by text,
    ADD COLUMN switched_off_reason text,
    ADD CONSTRAINT promotions_switched_off_by_fkey FOREIGN KEY (switched_off_by) REFERENCES users(id),
    ADD CONSTRAINT promotions_switched_check
      CHECK (num_nulls(switched_off_at, switched_off_by, switched_off_reason) IN (0, 3))`,

  // The first time counts. False where there is no such code. It waits for who is redeeming it, and they for it.
  `CREATE FUNCTION billing_switch_off_promotion(wanted_code text, operator text, reason text) RETURNS boolean
   LANGUAGE plpgsql ${security} AS $$
  BEGIN
    UPDATE promotions SET switched_off_at = billing_now(), switched_off_by = operator, switched_off_reason = reason
      WHERE code = wanted_code AND switched_off_at IS NULL;
    RETURN EXISTS (SELECT FROM promotions WHERE code = wanted_code);
  END $$`,

  // As before, and not once it is switched off. Who redeemed it before is answered that, whatever became of the code.
  `CREATE OR REPLACE FUNCTION billing_redeem(wallet text, wanted_code text) RETURNS billing_posted LANGUAGE plpgsql ${security} AS $$
  DECLARE
    w wallets := billing_lock_wallet(wallet);
    offered promotions;
    earlier promotion_redemptions;
    posted billing_posted;
  BEGIN
    SELECT * INTO earlier FROM promotion_redemptions WHERE code = wanted_code AND user_id = w.user_id;
    IF FOUND THEN
      RETURN ROW(earlier.transaction_id, w.available, w.receivable, false)::billing_posted;
    END IF;
    SELECT * INTO offered FROM promotions WHERE code = wanted_code FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'There is no code %', wanted_code USING ERRCODE = 'BE020', HINT = 'Look for a typing error.';
    END IF;
    IF offered.switched_off_at IS NOT NULL THEN
      RAISE EXCEPTION 'The code % can not be redeemed any more', wanted_code USING ERRCODE = 'BE020';
    END IF;
    IF offered.expires_at <= billing_now() THEN
      RAISE EXCEPTION 'The code % has expired', wanted_code USING ERRCODE = 'BE020';
    END IF;
    IF offered.redemptions >= offered.max_redemptions THEN
      RAISE EXCEPTION 'The code % has been used up', wanted_code USING ERRCODE = 'BE020';
    END IF;
    posted := billing_post(wallet, 'promotion', offered.amount, 'promotion/' || wanted_code || '/' || w.user_id, '',
      wanted_code, offered.note, NULL);
    INSERT INTO promotion_redemptions VALUES (wanted_code, w.user_id, posted.transaction_id, billing_now());
    UPDATE promotions SET redemptions = redemptions + 1 WHERE code = wanted_code;
    RETURN posted;
  END $$`,
])
