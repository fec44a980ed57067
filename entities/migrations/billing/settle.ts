/**
 * The settlement of one wallet at one instant. All of it is arithmetic on whole seconds in parallel arrays, one element for
 * each running meter; only the last step writes.
 *
 * A meter is in scope when it is the caller's own, or late, or short of money. Those in scope are charged up to now and
 * refilled. One whose pod was ordered to end for want of money is left as it is until its own workflow asks again. When the money does not reach, every meter of the wallet is levelled: all are funded up to the same instant, but
 * none below what its own workflow was promised, which is its next look plus the time to end its pod.
 */
export const settle = [
  `CREATE TYPE billing_meters AS (
    ids text[], rentals text[], prices bigint[], starts bigint[], teardowns integer[],
    terms integer[], budgets integer[], caps integer[], elapsed integer[], charged integer[], funded integer[],
    promised integer[], in_scope boolean[], ending boolean[],
    used integer[], want integer[], target integer[])`,

  `CREATE FUNCTION billing_read_meters(wallet text, now_ms bigint, own text, own_end integer)
   RETURNS billing_meters LANGUAGE sql STABLE AS $$
    SELECT array_agg(id), array_agg(rental_id), array_agg(price_micros_per_hour), array_agg(start),
      array_agg(teardown_seconds), array_agg(term), array_agg(budget), array_agg(least(term, budget)),
      array_agg(greatest((now_ms - start) / 1000, charged_seconds)::integer),
      array_agg(charged_seconds), array_agg(funded_seconds),
      array_agg(CASE WHEN (id = own) IS TRUE OR billing_ms(next_renewal_at) <= now_ms THEN 0
        ELSE ((billing_ms(next_renewal_at) - start) / 1000)::integer + 1 + teardown_seconds END),
      array_agg((id = own) IS TRUE OR state = 'depleting' OR (state <> 'exhausted' AND billing_ms(next_renewal_at) <= now_ms)),
      array_agg((id = own) IS NOT TRUE AND state = 'exhausted'),
      NULL::integer[], NULL::integer[], NULL::integer[]
    FROM (
      SELECT s.*, billing_ms(started_at) AS start, billing_budget_seconds(spend_limit_micros, price_micros_per_hour) AS budget,
        least(billing_term_seconds(started_at, ends_at, duration_seconds),
              CASE WHEN id = own THEN own_end END) AS term
      FROM rental_segments s WHERE wallet_id = wallet AND state <> 'closed' AND started_at IS NOT NULL ORDER BY id
    ) AS running
  $$`,

  // What each meter in scope has used by now and somebody can pay: its own hold first, then the wallet, up to one
  // instant for all where the wallet does not reach. Answers what is left of the wallet.
  `CREATE FUNCTION billing_capture(INOUT m billing_meters, INOUT money bigint) LANGUAGE plpgsql AS $$
  DECLARE
    paid integer[];
    beyond bigint := 0;
    level bigint;
  BEGIN
    m.used := m.charged;
    paid := m.charged;
    FOR i IN 1 .. cardinality(m.ids) LOOP
      IF m.in_scope[i] THEN
        m.used[i] := greatest(m.charged[i], least(m.elapsed[i], m.caps[i]));
        paid[i] := least(m.used[i], m.funded[i]);
        beyond := beyond + billing_cost(m.prices[i], m.used[i]) - billing_cost(m.prices[i], paid[i]);
      END IF;
    END LOOP;
    IF beyond > money THEN
      level := billing_level(m.starts, m.prices, paid, m.used, money);
      beyond := 0;
      FOR i IN 1 .. cardinality(m.ids) LOOP
        m.used[i] := least(greatest((level - m.starts[i]) / 1000, paid[i]), m.used[i]);
        beyond := beyond + billing_cost(m.prices[i], m.used[i]) - billing_cost(m.prices[i], paid[i]);
      END LOOP;
    END IF;
    money := money - beyond;
  END $$`,

  // How long the wallet lasts, holds included and running seconds deducted, at the burn of all its meters.
  `CREATE FUNCTION billing_outlook(m billing_meters, money bigint, closing text, OUT burn bigint, OUT runway integer)
   LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    pool bigint := money;
  BEGIN
    burn := 0;
    FOR i IN 1 .. coalesce(cardinality(m.ids), 0) LOOP
      pool := pool + greatest(0, billing_cost(m.prices[i], greatest(m.funded[i], m.used[i]))
        - billing_cost(m.prices[i], greatest(m.used[i], least(m.elapsed[i], m.caps[i]))));
      IF m.ids[i] IS DISTINCT FROM closing AND m.elapsed[i] < m.caps[i] THEN
        burn := burn + m.prices[i];
      END IF;
    END LOOP;
    runway := billing_runway(pool, burn);
  END $$`,

  // How far each meter shall be funded.
  `CREATE FUNCTION billing_refill(INOUT m billing_meters, money bigint, horizon integer) LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    refill bigint := 0;
    spare bigint := money;
    least_s integer[] := m.funded;
    most_s integer[] := m.funded;
    level bigint;
  BEGIN
    m.want := m.funded;
    m.target := m.funded;
    FOR i IN 1 .. cardinality(m.ids) LOOP
      CONTINUE WHEN m.ending[i];
      m.want[i] := greatest(m.used[i], least(m.caps[i], m.elapsed[i] + horizon + m.teardowns[i]));
      IF m.in_scope[i] THEN
        m.target[i] := greatest(m.want[i], least(m.funded[i], m.caps[i]));
        refill := refill + billing_cost(m.prices[i], m.target[i])
          - billing_cost(m.prices[i], greatest(m.funded[i], m.used[i]));
      END IF;
    END LOOP;
    IF refill <= money THEN
      RETURN;
    END IF;
    FOR i IN 1 .. cardinality(m.ids) LOOP
      CONTINUE WHEN m.ending[i];
      least_s[i] := greatest(m.used[i], least(m.funded[i], m.promised[i]));
      most_s[i] := greatest(least_s[i], m.want[i]);
      IF m.prices[i] = 0 THEN
        least_s[i] := most_s[i];
      END IF;
      spare := spare + billing_cost(m.prices[i], greatest(m.funded[i], m.used[i])) - billing_cost(m.prices[i], least_s[i]);
    END LOOP;
    level := billing_level(m.starts, m.prices, least_s, most_s, spare);
    FOR i IN 1 .. cardinality(m.ids) LOOP
      m.target[i] := least(greatest((level - m.starts[i]) / 1000, least_s[i]), most_s[i]);
    END LOOP;
  END $$`,

  `CREATE FUNCTION billing_state_of(m billing_meters, i integer, now_ms bigint) RETURNS text LANGUAGE sql IMMUTABLE
   RETURN CASE
     WHEN m.used[i] >= m.caps[i] THEN CASE WHEN m.terms[i] <= m.budgets[i] THEN 'term_reached' ELSE 'budget_reached' END
     WHEN m.target[i] >= m.want[i] THEN 'funded'
     WHEN now_ms >= m.starts[i] + (m.target[i] - m.teardowns[i]) * 1000::bigint THEN 'exhausted'
     ELSE 'depleting' END`,

  // When the workflow should look again: before the hold is down to the teardown allowance, spread by a jitter that is
  // stable for a rental; at the last safe moment where money is short.
  `CREATE FUNCTION billing_next_look(m billing_meters, i integer, now_ms bigint, horizon integer, state text)
   RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    lead bigint := greatest(6000, horizon * 100);
    jitter bigint := abs(hashtextextended(m.rentals[i], 0) % (horizon * 100));
    stop_by bigint := m.starts[i] + m.target[i] * 1000::bigint;
  BEGIN
    IF m.target[i] < m.caps[i] THEN
      stop_by := stop_by - m.teardowns[i] * 1000::bigint;
    END IF;
    RETURN CASE state
      WHEN 'funded' THEN greatest(now_ms, least(stop_by, now_ms + horizon * 1000 - lead - jitter))
      WHEN 'depleting' THEN stop_by
      ELSE now_ms END;
  END $$`,

  // One meter's part of the settlement: at most one ledger transaction, one window, one row.
  `CREATE FUNCTION billing_write_meter(INOUT w wallets, m billing_meters, i integer, now timestamptz, horizon integer, own text)
   LANGUAGE plpgsql AS $$
  DECLARE
    price bigint := m.prices[i];
    earned bigint := billing_cost(price, m.used[i]) - billing_cost(price, m.charged[i]);
    kept bigint := billing_cost(price, m.target[i]) - billing_cost(price, m.used[i]);
    to_hold bigint := kept - (billing_cost(price, m.funded[i]) - billing_cost(price, m.charged[i]));
    kind text := CASE WHEN earned > 0 THEN 'charge' WHEN to_hold > 0 THEN 'hold' ELSE 'release' END;
    state_now text := billing_state_of(m, i, billing_ms(now));
    appended record;
  BEGIN
    SELECT * INTO appended FROM ledger_append(w, kind,
      kind || '/' || m.ids[i] || '/' || CASE WHEN earned > 0 THEN m.charged[i] ELSE w.last_seq + 1 END,
      '', m.rentals[i], NULL, NULL, NULL, now, now,
      ARRAY['available', 'held', 'revenue'], ARRAY[-earned - to_hold, to_hold, earned]);
    w := appended.w;
    IF m.used[i] > m.charged[i] THEN
      INSERT INTO charge_windows VALUES (m.ids[i], 'usage', billing_instant(m.starts[i] + m.charged[i] * 1000::bigint),
        billing_instant(m.starts[i] + m.used[i] * 1000::bigint), m.used[i] - m.charged[i], earned, 0, appended.transaction_id);
    END IF;
    UPDATE rental_segments SET
      state = state_now, charged_seconds = m.used[i], funded_seconds = m.target[i],
      charged_until = billing_instant(m.starts[i] + m.used[i] * 1000::bigint),
      funded_until = billing_instant(m.starts[i] + m.target[i] * 1000::bigint),
      charged = billing_cost(price, m.used[i]), held = kept,
      next_renewal_at = CASE WHEN id = own
        THEN billing_instant(billing_next_look(m, i, billing_ms(now), horizon, state_now)) ELSE next_renewal_at END
    WHERE id = m.ids[i];
  END $$`,

  // The whole. With own_end the caller's own meter ends at that second (it is being closed).
  `CREATE FUNCTION billing_settle(INOUT w wallets, now timestamptz, own text, own_end integer, OUT burn bigint, OUT runway integer)
   LANGUAGE plpgsql AS $$
  DECLARE
    m billing_meters;
    money bigint := w.available;
    horizon integer;
    frees boolean;
    captured record;
    outlook record;
  BEGIN
    m := billing_read_meters(w.id, billing_ms(now), own, own_end);
    IF m.ids IS NULL THEN
      burn := 0;
      RETURN;
    END IF;
    SELECT * INTO captured FROM billing_capture(m, money);
    m := captured.m;
    money := captured.money;
    IF own_end IS NOT NULL THEN
      m.caps[array_position(m.ids, own)] := m.used[array_position(m.ids, own)];
    END IF;
    SELECT * INTO outlook FROM billing_outlook(m, money, CASE WHEN own_end IS NOT NULL THEN own END);
    burn := outlook.burn;
    runway := outlook.runway;
    horizon := billing_horizon(runway);
    m := billing_refill(m, money, horizon);
    -- Those that give money back come first, so that no balance on the way is below zero.
    FOREACH frees IN ARRAY ARRAY[true, false] LOOP
      FOR i IN 1 .. cardinality(m.ids) LOOP
        IF (m.in_scope[i] OR m.target[i] <> m.funded[i])
           AND frees = (billing_cost(m.prices[i], m.target[i]) < billing_cost(m.prices[i], m.funded[i])) THEN
          w := billing_write_meter(w, m, i, now, horizon, own);
        END IF;
      END LOOP;
    END LOOP;
  END $$`,
]
