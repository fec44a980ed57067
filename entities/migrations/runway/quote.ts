const security = 'SECURITY DEFINER SET search_path = public, pg_temp'

/** What the API shows of a wallet, by the very arithmetic of its settlement. */
export const quote = [
  // The meters of a wallet and one more that would start now, with so many seconds of it paid at once.
  `CREATE FUNCTION billing_with_wish(m billing_meters, s rental_segments, price bigint, paid integer) RETURNS billing_meters
   LANGUAGE plpgsql IMMUTABLE AS $$
  BEGIN
    m.ids := m.ids || 'wish'::text;
    m.prices := m.prices || price;
    m.starts := m.starts || m.now_ms;
    m.elapsed := m.elapsed || 0;
    m.used := m.used || paid;
    m.funded := m.funded || paid;
    m.caps := m.caps || greatest(least(billing_budget_seconds(s.spend_limit_micros, price),
      billing_term_seconds(NULL, NULL, s.duration_seconds)), paid);
    m.strategies := m.strategies || s.strategy;
    m.blocks := m.blocks || s.block_seconds;
    RETURN m;
  END $$`,

  // What a launch at this price and on these terms would set aside, why the wallet would not, and how long it lasts without
  // the launch and with it; reads without a lock, so the answer is a forecast.
  `CREATE OR REPLACE FUNCTION billing_quote(wallet text, price bigint, teardown integer, charging jsonb, spend_limit bigint,
     duration integer, OUT available bigint, OUT held bigint, OUT receivable bigint, OUT burn bigint, OUT runway integer,
     OUT first_hold bigint, OUT runway_with_it integer, OUT refusal text, OUT burn_limit bigint, OUT allowance bigint)
   LANGUAGE plpgsql STABLE ${security} AS $$
  DECLARE
    now CONSTANT timestamptz := billing_now();
    w wallets;
    m billing_meters;
    s rental_segments;
    money bigint;
    opening integer;
    paid integer;
  BEGIN
    SELECT * INTO w FROM wallets WHERE id = wallet;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'there is no wallet %', wallet USING ERRCODE = 'BE004';
    END IF;
    m := billing_read_meters(w.id, billing_ms(now), NULL, NULL);
    m.used := m.charged;
    available := w.available;
    held := w.held;
    receivable := w.receivable;
    burn_limit := w.burn_limit;
    allowance := billing_allowance(w, now);
    money := least(w.available, allowance);
    burn := (billing_outlook(m, w.available, NULL)).burn;
    runway := billing_runway_of(m, money, w.available - money, NULL);
    s := billing_read_terms(charging, s);
    s.spend_limit_micros := spend_limit;
    s.duration_seconds := duration;
    opening := billing_opening_seconds(s, now, price, teardown, billing_horizon_with(w, m, price), money);
    first_hold := billing_cost(price, opening);
    refusal := billing_refusal(w, NULL, price, first_hold, now);
    paid := CASE WHEN s.block_seconds > 0 THEN opening ELSE least(s.minimum_seconds, opening) END;
    runway_with_it := billing_runway_of(billing_with_wish(m, s, price, paid), money - billing_cost(price, paid),
      w.available - money, NULL);
  END $$`,
]
