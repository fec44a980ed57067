const security = 'SECURITY DEFINER SET search_path = public, pg_temp'

/** The settlement as before, written in sets and with a runway that is true; what is charged and held is the same to the micro-dollar. */
export const settle = [
  `DROP FUNCTION billing_settle(wallets, timestamptz, text, integer)`,
  `CREATE FUNCTION billing_settle(INOUT w wallets, now timestamptz, own text, own_end integer, OUT burn bigint,
     OUT horizon integer, OUT runway integer)
   LANGUAGE plpgsql AS $$
  DECLARE
    m billing_meters;
    money bigint := least(w.available, billing_allowance(w, now));
    out_of_reach bigint := w.available - money;
    closing text := CASE WHEN own_end IS NOT NULL THEN own END;
    captured record;
    outlook record;
    today integer;
    refilled record;
  BEGIN
    m := billing_read_meters(w.id, billing_ms(now), own, own_end);
    IF m.ids IS NULL THEN
      burn := 0;
      horizon := billing_horizon(NULL);
      RETURN;
    END IF;
    SELECT * INTO captured FROM billing_capture(m, money);
    m := captured.m;
    money := captured.money;
    IF own_end IS NOT NULL THEN
      m.caps[array_position(m.ids, own)] := m.used[array_position(m.ids, own)];
    END IF;
    outlook := billing_outlook(m, money + out_of_reach, closing);
    burn := outlook.burn;
    IF out_of_reach > 0 THEN
      m.day_limited := true;
      today := (billing_outlook(m, money, closing)).runway;
      IF today < billing_until_midnight(now) THEN
        outlook.runway := least(outlook.runway, today);
      END IF;
    END IF;
    horizon := billing_horizon(outlook.runway);
    m.horizon := horizon;
    SELECT * INTO refilled FROM billing_refill(m, money, burn);
    m := refilled.m;
    -- Told as it is once all is bought that is bought ahead: what one pod has paid is no other's any more.
    m.funded := m.target;
    runway := billing_runway_of(m, refilled.money, out_of_reach, closing);
    m := refilled.m;
    m.runway := runway;
    w := billing_write_meters(w, m, now, own);
  END $$`,
  `DROP FUNCTION billing_write_meter(wallets, billing_meters, integer, timestamptz, text)`,

  `DROP FUNCTION billing_oversleepers(rental_segments, timestamptz, integer)`,
  `CREATE FUNCTION billing_oversleepers(own rental_segments, now timestamptz, horizon integer) RETURNS text[]
   LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(rental_id ORDER BY rental_id), '{}') FROM rental_segments
    WHERE wallet_id = own.wallet_id AND state = 'funded' AND id <> own.id
      AND next_renewal_at > now + horizon * interval '1 second'
  $$`,

  `CREATE OR REPLACE FUNCTION billing_settle_own(w wallets, s rental_segments, now timestamptz) RETURNS billing_settlement
   LANGUAGE plpgsql AS $$
  DECLARE
    settled record;
    warned record;
    at_end boolean;
  BEGIN
    SELECT * INTO settled FROM billing_settle(w, now, s.id, NULL);
    SELECT * INTO warned FROM billing_warn(settled.w, settled.burn, settled.runway);
    w := warned.w;
    PERFORM billing_store_wallet(w);
    SELECT * INTO s FROM rental_segments WHERE id = s.id;
    at_end := (billing_ms(s.funded_until) - billing_ms(s.started_at)) / 1000 >= least(
      billing_budget_seconds(s.spend_limit_micros, s.price_micros_per_hour),
      billing_term_seconds(s.started_at, s.ends_at, s.duration_seconds));
    RETURN ROW(s.rental_id, CASE s.state WHEN 'reserved' THEN 'funded' ELSE s.state END, now, s.started_at,
      coalesce(s.funded_until, now), coalesce(s.next_renewal_at, now),
      CASE WHEN s.state = 'closed' OR s.funded_until IS NULL THEN now WHEN at_end THEN s.funded_until
        ELSE s.funded_until + (s.grace_seconds - s.teardown_seconds) * interval '1 second' END,
      s.charged, s.held, w.available, settled.burn, settled.runway, warned.warned_below, warned.recovered,
      NULL, billing_oversleepers(s, now, settled.horizon), NULL)::billing_settlement;
  END $$`,

  // The sweeper's settlement warns like any other: whoever looks first after a threshold was passed tells it.
  `CREATE OR REPLACE FUNCTION billing_settle_wallet(wallet text) RETURNS void LANGUAGE plpgsql ${security} AS $$
  DECLARE
    w wallets := billing_lock_wallet(wallet);
    settled record;
  BEGIN
    SELECT * INTO settled FROM billing_settle(w, billing_now(), NULL, NULL);
    PERFORM billing_store_wallet((billing_warn(settled.w, settled.burn, settled.runway)).w);
  END $$`,
]
