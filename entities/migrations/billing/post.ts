const security = 'SECURITY DEFINER SET search_path = public, pg_temp'

/** Money that comes from outside or goes back there, and what others cost us. */
export const post = [
  `CREATE TYPE billing_posted AS (transaction_id text, available bigint, receivable bigint, fresh boolean)`,

  // Amounts are positive, the kind says the direction. A credit first pays back what the wallet owes; a taking that finds
  // too little takes what there is, and the rest is owed. No balance ever goes below zero.
  `CREATE FUNCTION billing_post(wallet text, kind text, amount bigint, idempotency_key text, request_hash text, reference text,
     note text, occurred_at timestamptz)
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
    debt := CASE WHEN kind IN ('top_up', 'promotion', 'dispute_won') THEN least(w.receivable, amount)
                 WHEN kind IN ('refund', 'dispute_opened') THEN least(w.available, amount) - amount END;
    SELECT * INTO appended FROM ledger_append(w, kind, idempotency_key, request_hash, NULL, reference, NULL, note,
      coalesce(date_trunc('milliseconds', occurred_at), now), now,
      ARRAY['available', 'receivable', 'stripe_clearing', 'promotions', 'disputes'],
      CASE kind
        WHEN 'top_up' THEN ARRAY[amount - debt, debt, -amount, 0, 0]
        WHEN 'promotion' THEN ARRAY[amount - debt, debt, 0, -amount, 0]
        WHEN 'refund' THEN ARRAY[-amount - debt, debt, amount, 0, 0]
        WHEN 'dispute_opened' THEN ARRAY[-amount - debt, debt, 0, 0, amount]
        WHEN 'dispute_won' THEN ARRAY[amount - debt, debt, 0, 0, -amount]
        WHEN 'dispute_lost' THEN ARRAY[0, 0, amount, 0, -amount]
      END);
    w := appended.w;
    PERFORM billing_store_wallet(w);
    RETURN ROW(appended.transaction_id, w.available, w.receivable, true)::billing_posted;
  END $$`,

  // Kept in the rental's own chain: no hot platform row, and the margin of a rental is one sum.
  `CREATE FUNCTION billing_upstream_cost(rental text, amount bigint, idempotency_key text, request_hash text, reference text)
   RETURNS void LANGUAGE plpgsql ${security} AS $$
  DECLARE
    w wallets := billing_lock_wallet((billing_segment_of(rental)).wallet_id);
    now timestamptz := billing_now();
    earlier ledger_transactions := ledger_find(idempotency_key, request_hash);
  BEGIN
    IF earlier.id IS NULL THEN
      w := (ledger_append(w, 'upstream_cost', idempotency_key, request_hash, rental, reference, NULL, NULL, now, now,
        ARRAY['upstream_cost', 'upstream_payable'], ARRAY[-amount, amount])).w;
      PERFORM billing_store_wallet(w);
    END IF;
  END $$`,

  // What a launch at this price would set aside; reads without a lock, so the answer is a forecast.
  `CREATE FUNCTION billing_preview(wallet text, price bigint, teardown integer, OUT available bigint, OUT held bigint,
     OUT receivable bigint, OUT burn bigint, OUT runway integer, OUT first_hold bigint, OUT runway_with_it integer)
   LANGUAGE plpgsql STABLE ${security} AS $$
  DECLARE
    w wallets;
    m billing_meters;
    outlook record;
    pool bigint;
  BEGIN
    SELECT * INTO w FROM wallets WHERE id = wallet;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'there is no wallet %', wallet USING ERRCODE = 'BE004';
    END IF;
    m := billing_read_meters(w.id, billing_ms(billing_now()), NULL, NULL);
    m.used := m.charged;
    SELECT * INTO outlook FROM billing_outlook(m, w.available, NULL);
    available := w.available;
    held := w.held;
    receivable := w.receivable;
    burn := outlook.burn;
    runway := outlook.runway;
    pool := coalesce(outlook.runway::numeric * outlook.burn / 3600, w.available)::bigint;
    runway_with_it := billing_runway(pool, burn + price);
    first_hold := billing_cost(price, teardown + billing_horizon(runway_with_it));
    IF first_hold > w.available THEN
      first_hold := billing_cost(price, teardown + billing_horizon(0));
    END IF;
  END $$`,
]
