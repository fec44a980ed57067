const security = 'SECURITY DEFINER SET search_path = public, pg_temp'

/** The end of a meter, by the terms it was rented on. */
export const close = [
  `CREATE FUNCTION billing_close_meter(INOUT w wallets, s rental_segments, now timestamptz, ended timestamptz, refund_unused boolean)
   LANGUAGE plpgsql AS $$
  DECLARE
    end_s integer;
    due_s integer;
    paid integer;
  BEGIN
    -- A clock that stepped back ends nothing earlier than what it has already charged for lived seconds.
    IF s.block_seconds = 0 AND s.minimum_seconds = 0 THEN
      now := greatest(now, s.charged_until);
    END IF;
    end_s := greatest((billing_ms(least(coalesce(ended, now), now)) - billing_ms(s.started_at)) / 1000, 0);
    due_s := billing_due_seconds(s, end_s, refund_unused);
    w := (billing_settle(w, now, s.id, due_s)).w;
    SELECT * INTO s FROM rental_segments WHERE id = s.id;
    paid := least(s.charged_seconds, due_s);
    IF s.charged_seconds > due_s THEN
      w := billing_return_seconds(w, s, due_s, now);
    END IF;
    IF paid < end_s THEN
      w := billing_write_off(w, s, paid, end_s, now);
    END IF;
    UPDATE rental_segments SET charged_seconds = paid, charged = billing_cost(price_micros_per_hour, paid),
      funded_seconds = paid, ended_at = started_at + least(paid, end_s) * interval '1 second'
    WHERE id = s.id;
  END $$`,

  `CREATE FUNCTION billing_close(rental text, ended timestamptz, refund_unused boolean) RETURNS billing_closing
   LANGUAGE plpgsql ${security} AS $$
  DECLARE
    s rental_segments := billing_segment_of(rental);
    w wallets := billing_lock_wallet(s.wallet_id);
    now timestamptz := billing_now();
    before rental_segments;
  BEGIN
    before := billing_segment_of(rental);
    s := before;
    IF s.state <> 'closed' THEN
      IF s.started_at IS NULL THEN
        w := (ledger_append(w, 'release', 'close/' || s.id, '', rental, NULL, NULL, NULL, now, now,
          ARRAY['available', 'held'], ARRAY[s.held, -s.held])).w;
      ELSE
        w := billing_close_meter(w, s, now, ended, refund_unused);
      END IF;
      UPDATE rental_segments SET state = 'closed', closed_at = now, held = 0, funded_seconds = charged_seconds,
        charged_until = ended_at, funded_until = ended_at,
        released = greatest(before.held + before.charged - charged, 0)
      WHERE id = s.id RETURNING * INTO s;
      PERFORM billing_store_wallet(w);
    END IF;
    RETURN ROW(s.charged, s.released, s.written_off, s.written_off_seconds, s.charged_seconds, s.started_at,
      s.ended_at)::billing_closing;
  END $$`,

  `DROP FUNCTION billing_close(text, timestamptz)`,
  `DROP FUNCTION billing_close_meter(wallets, rental_segments, timestamptz, timestamptz)`,
]
