/** The wallet also counts what it spent today (UTC), so that its limit of the day costs no look at the ledger. */
export const ledger = [
  `CREATE OR REPLACE FUNCTION billing_store_wallet(w wallets) RETURNS void LANGUAGE sql AS $$
    UPDATE wallets SET available = w.available, held = w.held, receivable = w.receivable, last_seq = w.last_seq,
      head_hash = w.head_hash, warned_below_seconds = w.warned_below_seconds,
      spent_on = w.spent_on, spent_that_day = w.spent_that_day
    WHERE id = w.id
  $$`,

  // What is given back counts against the day it comes back, never below nothing.
  `CREATE FUNCTION billing_count_spending(INOUT w wallets, kind text, accounts text[], amounts bigint[], at timestamptz)
   LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    today date := (at AT TIME ZONE 'UTC')::date;
  BEGIN
    IF kind NOT IN ('charge', 'charge_reversal') THEN
      RETURN;
    END IF;
    -- A clock that stepped back over midnight does not bring yesterday back.
    IF w.spent_on IS NULL OR w.spent_on < today THEN
      w.spent_on := today;
      w.spent_that_day := 0;
    END IF;
    w.spent_that_day := greatest(w.spent_that_day + amounts[array_position(accounts, 'revenue')], 0);
  END $$`,

  `CREATE OR REPLACE FUNCTION ledger_append(
     INOUT w wallets, kind text, idempotency_key text, request_hash text, rental_id text, reference text,
     reversal_of text, note text, occurred_at timestamptz, posted_at timestamptz,
     accounts text[], amounts bigint[], OUT transaction_id text)
   LANGUAGE plpgsql AS $$
  DECLARE
    entry ledger_entries;
    entries ledger_entries[] := '{}';
    fields text[];
    legs text[] := '{}';
    previous bytea := w.head_hash;
  BEGIN
    FOR i IN 1 .. cardinality(accounts) LOOP
      CONTINUE WHEN amounts[i] = 0;
      IF transaction_id IS NULL THEN
        transaction_id := billing_new_id('ltx', posted_at);
      END IF;
      entry := ROW(transaction_id, cardinality(entries), accounts[i], amounts[i], NULL);
      CASE accounts[i]
        WHEN 'available' THEN
          w.available := w.available + amounts[i];
          entry.balance_after := w.available;
        WHEN 'held' THEN
          w.held := w.held + amounts[i];
          entry.balance_after := w.held;
        WHEN 'receivable' THEN
          w.receivable := w.receivable - amounts[i];
          entry.balance_after := w.receivable;
        ELSE NULL;
      END CASE;
      entries := entries || entry;
      legs := legs || ARRAY[entry.position::text, entry.account, entry.amount::text, entry.balance_after::text];
    END LOOP;
    IF transaction_id IS NULL THEN
      RETURN;
    END IF;

    w := billing_count_spending(w, kind, accounts, amounts, posted_at);
    w.last_seq := w.last_seq + 1;
    fields := ARRAY[transaction_id, w.id, w.last_seq::text, kind, idempotency_key, request_hash, rental_id, reference,
      reversal_of, note, ledger_micros(occurred_at), ledger_micros(posted_at)] || legs;
    w.head_hash := sha256(previous || convert_to(array_to_json(fields)::text, 'UTF8'));
    INSERT INTO ledger_transactions VALUES (transaction_id, w.id, w.last_seq, kind, idempotency_key, request_hash,
      rental_id, reference, reversal_of, note, occurred_at, posted_at, previous, w.head_hash);
    INSERT INTO ledger_entries SELECT * FROM unnest(entries);
  END $$`,

  // Either limit is lifted by null. The meters of the wallet see it at their next settlement.
  `CREATE FUNCTION billing_set_wallet_limits(wallet text, new_burn_limit bigint, new_day_limit bigint) RETURNS void
   LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  BEGIN
    PERFORM billing_lock_wallet(wallet);
    UPDATE wallets SET burn_limit = new_burn_limit, day_limit = new_day_limit WHERE id = wallet;
  END $$`,

  `CREATE FUNCTION billing_set_wallet_charging(wallet text, terms jsonb) RETURNS void
   LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  BEGIN
    PERFORM billing_lock_wallet(wallet);
    UPDATE wallets SET charging = terms WHERE id = wallet;
  END $$`,
]
