/**
 * The meter of a rental, from reservation to close: what the application may call. Each locks the wallet before it reads
 * anything that money depends on, the clock included.
 */
const security = 'SECURITY DEFINER SET search_path = public, pg_temp'

export const meter = [
  `CREATE TYPE billing_settlement AS (
    rental_id text, state text, now timestamptz, started_at timestamptz, funded_until timestamptz,
    next_renewal_at timestamptz, stop_by timestamptz, charged bigint, held bigint, available bigint,
    burn bigint, runway integer, warned_below integer, recovered boolean,
    required bigint, wake text[])`,

  `CREATE TYPE billing_reservation AS (
    refusal text, held bigint, required bigint, available bigint, receivable bigint)`,

  `CREATE TYPE billing_closing AS (
    charged bigint, released bigint, written_off bigint, written_off_seconds integer, billed_seconds integer,
    metered_from timestamptz, metered_to timestamptz)`,

  `CREATE FUNCTION billing_require_price(price bigint, teardown integer) RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
  BEGIN
    IF price NOT BETWEEN 0 AND 10000000000 OR teardown NOT BETWEEN 0 AND 86400 THEN
      RAISE EXCEPTION 'no meter runs at % micro-dollars an hour with % s of teardown', price, teardown
        USING ERRCODE = 'BE005', HINT = 'A price is 0 to $10,000 an hour, a teardown at most a day.';
    END IF;
  END $$`,

  `CREATE FUNCTION billing_segment_of(wanted text) RETURNS rental_segments LANGUAGE plpgsql STABLE AS $$
  DECLARE
    s rental_segments;
  BEGIN
    SELECT * INTO s FROM rental_segments WHERE rental_id = wanted;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'rental % has no meter', wanted USING ERRCODE = 'BE004', HINT = 'Reserve its funds first.';
    END IF;
    RETURN s;
  END $$`,

  // Thresholds are told once each on the way down, and once when the wallet has recovered from all of them.
  `CREATE FUNCTION billing_warn(INOUT w wallets, runway integer, OUT warned_below integer, OUT recovered boolean)
   LANGUAGE plpgsql AS $$
  DECLARE
    threshold integer := CASE WHEN runway < 120 THEN 120 WHEN runway < 600 THEN 600
      WHEN runway < 3600 THEN 3600 WHEN runway < 86400 THEN 86400 END;
  BEGIN
    recovered := false;
    IF runway IS NULL THEN
      RETURN;
    END IF;
    recovered := threshold IS NULL AND w.warned_below_seconds IS NOT NULL;
    IF threshold < coalesce(w.warned_below_seconds, threshold + 1) THEN
      warned_below := threshold;
    END IF;
    w.warned_below_seconds := threshold;
  END $$`,

  // Rentals of the wallet whose workflows sleep longer than the wallet now allows, because another pod has started or money
  // has gone: until they look again, their holds are out of reach of the rest.
  `CREATE FUNCTION billing_oversleepers(own rental_segments, now timestamptz, runway integer) RETURNS text[]
   LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(rental_id ORDER BY rental_id), '{}') FROM rental_segments
    WHERE wallet_id = own.wallet_id AND state = 'funded' AND id <> own.id
      AND next_renewal_at > now + billing_horizon(runway) * interval '1 second'
  $$`,

  // Settles, stores the wallet and tells where this rental stands. The caller holds the wallet's lock.
  `CREATE FUNCTION billing_settle_own(w wallets, s rental_segments, now timestamptz) RETURNS billing_settlement
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
    at_end := s.funded_seconds >= least(billing_budget_seconds(s.spend_limit_micros, s.price_micros_per_hour),
      billing_term_seconds(s.started_at, s.ends_at, s.duration_seconds));
    RETURN ROW(s.rental_id, CASE s.state WHEN 'reserved' THEN 'funded' ELSE s.state END, now, s.started_at,
      coalesce(s.funded_until, now), coalesce(s.next_renewal_at, now),
      CASE WHEN s.state = 'closed' OR s.funded_until IS NULL THEN now WHEN at_end THEN s.funded_until
        ELSE s.funded_until - s.teardown_seconds * interval '1 second' END,
      s.charged, s.held, w.available, settled.burn, settled.runway, warned.warned_below, warned.recovered,
      NULL, billing_oversleepers(s, now, settled.runway))::billing_settlement;
  END $$`,

  `CREATE FUNCTION billing_reserve(rental text, segment text, price bigint, teardown integer, spend_limit bigint,
     duration integer, ends timestamptz)
   RETURNS billing_reservation LANGUAGE plpgsql ${security} AS $$
  DECLARE
    w wallets;
    s rental_segments;
    now timestamptz;
    m billing_meters;
    outlook record;
    cap integer;
    seconds integer;
    required bigint;
  BEGIN
    PERFORM billing_require_price(price, teardown);
    IF NOT EXISTS (SELECT FROM rentals WHERE id = rental) THEN
      RAISE EXCEPTION 'there is no rental %', rental USING ERRCODE = 'BE004';
    END IF;
    w := billing_lock_wallet((SELECT wallet_id FROM rentals WHERE id = rental));
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
    SELECT * INTO outlook FROM billing_outlook(m, w.available, NULL);
    cap := least(billing_budget_seconds(spend_limit, price), billing_term_seconds(now, ends, duration));
    seconds := least(cap, teardown + billing_horizon(
      billing_runway(coalesce(outlook.runway::numeric * outlook.burn / 3600, w.available)::bigint, outlook.burn + price)));
    IF billing_cost(price, seconds) > w.available THEN
      seconds := least(cap, teardown + billing_horizon(0));
    END IF;
    required := billing_cost(price, seconds);
    IF w.receivable > 0 THEN
      RETURN ROW('wallet_in_debt', 0, required, w.available, w.receivable)::billing_reservation;
    END IF;
    IF required > w.available THEN
      RETURN ROW('insufficient_balance', 0, required, w.available, w.receivable)::billing_reservation;
    END IF;
    INSERT INTO rental_segments (id, rental_id, wallet_id, strategy, state, price_micros_per_hour, teardown_seconds,
      spend_limit_micros, duration_seconds, ends_at, funded_seconds, held)
    VALUES (segment, rental, w.id, 'hold', 'reserved', price, teardown, spend_limit, duration, ends, seconds, required);
    w := (ledger_append(w, 'hold', 'reserve/' || rental, '', rental, NULL, NULL, NULL, now, now,
      ARRAY['available', 'held'], ARRAY[-required, required])).w;
    PERFORM billing_store_wallet(w);
    RETURN ROW(NULL, required, required, w.available, w.receivable)::billing_reservation;
  END $$`,

  // At another price than reserved the hold is made anew; where the wallet can not, the answer says what was required, and
  // the reservation stands.
  `CREATE FUNCTION billing_start(rental text, price bigint, teardown integer)
   RETURNS billing_settlement LANGUAGE plpgsql ${security} AS $$
  DECLARE
    s rental_segments := billing_segment_of(rental);
    w wallets := billing_lock_wallet(s.wallet_id);
    now timestamptz := billing_now();
    seconds integer;
    required bigint;
    answer billing_settlement;
  BEGIN
    PERFORM billing_require_price(price, coalesce(teardown, 0));
    s := billing_segment_of(rental);
    IF s.state <> 'reserved' THEN
      RETURN billing_settle_own(w, s, now);
    END IF;
    seconds := least(greatest(s.funded_seconds - s.teardown_seconds, 0) + coalesce(teardown, s.teardown_seconds),
      billing_budget_seconds(s.spend_limit_micros, price), billing_term_seconds(now, s.ends_at, s.duration_seconds));
    required := billing_cost(price, seconds);
    IF required - s.held > w.available THEN
      seconds := least(seconds, billing_horizon(0) + coalesce(teardown, s.teardown_seconds));
      required := billing_cost(price, seconds);
    END IF;
    IF required - s.held > w.available THEN
      answer := billing_settle_own(w, s, now);
      answer.required := required - s.held;
      RETURN answer;
    END IF;
    w := (ledger_append(w, CASE WHEN required > s.held THEN 'hold' ELSE 'release' END, 'reprice/' || s.id, '', rental,
      NULL, NULL, NULL, now, now, ARRAY['available', 'held'], ARRAY[s.held - required, required - s.held])).w;
    UPDATE rental_segments SET state = 'funded', price_micros_per_hour = price, held = required, funded_seconds = seconds,
      teardown_seconds = coalesce(teardown, teardown_seconds), started_at = now, charged_until = now, next_renewal_at = now,
      funded_until = now + seconds * interval '1 second',
      ends_at = coalesce(ends_at, now + duration_seconds * interval '1 second')
    WHERE id = s.id;
    RETURN billing_settle_own(w, s, now);
  END $$`,

  `CREATE FUNCTION billing_renew(rental text) RETURNS billing_settlement LANGUAGE plpgsql ${security} AS $$
  DECLARE
    s rental_segments := billing_segment_of(rental);
    w wallets := billing_lock_wallet(s.wallet_id);
  BEGIN
    RETURN billing_settle_own(w, s, billing_now());
  END $$`,

  `CREATE FUNCTION billing_set_limits(rental text, set_end boolean, new_end timestamptz, set_limit boolean, new_limit bigint)
   RETURNS billing_settlement LANGUAGE plpgsql ${security} AS $$
  DECLARE
    s rental_segments := billing_segment_of(rental);
    w wallets := billing_lock_wallet(s.wallet_id);
  BEGIN
    UPDATE rental_segments SET
      ends_at = CASE WHEN set_end THEN new_end ELSE ends_at END,
      duration_seconds = CASE WHEN set_end THEN NULL ELSE duration_seconds END,
      spend_limit_micros = CASE WHEN set_limit THEN new_limit ELSE spend_limit_micros END
    WHERE id = s.id AND state <> 'closed';
    RETURN billing_settle_own(w, s, billing_now());
  END $$`,

  `CREATE FUNCTION billing_settle_wallet(wallet text) RETURNS void LANGUAGE plpgsql ${security} AS $$
  DECLARE
    w wallets := billing_lock_wallet(wallet);
  BEGIN
    w := (billing_settle(w, billing_now(), NULL, NULL)).w;
    PERFORM billing_store_wallet(w);
  END $$`,
]
