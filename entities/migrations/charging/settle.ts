import { BLOCK_LEAD_SECONDS } from './terms.ts'

/** The farthest second anybody reckons with. */
const FAR = 900_000_000

/**
 * The settlement of one wallet for every strategy; as before, all of it is arithmetic on whole seconds in parallel arrays.
 * A strategy is told by two numbers: how far a meter must be covered (`want`) and what of that is charged at once. `hold`
 * covers a horizon and charges what is used; `tick` covers nothing ahead; a meter with a block (`block`, `term`) covers
 * whole blocks and charges them as they are bought.
 */
export const settle = [
  `CREATE OR REPLACE FUNCTION billing_read_meters(wallet text, now_ms bigint, own text, own_end integer)
   RETURNS billing_meters LANGUAGE sql STABLE AS $$
    SELECT array_agg(id), array_agg(rental_id), array_agg(price_micros_per_hour), array_agg(start),
      array_agg(teardown_seconds), array_agg(term), array_agg(budget), array_agg(least(term, budget)),
      -- A meter charged ahead is behind its charge as a rule; any other only where the clock stepped back.
      array_agg(CASE WHEN closing THEN own_end WHEN block_seconds > 0 OR minimum_seconds > 0
        THEN greatest((now_ms - start) / 1000, 0) ELSE greatest((now_ms - start) / 1000, charged_seconds) END::integer),
      array_agg(charged_seconds), array_agg(funded_seconds),
      array_agg(CASE WHEN (id = own) IS TRUE OR billing_ms(next_renewal_at) <= now_ms THEN 0
        ELSE ((billing_ms(next_renewal_at) - start) / 1000)::integer + 1 + teardown_seconds END),
      array_agg((id = own) IS TRUE OR state = 'depleting' OR (NOT ordered_to_end AND billing_ms(next_renewal_at) <= now_ms)),
      array_agg((id = own) IS NOT TRUE AND ordered_to_end),
      NULL::integer[], NULL::integer[], NULL::integer[],
      array_agg(strategy), array_agg(block_seconds), array_agg(CASE WHEN closing THEN 0 ELSE minimum_seconds END),
      array_agg(grace_seconds), NULL::integer[], now_ms, NULL::integer, NULL::integer, false
    FROM (
      SELECT s.*, billing_ms(started_at) AS start, billing_budget_seconds(spend_limit_micros, price_micros_per_hour) AS budget,
        least(billing_term_seconds(started_at, ends_at, duration_seconds),
              CASE WHEN id = own THEN own_end END) AS term,
        (id = own AND own_end IS NOT NULL) IS TRUE AS closing, state IN ('exhausted', 'day_limit_reached') AS ordered_to_end
      FROM rental_segments s WHERE wallet_id = wallet AND state <> 'closed' AND started_at IS NOT NULL ORDER BY id
    ) AS running
  $$`,

  // What each meter in scope has used by now, or owes by its minimum, and somebody can pay: its own hold first, then the
  // wallet, up to one instant for all where the wallet does not reach. Answers what is left of the wallet.
  `CREATE OR REPLACE FUNCTION billing_capture(INOUT m billing_meters, INOUT money bigint) LANGUAGE plpgsql AS $$
  DECLARE
    paid integer[];
    beyond bigint := 0;
    level bigint;
  BEGIN
    m.used := m.charged;
    paid := m.charged;
    FOR i IN 1 .. cardinality(m.ids) LOOP
      IF m.in_scope[i] THEN
        m.used[i] := greatest(m.charged[i], least(greatest(m.elapsed[i], m.minimums[i]), m.caps[i]));
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

  // How long the wallet lasts at the burn of its meters, holds included and running seconds deducted. Time paid ahead is
  // nobody else's: a meter whose whole term is paid burns nothing, and a block burns again when it ends.
  `CREATE OR REPLACE FUNCTION billing_outlook(m billing_meters, money bigint, closing text, OUT burn bigint, OUT runway integer)
   LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    pool bigint := money;
    starts bigint[] := '{}';
    prices bigint[] := '{}';
    least_s integer[] := '{}';
    running_s integer;
    covered_s integer;
    some_ahead boolean := false;
  BEGIN
    burn := 0;
    FOR i IN 1 .. coalesce(cardinality(m.ids), 0) LOOP
      covered_s := greatest(m.funded[i], m.used[i]);
      running_s := greatest(m.used[i], least(m.elapsed[i], m.caps[i]));
      IF m.blocks[i] > 0 THEN
        running_s := covered_s;
      ELSIF m.strategies[i] = 'tick' THEN
        pool := pool + billing_cost(m.prices[i], covered_s) - billing_cost(m.prices[i], running_s);
      ELSE
        pool := pool + greatest(0, billing_cost(m.prices[i], covered_s) - billing_cost(m.prices[i], running_s));
      END IF;
      CONTINUE WHEN m.ids[i] IS NOT DISTINCT FROM closing OR m.elapsed[i] >= m.caps[i];
      CONTINUE WHEN m.blocks[i] > 0 AND covered_s >= m.caps[i];
      some_ahead := some_ahead OR m.blocks[i] > 0;
      burn := burn + m.prices[i];
      starts := starts || m.starts[i];
      prices := prices || m.prices[i];
      least_s := least_s || running_s;
    END LOOP;
    runway := billing_runway(pool, burn);
    IF some_ahead AND burn > 0 THEN
      runway := least(greatest((billing_level(starts, prices, least_s, array_fill(${FAR}, ARRAY[cardinality(starts)]),
        greatest(pool, 0)) - m.now_ms) / 1000, 0), ${FAR})::integer;
    END IF;
  END $$`,

  // How far each meter shall be funded, and how far that lets it run.
  `CREATE FUNCTION billing_refill(INOUT m billing_meters, INOUT money bigint, burn bigint) LANGUAGE plpgsql IMMUTABLE AS $$
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
      m.want[i] := greatest(m.used[i], CASE
        WHEN m.strategies[i] = 'tick' THEN 0
        WHEN m.blocks[i] > 0
          THEN billing_block_end(m.blocks[i], m.elapsed[i] + m.teardowns[i] + ${BLOCK_LEAD_SECONDS}, m.caps[i])
        ELSE least(m.caps[i], m.elapsed[i] + m.horizon + m.teardowns[i]) END);
      IF m.in_scope[i] THEN
        m.target[i] := CASE WHEN m.strategies[i] = 'tick' THEN m.used[i]
          ELSE greatest(m.want[i], least(m.funded[i], m.caps[i])) END;
        refill := refill + billing_cost(m.prices[i], m.target[i])
          - billing_cost(m.prices[i], greatest(m.funded[i], m.used[i]));
      END IF;
    END LOOP;
    IF refill > money THEN
      FOR i IN 1 .. cardinality(m.ids) LOOP
        CONTINUE WHEN m.ending[i];
        least_s[i] := CASE WHEN m.strategies[i] = 'tick' THEN m.used[i]
          ELSE greatest(m.used[i], least(m.funded[i], m.promised[i])) END;
        most_s[i] := greatest(least_s[i], m.want[i]);
        IF m.prices[i] = 0 THEN
          least_s[i] := most_s[i];
        END IF;
        spare := spare + billing_cost(m.prices[i], greatest(m.funded[i], m.used[i])) - billing_cost(m.prices[i], least_s[i]);
      END LOOP;
      level := billing_level(m.starts, m.prices, least_s, most_s, spare);
      refill := 0;
      FOR i IN 1 .. cardinality(m.ids) LOOP
        m.target[i] := least(greatest((level - m.starts[i]) / 1000, least_s[i]), most_s[i]);
        refill := refill + billing_cost(m.prices[i], m.target[i])
          - billing_cost(m.prices[i], greatest(m.funded[i], m.used[i]));
      END LOOP;
    END IF;
    money := money - refill;
    m.reach := m.target;
    FOR i IN 1 .. cardinality(m.ids) LOOP
      IF m.blocks[i] > 0 THEN
        m.used[i] := m.target[i];
      ELSIF m.strategies[i] = 'tick' AND NOT m.ending[i] THEN
        m.reach[i] := greatest(m.used[i], least(m.caps[i], m.elapsed[i] + coalesce(billing_runway(money, burn), ${FAR})));
        m.want[i] := greatest(m.used[i], least(m.caps[i], m.elapsed[i] + m.horizon + m.teardowns[i]));
      END IF;
    END LOOP;
  END $$`,

  `CREATE OR REPLACE FUNCTION billing_state_of(m billing_meters, i integer, now_ms bigint) RETURNS text LANGUAGE sql IMMUTABLE
   RETURN CASE
     WHEN m.used[i] >= m.caps[i] AND m.elapsed[i] >= m.caps[i]
       THEN CASE WHEN m.terms[i] <= m.budgets[i] THEN 'term_reached' ELSE 'budget_reached' END
     WHEN m.reach[i] >= m.want[i] THEN 'funded'
     WHEN now_ms < m.starts[i] + (m.reach[i] - m.teardowns[i] + m.graces[i]) * 1000::bigint THEN 'depleting'
     WHEN m.day_limited THEN 'day_limit_reached'
     ELSE 'exhausted' END`,

  // When the workflow should look again: before what it was granted is down to the teardown allowance, spread by a jitter
  // that is stable for a rental; at the last safe moment where money is short. Time paid ahead lets it sleep long, so it
  // also looks where the wallet crosses a threshold of which its owner is told.
  `CREATE FUNCTION billing_next_look(m billing_meters, i integer, state text) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    lead bigint := greatest(6000, m.horizon * 100);
    spread bigint := abs(hashtextextended(m.rentals[i], 0));
    reached bigint := m.starts[i] + m.reach[i] * 1000::bigint;
    stop_by bigint := reached;
    look bigint;
    threshold integer;
  BEGIN
    IF m.reach[i] < m.caps[i] THEN
      stop_by := reached - m.teardowns[i] * 1000::bigint + m.graces[i] * 1000::bigint;
    END IF;
    IF state NOT IN ('funded', 'depleting') THEN
      RETURN m.now_ms;
    END IF;
    IF m.blocks[i] = 0 THEN
      RETURN CASE state WHEN 'depleting' THEN stop_by
        ELSE greatest(m.now_ms, least(stop_by, m.now_ms + m.horizon * 1000 - lead - spread % (m.horizon * 100))) END;
    END IF;
    look := CASE WHEN state = 'depleting' OR m.reach[i] >= m.caps[i] THEN stop_by
      ELSE reached - (m.teardowns[i] + ${BLOCK_LEAD_SECONDS - 1}) * 1000::bigint + spread % 4000 END;
    SELECT max(t) INTO threshold FROM unnest(ARRAY[120, 600, 3600, 86400]) AS t WHERE t <= m.runway;
    RETURN greatest(m.now_ms, least(look, m.now_ms + (m.runway - threshold + 1) * 1000::bigint));
  END $$`,

  // One meter's part of the settlement: at most one ledger transaction, one window, one row.
  `CREATE FUNCTION billing_write_meter(INOUT w wallets, m billing_meters, i integer, now timestamptz, own text)
   LANGUAGE plpgsql AS $$
  DECLARE
    price bigint := m.prices[i];
    earned bigint := billing_cost(price, m.used[i]) - billing_cost(price, m.charged[i]);
    kept bigint := billing_cost(price, m.target[i]) - billing_cost(price, m.used[i]);
    to_hold bigint := kept - (billing_cost(price, m.funded[i]) - billing_cost(price, m.charged[i]));
    kind text := CASE WHEN earned > 0 THEN 'charge' WHEN to_hold > 0 THEN 'hold' ELSE 'release' END;
    state_now text := billing_state_of(m, i, m.now_ms);
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
      funded_until = billing_instant(m.starts[i] + m.reach[i] * 1000::bigint),
      charged = billing_cost(price, m.used[i]), held = kept,
      next_renewal_at = CASE WHEN id = own
        THEN billing_instant(billing_next_look(m, i, state_now)) ELSE next_renewal_at END
    WHERE id = m.ids[i];
  END $$`,

  // The whole. With own_end the caller's own meter ends at that second (it is being closed). Where the wallet's limit of
  // the day leaves less than the wallet has, the limit is the wallet.
  `CREATE OR REPLACE FUNCTION billing_settle(INOUT w wallets, now timestamptz, own text, own_end integer, OUT burn bigint, OUT runway integer)
   LANGUAGE plpgsql AS $$
  DECLARE
    m billing_meters;
    money bigint := least(w.available, billing_allowance(w, now));
    out_of_reach bigint := w.available - money;
    frees boolean;
    captured record;
    refilled record;
    closing text := CASE WHEN own_end IS NOT NULL THEN own END;
    today integer;
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
    SELECT outlook.burn, outlook.runway INTO burn, runway FROM billing_outlook(m, money + out_of_reach, closing) AS outlook;
    IF out_of_reach > 0 THEN
      m.day_limited := true;
      today := (billing_outlook(m, money, closing)).runway;
      IF today < billing_until_midnight(now) THEN
        runway := least(runway, today);
      END IF;
    END IF;
    m.runway := runway;
    m.horizon := billing_horizon(runway);
    SELECT * INTO refilled FROM billing_refill(m, money, burn);
    m := refilled.m;
    -- Those that give money back come first, so that no balance on the way is below zero.
    FOREACH frees IN ARRAY ARRAY[true, false] LOOP
      FOR i IN 1 .. cardinality(m.ids) LOOP
        IF (m.in_scope[i] OR m.target[i] <> m.funded[i])
           AND frees = (billing_cost(m.prices[i], m.target[i]) < billing_cost(m.prices[i], m.funded[i])) THEN
          w := billing_write_meter(w, m, i, now, own);
        END IF;
      END LOOP;
    END LOOP;
  END $$`,

  `DROP FUNCTION billing_write_meter(wallets, billing_meters, integer, timestamptz, integer, text)`,
  `DROP FUNCTION billing_next_look(billing_meters, integer, bigint, integer, text)`,
  `DROP FUNCTION billing_refill(billing_meters, bigint, integer)`,
]
