/** The farthest second anybody reckons with. */
const FAR = 900_000_000
const security = 'SECURITY DEFINER SET search_path = public, pg_temp'

/** The meter of a rental under the terms that were frozen on it at launch. */
export const meter = [
  // Of the horizon that this wallet would get with one more meter at this price.
  `CREATE FUNCTION billing_horizon_with(w wallets, m billing_meters, price bigint) RETURNS integer LANGUAGE plpgsql STABLE AS $$
  DECLARE
    outlook record;
  BEGIN
    SELECT * INTO outlook FROM billing_outlook(m, w.available, NULL);
    RETURN billing_horizon(billing_runway(
      coalesce(outlook.runway::numeric * outlook.burn / 3600, w.available)::bigint, outlook.burn + price));
  END $$`,

  // The terms of a rental, or of a wish, as the columns of a segment.
  `CREATE FUNCTION billing_read_terms(charging jsonb, INOUT s rental_segments) LANGUAGE plpgsql IMMUTABLE AS $$
  BEGIN
    s.strategy := coalesce(charging ->> 'strategy', 'hold');
    s.minimum_seconds := coalesce((charging ->> 'minimumSeconds')::integer, 0);
    s.grace_seconds := coalesce((charging ->> 'graceSeconds')::integer, 0);
    s.block_seconds := CASE s.strategy WHEN 'block' THEN (charging ->> 'blockSeconds')::integer WHEN 'term' THEN ${FAR} ELSE 0 END;
    s.early_stop := CASE s.strategy WHEN 'term' THEN charging -> 'earlyStop' WHEN 'block' THEN jsonb_build_array(
      jsonb_build_object('fromSeconds', 0, 'refundPercent', CASE charging ->> 'unused' WHEN 'pro_rata' THEN 100 ELSE 0 END)) END;
  END $$`,

  // What a meter must have set aside to start, in seconds; where the wallet is short, the shortest stretch worth selling.
  `CREATE FUNCTION billing_opening_seconds(s rental_segments, at timestamptz, price bigint, teardown integer, horizon integer,
     money bigint) RETURNS integer LANGUAGE plpgsql STABLE AS $$
  DECLARE
    cap integer := least(billing_budget_seconds(s.spend_limit_micros, price), billing_term_seconds(at, s.ends_at, s.duration_seconds));
    seconds integer;
  BEGIN
    IF s.strategy = 'term' AND cap = ${FAR} THEN
      RAISE EXCEPTION 'a term is paid at its start, so it needs a length or a budget'
        USING ERRCODE = 'BE005', HINT = 'Choose how long to rent.';
    END IF;
    seconds := billing_first_seconds(s.block_seconds, s.minimum_seconds, cap, teardown, horizon);
    IF billing_cost(price, seconds) > money THEN
      seconds := billing_first_seconds(s.block_seconds, s.minimum_seconds, cap, teardown, least(horizon, billing_horizon(0)));
    END IF;
    RETURN seconds;
  END $$`,

  `CREATE OR REPLACE FUNCTION billing_settle_own(w wallets, s rental_segments, now timestamptz) RETURNS billing_settlement
   LANGUAGE plpgsql AS $$
  DECLARE
    settled record;
    warned record;
    at_end boolean;
  BEGIN
    SELECT * INTO settled FROM billing_settle(w, now, s.id, NULL);
    SELECT * INTO warned FROM billing_warn(settled.w, settled.runway);
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
      NULL, billing_oversleepers(s, now, settled.runway), NULL)::billing_settlement;
  END $$`,

  `CREATE OR REPLACE FUNCTION billing_reserve(rental text, segment text, price bigint, teardown integer, spend_limit bigint,
     duration integer, ends timestamptz)
   RETURNS billing_reservation LANGUAGE plpgsql ${security} AS $$
  DECLARE
    wanted rentals;
    w wallets;
    s rental_segments;
    now timestamptz;
    m billing_meters;
    required bigint;
    refusal text;
  BEGIN
    PERFORM billing_require_price(price, teardown);
    SELECT * INTO wanted FROM rentals WHERE id = rental;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'there is no rental %', rental USING ERRCODE = 'BE004';
    END IF;
    w := billing_lock_wallet(wanted.wallet_id);
    SELECT * INTO s FROM rental_segments WHERE rental_id = rental;
    IF FOUND THEN
      IF s.started_at IS NULL AND (s.price_micros_per_hour, s.teardown_seconds) <> (price, teardown) THEN
        RAISE EXCEPTION 'rental % is already reserved at another price', rental
          USING ERRCODE = 'BE010', HINT = 'The price may change when the meter starts.';
      END IF;
      RETURN ROW(NULL, s.held, s.held, w.available, w.receivable)::billing_reservation;
    END IF;

    now := billing_now();
    m := billing_read_meters(w.id, billing_ms(now), NULL, NULL);
    m.used := m.charged;
    s := billing_read_terms(wanted.charging, s);
    s.spend_limit_micros := spend_limit;
    s.duration_seconds := duration;
    s.ends_at := ends;
    s.funded_seconds := billing_opening_seconds(s, now, price, teardown, billing_horizon_with(w, m, price),
      least(w.available, billing_allowance(w, now)));
    required := billing_cost(price, s.funded_seconds);
    refusal := billing_refusal(w, rental, price, required, now);
    IF refusal IS NOT NULL THEN
      RETURN ROW(refusal, 0, required, CASE refusal WHEN 'day_limit' THEN billing_allowance(w, now) ELSE w.available END,
        w.receivable)::billing_reservation;
    END IF;
    INSERT INTO rental_segments (id, rental_id, wallet_id, strategy, state, price_micros_per_hour, teardown_seconds,
      spend_limit_micros, duration_seconds, ends_at, funded_seconds, held, block_seconds, minimum_seconds, grace_seconds, early_stop)
    VALUES (segment, rental, w.id, s.strategy, 'reserved', price, teardown, spend_limit, duration, ends, s.funded_seconds,
      required, s.block_seconds, s.minimum_seconds, s.grace_seconds, s.early_stop);
    w := (ledger_append(w, 'hold', 'reserve/' || rental, '', rental, NULL, NULL, NULL, now, now,
      ARRAY['available', 'held'], ARRAY[-required, required])).w;
    PERFORM billing_store_wallet(w);
    RETURN ROW(NULL, required, required, w.available, w.receivable)::billing_reservation;
  END $$`,

  // At another price than reserved the hold is made anew; where the wallet can or may not, the answer says what was
  // required, and the reservation stands.
  `CREATE OR REPLACE FUNCTION billing_start(rental text, price bigint, teardown integer)
   RETURNS billing_settlement LANGUAGE plpgsql ${security} AS $$
  DECLARE
    s rental_segments := billing_segment_of(rental);
    w wallets := billing_lock_wallet(s.wallet_id);
    solvent wallets;
    now timestamptz := billing_now();
    seconds integer;
    required bigint;
    refusal text;
    answer billing_settlement;
  BEGIN
    PERFORM billing_require_price(price, coalesce(teardown, 0));
    s := billing_segment_of(rental);
    IF s.state <> 'reserved' THEN
      RETURN billing_settle_own(w, s, now);
    END IF;
    teardown := coalesce(teardown, s.teardown_seconds);
    seconds := billing_opening_seconds(s, now, price, teardown, greatest(s.funded_seconds - s.teardown_seconds, 0),
      s.held + least(w.available, billing_allowance(w, now)));
    required := billing_cost(price, seconds);
    IF required > s.held OR price > s.price_micros_per_hour THEN
      -- What the wallet came to owe since the reservation is no reason to refuse a pod that is already there.
      solvent := w;
      solvent.receivable := 0;
      refusal := billing_refusal(solvent, rental, price, required - s.held, now);
    END IF;
    IF refusal IS NOT NULL THEN
      answer := billing_settle_own(w, s, now);
      answer.required := required - s.held;
      answer.refusal := refusal;
      RETURN answer;
    END IF;
    w := (ledger_append(w, CASE WHEN required > s.held THEN 'hold' ELSE 'release' END, 'reprice/' || s.id, '', rental,
      NULL, NULL, NULL, now, now, ARRAY['available', 'held'], ARRAY[s.held - required, required - s.held])).w;
    UPDATE rental_segments SET state = 'funded', price_micros_per_hour = price, held = required, funded_seconds = seconds,
      teardown_seconds = teardown, started_at = now, charged_until = now, next_renewal_at = now,
      funded_until = now + seconds * interval '1 second',
      ends_at = coalesce(ends_at, now + duration_seconds * interval '1 second')
    WHERE id = s.id;
    RETURN billing_settle_own(w, s, now);
  END $$`,

  // What a launch at this price and on these terms would set aside, and why the wallet would not; reads without a lock, so the
  // answer is a forecast.
  `CREATE FUNCTION billing_quote(wallet text, price bigint, teardown integer, charging jsonb, spend_limit bigint, duration integer,
     OUT available bigint, OUT held bigint, OUT receivable bigint, OUT burn bigint, OUT runway integer,
     OUT first_hold bigint, OUT runway_with_it integer, OUT refusal text, OUT burn_limit bigint, OUT allowance bigint)
   LANGUAGE plpgsql STABLE ${security} AS $$
  DECLARE
    w wallets;
    m billing_meters;
    s rental_segments;
    outlook record;
    now timestamptz := billing_now();
  BEGIN
    SELECT * INTO w FROM wallets WHERE id = wallet;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'there is no wallet %', wallet USING ERRCODE = 'BE004';
    END IF;
    m := billing_read_meters(w.id, billing_ms(now), NULL, NULL);
    m.used := m.charged;
    SELECT * INTO outlook FROM billing_outlook(m, w.available, NULL);
    available := w.available;
    held := w.held;
    receivable := w.receivable;
    burn := outlook.burn;
    runway := outlook.runway;
    burn_limit := w.burn_limit;
    allowance := billing_allowance(w, now);
    runway_with_it := billing_runway(
      coalesce(outlook.runway::numeric * outlook.burn / 3600, w.available)::bigint, outlook.burn + price);
    s := billing_read_terms(charging, s);
    s.spend_limit_micros := spend_limit;
    s.duration_seconds := duration;
    first_hold := billing_cost(price, billing_opening_seconds(s, now, price, teardown, billing_horizon(runway_with_it),
      least(w.available, allowance)));
    refusal := billing_refusal(w, NULL, price, first_hold, now);
  END $$`,

  `CREATE OR REPLACE FUNCTION billing_preview(wallet text, price bigint, teardown integer, OUT available bigint, OUT held bigint,
     OUT receivable bigint, OUT burn bigint, OUT runway integer, OUT first_hold bigint, OUT runway_with_it integer)
   LANGUAGE sql STABLE ${security} AS $$
    SELECT available, held, receivable, burn, runway, first_hold, runway_with_it
    FROM billing_quote(wallet, price, teardown, '{"strategy": "hold"}', NULL, NULL)
  $$`,
]
