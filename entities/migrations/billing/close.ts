const security = 'SECURITY DEFINER SET search_path = public, pg_temp'

/** The end of a meter. */
export const close = [
  // The pod had ended before seconds already charged: each charge that reaches beyond the end is reversed for that part,
  // and names its original.
  `CREATE FUNCTION billing_return_seconds(INOUT w wallets, s rental_segments, end_seconds integer, now timestamptz)
   LANGUAGE plpgsql AS $$
  DECLARE
    ended timestamptz := s.started_at + end_seconds * interval '1 second';
    sold record;
    back bigint;
    seconds integer;
    appended record;
  BEGIN
    FOR sold IN SELECT *, (billing_ms(window_end) - billing_ms(s.started_at)) / 1000 AS upto FROM charge_windows
                WHERE segment_id = s.id AND kind = 'usage' AND window_end > ended ORDER BY window_start DESC LOOP
      seconds := least(sold.seconds, sold.upto - end_seconds);
      back := billing_cost(s.price_micros_per_hour, sold.upto)
        - billing_cost(s.price_micros_per_hour, sold.upto - seconds);
      SELECT * INTO appended FROM ledger_append(w, 'charge_reversal', 'reversal/' || s.id || '/' || sold.upto, '', s.rental_id,
        NULL, sold.transaction_id, 'the pod had ended before these seconds', ended, now,
        ARRAY['available', 'revenue'], ARRAY[back, -back]);
      w := appended.w;
      INSERT INTO charge_windows VALUES (s.id, 'returned', greatest(sold.window_start, ended), sold.window_end, -seconds, -back,
        0, appended.transaction_id);
    END LOOP;
  END $$`,

  // Seconds the pod lived on after what was paid: never silent, never the customer's.
  `CREATE FUNCTION billing_write_off(INOUT w wallets, s rental_segments, from_s integer, to_s integer, now timestamptz)
   LANGUAGE plpgsql AS $$
  DECLARE
    worth bigint := billing_cost(s.price_micros_per_hour, to_s) - billing_cost(s.price_micros_per_hour, from_s);
    appended record;
  BEGIN
    SELECT * INTO appended FROM ledger_append(w, 'overrun', 'overrun/' || s.id, '', s.rental_id, NULL, NULL,
      (to_s - from_s) || ' s after the funded end', now, now, ARRAY['revenue', 'write_off'], ARRAY[worth, -worth]);
    w := appended.w;
    INSERT INTO charge_windows VALUES (s.id, 'overrun', s.started_at + from_s * interval '1 second',
      s.started_at + to_s * interval '1 second', to_s - from_s, 0, worth, appended.transaction_id);
    UPDATE rental_segments SET written_off = worth, written_off_seconds = to_s - from_s WHERE id = s.id;
  END $$`,

  `CREATE FUNCTION billing_close_meter(INOUT w wallets, s rental_segments, now timestamptz, ended timestamptz)
   LANGUAGE plpgsql AS $$
  DECLARE
    end_s integer;
    paid integer;
  BEGIN
    -- A clock that stepped back ends nothing earlier than what it has already charged.
    now := greatest(now, s.charged_until);
    end_s := greatest((billing_ms(least(coalesce(ended, now), now)) - billing_ms(s.started_at)) / 1000, 0);
    w := (billing_settle(w, now, s.id, end_s)).w;
    SELECT * INTO s FROM rental_segments WHERE id = s.id;
    paid := least(s.charged_seconds, end_s);
    IF s.charged_seconds > end_s THEN
      w := billing_return_seconds(w, s, end_s, now);
    ELSIF s.charged_seconds < end_s THEN
      w := billing_write_off(w, s, s.charged_seconds, end_s, now);
    END IF;
    UPDATE rental_segments SET charged_seconds = paid, charged = billing_cost(price_micros_per_hour, paid),
      funded_seconds = paid, ended_at = started_at + paid * interval '1 second'
    WHERE id = s.id;
  END $$`,

  `CREATE FUNCTION billing_close(rental text, ended timestamptz) RETURNS billing_closing LANGUAGE plpgsql ${security} AS $$
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
        w := billing_close_meter(w, s, now, ended);
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
]
