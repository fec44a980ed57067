import { sqlMigration } from './sql-migration.ts'

const security = 'SECURITY DEFINER SET search_path = public, pg_temp'

/** Money that moves outside any rental: promotion codes, an operator's corrections, debts that are given up. */
export const createPromotions = sqlMigration('CreatePromotions1730000000410', [
  `ALTER TABLE ledger_transactions
    DROP CONSTRAINT ledger_transactions_kind_check,
    ADD CONSTRAINT ledger_transactions_kind_check CHECK (kind IN ('top_up', 'promotion', 'refund', 'dispute_opened', 'dispute_won', 'dispute_lost', 'hold', 'charge', 'release', 'charge_reversal', 'overrun', 'upstream_cost', 'adjustment_credit', 'adjustment_debit', 'debt_write_off'))`,
  `ALTER TABLE ledger_entries
    DROP CONSTRAINT ledger_entries_account_check,
    ADD CONSTRAINT ledger_entries_account_check CHECK (account IN ('available', 'held', 'receivable', 'revenue', 'stripe_clearing', 'disputes', 'promotions', 'write_off', 'upstream_cost', 'upstream_payable', 'adjustments', 'bad_debts'))`,
  `CREATE TABLE promotions (
    code text NOT NULL,
    amount bigint NOT NULL,
    max_redemptions integer NOT NULL,
    redemptions integer NOT NULL DEFAULT 0,
    expires_at timestamptz,
    note text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT promotions_pkey PRIMARY KEY (code),
    CONSTRAINT promotions_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id),
    CONSTRAINT promotions_code_check CHECK (code ~ '^[A-Z0-9-]{4,40}$'),
    CONSTRAINT promotions_amount_check CHECK (amount > 0),
    CONSTRAINT promotions_redemptions_check CHECK (redemptions BETWEEN 0 AND max_redemptions AND max_redemptions > 0)
  )`,
  `CREATE TABLE promotion_redemptions (
    code text NOT NULL,
    user_id text NOT NULL,
    transaction_id text NOT NULL,
    redeemed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT promotion_redemptions_pkey PRIMARY KEY (code, user_id),
    CONSTRAINT promotion_redemptions_code_fkey FOREIGN KEY (code) REFERENCES promotions(code),
    CONSTRAINT promotion_redemptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id),
    CONSTRAINT promotion_redemptions_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES ledger_transactions(id)
  )`,
  `CREATE TRIGGER promotion_redemptions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON promotion_redemptions
   FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite()`,

  // As before, and an operator's corrections. A debt is only given up as far as it goes.
  `CREATE OR REPLACE FUNCTION billing_post(wallet text, kind text, amount bigint, idempotency_key text, request_hash text,
     reference text, note text, occurred_at timestamptz)
   RETURNS billing_posted LANGUAGE plpgsql ${security} AS $$
  DECLARE
    w wallets := billing_lock_wallet(wallet);
    now timestamptz := billing_now();
    earlier ledger_transactions := ledger_find(idempotency_key, request_hash);
    appended record;
    debt bigint;
  BEGIN
    IF amount <= 0 THEN
      RAISE EXCEPTION 'an amount to post is positive, got %', amount USING ERRCODE = 'BE005';
    END IF;
    IF earlier.id IS NOT NULL THEN
      RETURN ROW(earlier.id, w.available, w.receivable, false)::billing_posted;
    END IF;
    IF kind = 'debt_write_off' AND amount > w.receivable THEN
      RAISE EXCEPTION 'the wallet owes % micro-dollars, less than the % to give up', w.receivable, amount
        USING ERRCODE = 'BE005', HINT = 'Give up what it owes at most.';
    END IF;
    debt := CASE WHEN kind IN ('top_up', 'promotion', 'dispute_won', 'adjustment_credit') THEN least(w.receivable, amount)
                 WHEN kind IN ('refund', 'dispute_opened', 'adjustment_debit') THEN least(w.available, amount) - amount END;
    SELECT * INTO appended FROM ledger_append(w, kind, idempotency_key, request_hash, NULL, reference, NULL, note,
      coalesce(date_trunc('milliseconds', occurred_at), now), now,
      ARRAY['available', 'receivable', 'stripe_clearing', 'promotions', 'disputes', 'adjustments', 'bad_debts'],
      CASE kind
        WHEN 'top_up' THEN ARRAY[amount - debt, debt, -amount, 0, 0, 0, 0]
        WHEN 'promotion' THEN ARRAY[amount - debt, debt, 0, -amount, 0, 0, 0]
        WHEN 'refund' THEN ARRAY[-amount - debt, debt, amount, 0, 0, 0, 0]
        WHEN 'dispute_opened' THEN ARRAY[-amount - debt, debt, 0, 0, amount, 0, 0]
        WHEN 'dispute_won' THEN ARRAY[amount - debt, debt, 0, 0, -amount, 0, 0]
        WHEN 'dispute_lost' THEN ARRAY[0, 0, amount, 0, -amount, 0, 0]
        WHEN 'adjustment_credit' THEN ARRAY[amount - debt, debt, 0, 0, 0, -amount, 0]
        WHEN 'adjustment_debit' THEN ARRAY[-amount - debt, debt, 0, 0, 0, amount, 0]
        WHEN 'debt_write_off' THEN ARRAY[0, amount, 0, 0, 0, 0, -amount]
      END);
    w := appended.w;
    PERFORM billing_store_wallet(w);
    RETURN ROW(appended.transaction_id, w.available, w.receivable, true)::billing_posted;
  END $$`,

  // The wallet is locked first, like everywhere, then the code: of two people who redeem the last one at once, one gets it.
  `CREATE FUNCTION billing_redeem(wallet text, wanted_code text) RETURNS billing_posted LANGUAGE plpgsql ${security} AS $$
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

  // What a wallet had at an instant: the sums of what had been written by then.
  `CREATE FUNCTION billing_balance_at(wallet text, at timestamptz, OUT available bigint, OUT held bigint, OUT receivable bigint,
     OUT transactions bigint, OUT head_hash bytea)
   LANGUAGE sql STABLE ${security} AS $$
    SELECT coalesce(sum(amount) FILTER (WHERE account = 'available'), 0), coalesce(sum(amount) FILTER (WHERE account = 'held'), 0),
      -coalesce(sum(amount) FILTER (WHERE account = 'receivable'), 0), count(DISTINCT t.id),
      (SELECT hash FROM ledger_transactions WHERE wallet_id = wallet AND posted_at <= at ORDER BY seq DESC LIMIT 1)
    FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
    WHERE t.wallet_id = wallet AND t.posted_at <= at
  $$`,
])
