/** The farthest second anybody reckons with, some 28 years: `price * seconds` then stays within a bigint. */
const FAR = 900_000_000

/** Clock and whole-number arithmetic; nothing here touches a table. */
export const arithmetic = [
  // The only clock that charges. A function of its own, owned by the schema's owner, so that a test database can stop
  // it while no application login ever can.
  `CREATE FUNCTION billing_now() RETURNS timestamptz LANGUAGE sql VOLATILE
   RETURN date_trunc('milliseconds', clock_timestamp())`,

  // Arithmetic on timestamptz counts as STABLE: calling these IMMUTABLE would keep PostgreSQL from inlining them.
  `CREATE FUNCTION billing_ms(instant timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
   RETURN (extract(epoch FROM instant) * 1000)::bigint`,

  `CREATE FUNCTION billing_instant(ms bigint) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
   RETURN to_timestamp(ms / 1000) + (ms % 1000) * interval '1 millisecond'`,

  // A(s): what a segment has cost after s whole seconds.
  `CREATE FUNCTION billing_cost(price bigint, seconds bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
   RETURN price * seconds / 3600`,

  // The largest s with A(s) <= amount.
  `CREATE FUNCTION billing_affordable_seconds(amount bigint, price bigint) RETURNS integer
   LANGUAGE sql IMMUTABLE PARALLEL SAFE
   RETURN CASE WHEN price = 0 THEN ${FAR} ELSE least(div((amount::numeric + 1) * 3600 - 1, price), ${FAR})::integer END`,

  // How far ahead to hold, seconds: short when the wallet is nearly empty, so that pods that share it end together.
  `CREATE FUNCTION billing_horizon(runway integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
   RETURN least(greatest(coalesce(runway, ${FAR}) / 8, 15), 300)`,

  `CREATE FUNCTION billing_runway(money bigint, burn bigint) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
   RETURN CASE WHEN burn = 0 THEN NULL ELSE least(div(greatest(money, 0)::numeric * 3600, burn), ${FAR})::integer END`,

  // Seconds at which this meter must end: where its term ends, its budget is spent, or nothing limits it.
  `CREATE FUNCTION billing_term_seconds(started_at timestamptz, ends_at timestamptz, duration_seconds integer)
   RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
   RETURN CASE WHEN ends_at IS NOT NULL AND started_at IS NOT NULL
            THEN least(greatest((billing_ms(ends_at) - billing_ms(started_at)) / 1000, 0), ${FAR})::integer
            ELSE coalesce(duration_seconds, ${FAR}) END`,

  `CREATE FUNCTION billing_budget_seconds(spend_limit bigint, price bigint) RETURNS integer
   LANGUAGE sql IMMUTABLE PARALLEL SAFE
   RETURN CASE WHEN spend_limit IS NULL THEN ${FAR} ELSE billing_affordable_seconds(spend_limit, price) END`,

  // The latest instant (ms) up to which all these meters can run on this much money, each between its own least and
  // most seconds: one water level for all, found by halving.
  `CREATE FUNCTION billing_level(starts bigint[], prices bigint[], least_s integer[], most_s integer[], money bigint)
   RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    low bigint;
    high bigint;
    middle bigint;
    cost numeric;
  BEGIN
    SELECT min(s + l::bigint * 1000), max(s + m::bigint * 1000) INTO low, high
      FROM unnest(starts, least_s, most_s) AS meter(s, l, m);
    WHILE low < high LOOP
      middle := (low + high + 1) / 2;
      SELECT sum(billing_cost(p, least(greatest((middle - s) / 1000, l), m)) - billing_cost(p, l)) INTO cost
        FROM unnest(starts, prices, least_s, most_s) AS meter(s, p, l, m);
      IF cost <= money THEN
        low := middle;
      ELSE
        high := middle - 1;
      END IF;
    END LOOP;
    RETURN low;
  END $$`,

  // A prefixed ULID made by the database, for rows that are born under a lock.
  `CREATE FUNCTION billing_new_id(prefix text, at timestamptz) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
  DECLARE
    alphabet CONSTANT text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    ms CONSTANT bigint := billing_ms(at);
  BEGIN
    RETURN prefix || '_'
      || ${Array.from({ length: 10 }, (_, place) => `substr(alphabet, ((ms >> ${45 - 5 * place}) & 31)::integer + 1, 1)`).join(' || ')}
      || upper(encode(substr(uuid_send(gen_random_uuid()), 9, 8), 'hex'));
  END $$`,
]
