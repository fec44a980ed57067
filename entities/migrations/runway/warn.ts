/** Of what is a wallet's owner told, and what a recovery is: docs/rfc/07-charging-strategies.md. */
export const warn = [
  `ALTER TABLE wallets ADD COLUMN warned_at_seq bigint NOT NULL DEFAULT 0`,

  `CREATE OR REPLACE FUNCTION billing_store_wallet(w wallets) RETURNS void LANGUAGE sql AS $$
    UPDATE wallets SET available = w.available, held = w.held, receivable = w.receivable, last_seq = w.last_seq,
      head_hash = w.head_hash, warned_below_seconds = w.warned_below_seconds, warned_at_seq = w.warned_at_seq,
      spent_on = w.spent_on, spent_that_day = w.spent_that_day
    WHERE id = w.id
  $$`,

  // Whether money has come in from outside since the warnings were last looked at.
  `CREATE FUNCTION billing_was_credited(w wallets) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM ledger_transactions WHERE wallet_id = w.id AND seq > w.warned_at_seq
      AND kind IN ('top_up', 'promotion', 'dispute_won', 'adjustment_credit'))
  $$`,

  // Each threshold is told once on the way down. One that was told is armed again when money came in and the runway stands
  // above it, or without money only when the runway stands well above it: a sibling that stops makes it rise a little, and
  // that is no news. The mark is the lowest threshold that is told and not armed again; without one the wallet has
  // recovered, which is told once. While nothing burns there is nothing to judge.
  `DROP FUNCTION billing_warn(wallets, integer)`,
  `CREATE FUNCTION billing_warn(INOUT w wallets, burn bigint, runway integer, OUT warned_below integer, OUT recovered boolean)
   LANGUAGE plpgsql AS $$
  DECLARE
    thresholds CONSTANT integer[] := ARRAY[120, 600, 3600, 86400];
    passed integer;
    mark integer;
    credited boolean;
  BEGIN
    recovered := false;
    IF burn = 0 THEN
      RETURN;
    END IF;
    SELECT min(t) INTO passed FROM unnest(thresholds) AS t WHERE runway < t;
    IF w.warned_below_seconds IS NOT NULL THEN
      credited := billing_was_credited(w);
      SELECT min(t) INTO mark FROM unnest(thresholds) AS t WHERE t >= w.warned_below_seconds
        AND runway < CASE WHEN credited THEN t ELSE greatest(2 * t, t + 600) END;
      recovered := mark IS NULL;
    END IF;
    IF passed < coalesce(mark, passed + 1) THEN
      warned_below := passed;
    END IF;
    w.warned_below_seconds := least(mark, passed);
    w.warned_at_seq := w.last_seq;
  END $$`,
]
