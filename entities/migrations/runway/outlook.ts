/** The farthest second anybody reckons with. */
const FAR = 900_000_000

/** How long a wallet really lasts. All of it is whole-number arithmetic on the meters; nothing here touches a table. */
export const outlook = [
  // What these meters cost together from now on until so many seconds ahead, each from its least to its most seconds.
  `CREATE FUNCTION billing_cost_ahead(elapsed integer[], prices bigint[], least_s integer[], most_s integer[], ahead integer)
   RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    cost bigint := 0;
  BEGIN
    FOR i IN 1 .. cardinality(elapsed) LOOP
      cost := cost + prices[i] * least(greatest(elapsed[i] + ahead, least_s[i]), most_s[i]) / 3600
        - prices[i] * least_s[i] / 3600;
    END LOOP;
    RETURN cost;
  END $$`,

  // The most seconds ahead that they can all run on this much money; null where all of them end before it does. Without
  // ends the answer is near the estimate, so it is looked for there first, by halving.
  `CREATE FUNCTION billing_seconds_ahead(elapsed integer[], prices bigint[], least_s integer[], most_s integer[], money bigint,
     burn bigint) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    -- Each meter's cost is cut off below a micro-dollar.
    slack integer := least(cardinality(prices) * 3600::bigint / greatest(burn, 1) + 1, ${FAR / 2});
    low integer := greatest(least(coalesce(billing_runway(money, burn), 0), ${FAR / 2}) - slack, 0);
    high integer := low + 2 * slack;
    middle integer;
  BEGIN
    IF billing_cost_ahead(elapsed, prices, least_s, most_s, ${FAR}) <= money THEN
      RETURN NULL;
    END IF;
    IF billing_cost_ahead(elapsed, prices, least_s, most_s, high) <= money THEN
      low := high;
      high := ${FAR};
    ELSIF billing_cost_ahead(elapsed, prices, least_s, most_s, low) > money THEN
      high := low;
      low := 0;
    END IF;
    -- It reaches to low, and does not reach to high.
    WHILE high - low > 1 LOOP
      middle := (low + high) / 2;
      IF billing_cost_ahead(elapsed, prices, least_s, most_s, middle) <= money THEN
        low := middle;
      ELSE
        high := middle;
      END IF;
    END LOOP;
    RETURN low;
  END $$`,

  // When the money of these meters really runs out: holds count as money, seconds that nobody has paid yet are owed, and a
  // meter costs nothing beyond its term or budget nor while it is paid ahead. Null where nothing costs anything any more
  // before the money is gone.
  `CREATE FUNCTION billing_time_left(m billing_meters, money bigint, closing text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    left_over bigint := money;
    burn bigint := 0;
    elapsed integer[] := '{}';
    prices bigint[] := '{}';
    least_s integer[] := '{}';
    most_s integer[] := '{}';
    covered_s integer;
    running_s integer;
  BEGIN
    FOR i IN 1 .. coalesce(cardinality(m.ids), 0) LOOP
      covered_s := greatest(m.funded[i], m.used[i]);
      running_s := greatest(least(m.elapsed[i], m.caps[i]), CASE WHEN m.blocks[i] > 0 THEN covered_s ELSE m.used[i] END);
      left_over := left_over + billing_cost(m.prices[i], covered_s) - billing_cost(m.prices[i], running_s);
      IF m.prices[i] > 0 AND running_s < m.caps[i] AND m.ids[i] IS DISTINCT FROM closing THEN
        burn := burn + m.prices[i];
        elapsed := elapsed || m.elapsed[i];
        prices := prices || m.prices[i];
        least_s := least_s || running_s;
        most_s := most_s || m.caps[i];
      END IF;
    END LOOP;
    RETURN CASE WHEN burn = 0 THEN NULL WHEN left_over < 0 THEN 0
      ELSE billing_seconds_ahead(elapsed, prices, least_s, most_s, left_over, burn) END;
  END $$`,

  // The same for a wallet of which a limit of the day keeps some out of reach until midnight (UTC).
  `CREATE FUNCTION billing_runway_of(m billing_meters, money bigint, out_of_reach bigint, closing text) RETURNS integer
   LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    runway integer := billing_time_left(m, money + out_of_reach, closing);
    today integer;
  BEGIN
    IF out_of_reach > 0 THEN
      today := billing_time_left(m, money, closing);
      IF today < billing_until_midnight(billing_instant(m.now_ms)) THEN
        runway := least(runway, today);
      END IF;
    END IF;
    RETURN runway;
  END $$`,
]
