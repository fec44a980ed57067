/** The farthest second anybody reckons with: a block that long is a whole term. */
const FAR = 900_000_000
/** A block is bought this long before the last safe moment of the one before it. */
export const BLOCK_LEAD_SECONDS = 15

/** How the strategies differ, in whole seconds; nothing here touches a table. */
export const terms = [
  // Where the block ends that contains this second: blocks are counted from the start of the meter, the first is begun at
  // once, and the last is cut where the rental must end.
  `CREATE FUNCTION billing_block_end(block integer, second integer, cap integer) RETURNS integer
   LANGUAGE sql IMMUTABLE PARALLEL SAFE
   RETURN CASE WHEN block >= ${FAR} THEN cap
     ELSE least((block * ((greatest(second, 1)::bigint + block - 1) / block)), cap)::integer END`,

  // What must be covered before a pod may run: a horizon and its teardown, or the first block, or the whole term; and the
  // minimum in any case.
  `CREATE FUNCTION billing_first_seconds(block integer, minimum integer, cap integer, teardown integer, horizon integer)
   RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
   RETURN least(cap, greatest(minimum, CASE WHEN block > 0
     THEN billing_block_end(block, teardown + ${BLOCK_LEAD_SECONDS}, cap) ELSE teardown + horizon END))`,

  // The share of the unused seconds that comes back, by the last step that the pod has lived to see.
  `CREATE FUNCTION billing_refund_percent(steps jsonb, lived integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce((SELECT (step ->> 'refundPercent')::integer FROM jsonb_array_elements(steps) AS step
      WHERE (step ->> 'fromSeconds')::integer <= lived ORDER BY (step ->> 'fromSeconds')::integer DESC LIMIT 1), 0)
  $$`,

  // What a meter that ends at this second owes in all, in seconds. It follows from the end alone, never from when anybody
  // looked: blocks bought ahead and not begun do not count. Where the end was not the renter's doing, every second
  // after it comes back.
  `CREATE FUNCTION billing_due_seconds(s rental_segments, ended integer, refund_unused boolean) RETURNS integer
   LANGUAGE plpgsql STABLE AS $$
  DECLARE
    cap integer := least(billing_budget_seconds(s.spend_limit_micros, s.price_micros_per_hour),
      billing_term_seconds(s.started_at, s.ends_at, s.duration_seconds));
    begun integer := ended;
    due integer;
  BEGIN
    IF refund_unused THEN
      RETURN ended;
    END IF;
    IF s.block_seconds > 0 THEN
      -- A term that was paid stays the measure, also where its end was moved to an earlier moment.
      begun := greatest(billing_block_end(s.block_seconds, ended, greatest(cap, s.charged_seconds)), ended);
      -- Nobody pays for the rest of a block that the wallet could not buy.
      IF s.state IN ('depleting', 'exhausted', 'day_limit_reached') THEN
        begun := least(begun, greatest(s.charged_seconds, ended));
      END IF;
    END IF;
    due := begun - ((begun - ended)::bigint * billing_refund_percent(s.early_stop, ended) / 100)::integer;
    RETURN greatest(due, least(s.minimum_seconds, cap));
  END $$`,

  // What a wallet may still spend before midnight UTC, holds counted as spent; null where nothing limits it.
  `CREATE FUNCTION billing_allowance(w wallets, now timestamptz) RETURNS bigint LANGUAGE sql STABLE
   RETURN CASE WHEN w.day_limit IS NOT NULL THEN greatest(w.day_limit - w.held
     - CASE WHEN w.spent_on >= (now AT TIME ZONE 'UTC')::date THEN w.spent_that_day ELSE 0 END, 0) END`,

  `CREATE FUNCTION billing_until_midnight(now timestamptz) RETURNS integer LANGUAGE sql STABLE
   RETURN 86400 - (extract(epoch FROM now)::bigint % 86400)::integer`,

  // Why this wallet may not take on a meter at this price with so much set aside; null when it may.
  `CREATE FUNCTION billing_refusal(w wallets, own text, price bigint, required bigint, now timestamptz) RETURNS text
   LANGUAGE sql STABLE AS $$
    SELECT CASE
      WHEN w.receivable > 0 THEN 'wallet_in_debt'
      WHEN price + (SELECT coalesce(sum(price_micros_per_hour), 0) FROM rental_segments
        WHERE wallet_id = w.id AND state <> 'closed' AND rental_id IS DISTINCT FROM own) > w.burn_limit THEN 'burn_limit'
      WHEN required > w.available THEN 'insufficient_balance'
      WHEN required > billing_allowance(w, now) THEN 'day_limit' END
  $$`,
]
