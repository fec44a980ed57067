import { sqlMigration } from './sql-migration.ts'

const security = 'SECURITY DEFINER SET search_path = public, pg_temp'

/**
 * A settlement of many meters writes each table once, not once a meter: what one statement costs by itself was most of what
 * a meter cost. The amounts, the keys, the order in the chain and the hashes are as before.
 */
export const settleInSets = sqlMigration('SettleInSets1730000000500', [
  // A transaction still to be written.
  `CREATE TYPE ledger_draft AS (
    kind text, idempotency_key text, request_hash text, rental_id text, reference text, reversal_of text, note text,
    occurred_at timestamptz, posted_at timestamptz, accounts text[], amounts bigint[])`,

  // Appends the drafts in their order, each linked into the wallet's chain: SHA-256 over the hash before it and a JSON array
  // of all fields, each a string or null, so that no two different rows read alike. Zero amounts are left out; where
  // nothing is left, nothing is written and the id is null.
  `CREATE FUNCTION ledger_append_all(INOUT w wallets, drafts ledger_draft[], OUT ids text[]) LANGUAGE plpgsql AS $$
  DECLARE
    draft ledger_draft;
    transaction_id text;
    balance bigint;
    previous bytea := w.head_hash;
    head bytea;
    legs text[];
    leg integer;
    transactions ledger_transactions[] := '{}';
    entries ledger_entries[] := '{}';
  BEGIN
    ids := '{}';
    FOREACH draft IN ARRAY drafts LOOP
      transaction_id := NULL;
      leg := 0;
      legs := '{}';
      FOR i IN 1 .. cardinality(draft.accounts) LOOP
        CONTINUE WHEN draft.amounts[i] = 0;
        IF transaction_id IS NULL THEN
          transaction_id := billing_new_id('ltx', draft.posted_at);
        END IF;
        balance := NULL;
        CASE draft.accounts[i]
          WHEN 'available' THEN
            w.available := w.available + draft.amounts[i];
            balance := w.available;
          WHEN 'held' THEN
            w.held := w.held + draft.amounts[i];
            balance := w.held;
          WHEN 'receivable' THEN
            w.receivable := w.receivable - draft.amounts[i];
            balance := w.receivable;
          ELSE NULL;
        END CASE;
        entries := entries || ROW(transaction_id, leg, draft.accounts[i], draft.amounts[i], balance)::ledger_entries;
        legs := legs || ARRAY[leg::text, draft.accounts[i], draft.amounts[i]::text, balance::text];
        leg := leg + 1;
      END LOOP;
      ids := ids || transaction_id;
      CONTINUE WHEN transaction_id IS NULL;

      w := billing_count_spending(w, draft.kind, draft.accounts, draft.amounts, draft.posted_at);
      w.last_seq := w.last_seq + 1;
      head := sha256(previous || convert_to(array_to_json(ARRAY[transaction_id, w.id, w.last_seq::text, draft.kind,
        draft.idempotency_key, draft.request_hash, draft.rental_id, draft.reference, draft.reversal_of, draft.note,
        ledger_micros(draft.occurred_at), ledger_micros(draft.posted_at)] || legs)::text, 'UTF8'));
      transactions := transactions || ROW(transaction_id, w.id, w.last_seq, draft.kind, draft.idempotency_key,
        draft.request_hash, draft.rental_id, draft.reference, draft.reversal_of, draft.note, draft.occurred_at,
        draft.posted_at, previous, head)::ledger_transactions;
      previous := head;
    END LOOP;
    IF cardinality(transactions) > 0 THEN
      w.head_hash := head;
      INSERT INTO ledger_transactions SELECT * FROM unnest(transactions);
      INSERT INTO ledger_entries SELECT * FROM unnest(entries);
    END IF;
  END $$`,

  `CREATE OR REPLACE FUNCTION ledger_append(
     INOUT w wallets, kind text, idempotency_key text, request_hash text, rental_id text, reference text,
     reversal_of text, note text, occurred_at timestamptz, posted_at timestamptz,
     accounts text[], amounts bigint[], OUT transaction_id text)
   LANGUAGE plpgsql AS $$
  DECLARE
    appended record;
  BEGIN
    SELECT * INTO appended FROM ledger_append_all(w, ARRAY[ROW(kind, idempotency_key, request_hash, rental_id, reference,
      reversal_of, note, occurred_at, posted_at, accounts, amounts)::ledger_draft]);
    w := appended.w;
    transaction_id := appended.ids[1];
  END $$`,

  // The meters' part of a settlement: for each at most one ledger transaction, one window, one row. Those that give money
  // back come first, so that no balance on the way is below zero.
  `CREATE FUNCTION billing_write_meters(INOUT w wallets, m billing_meters, now timestamptz, own text) LANGUAGE plpgsql AS $$
  DECLARE
    written integer[] := '{}';
    states text[] := '{}';
    drafts ledger_draft[] := '{}';
    -- Which draft is a written meter's, null where it moves no money.
    draft_of integer[] := '{}';
    own_look timestamptz;
    gives boolean;
    appended record;
    price bigint;
    earned bigint;
    to_hold bigint;
    kind text;
  BEGIN
    FOREACH gives IN ARRAY ARRAY[true, false] LOOP
      FOR i IN 1 .. cardinality(m.ids) LOOP
        price := m.prices[i];
        CONTINUE WHEN NOT m.in_scope[i] AND m.target[i] = m.funded[i];
        CONTINUE WHEN gives <> (billing_cost(price, m.target[i]) < billing_cost(price, m.funded[i]));
        earned := billing_cost(price, m.used[i]) - billing_cost(price, m.charged[i]);
        to_hold := billing_cost(price, m.target[i]) - billing_cost(price, m.used[i])
          - (billing_cost(price, m.funded[i]) - billing_cost(price, m.charged[i]));
        written := written || i;
        states := states || billing_state_of(m, i, m.now_ms);
        IF m.ids[i] = own THEN
          own_look := billing_instant(billing_next_look(m, i, states[cardinality(states)]));
        END IF;
        IF earned = 0 AND to_hold = 0 THEN
          draft_of := draft_of || NULL::integer;
          CONTINUE;
        END IF;
        kind := CASE WHEN earned > 0 THEN 'charge' WHEN to_hold > 0 THEN 'hold' ELSE 'release' END;
        drafts := drafts || ROW(kind,
          kind || '/' || m.ids[i] || '/' || CASE WHEN earned > 0 THEN m.charged[i] ELSE w.last_seq + cardinality(drafts) + 1 END,
          '', m.rentals[i], NULL, NULL, NULL, now, now,
          ARRAY['available', 'held', 'revenue'], ARRAY[-earned - to_hold, to_hold, earned])::ledger_draft;
        draft_of := draft_of || cardinality(drafts);
      END LOOP;
    END LOOP;
    SELECT * INTO appended FROM ledger_append_all(w, drafts);
    w := appended.w;
    INSERT INTO charge_windows
      SELECT m.ids[i], 'usage', billing_instant(m.starts[i] + m.charged[i] * 1000::bigint),
        billing_instant(m.starts[i] + m.used[i] * 1000::bigint), m.used[i] - m.charged[i],
        billing_cost(m.prices[i], m.used[i]) - billing_cost(m.prices[i], m.charged[i]), 0, appended.ids[draft]
      FROM unnest(written, draft_of) AS meter(i, draft) WHERE m.used[i] > m.charged[i];
    UPDATE rental_segments AS s SET
      state = meter.state, charged_seconds = m.used[i], funded_seconds = m.target[i],
      charged_until = billing_instant(m.starts[i] + m.used[i] * 1000::bigint),
      funded_until = billing_instant(m.starts[i] + m.reach[i] * 1000::bigint),
      charged = billing_cost(m.prices[i], m.used[i]),
      held = billing_cost(m.prices[i], m.target[i]) - billing_cost(m.prices[i], m.used[i]),
      next_renewal_at = CASE WHEN s.id = own THEN own_look ELSE next_renewal_at END
    FROM unnest(written, states) AS meter(i, state) WHERE s.id = m.ids[i];
  END $$`,

  // What one statement adds to a transaction sums to zero by itself, so entries are checked once a statement and not once
  // each; that a transaction has entries at all is still checked at commit.
  `CREATE FUNCTION check_entries_balance() RETURNS trigger LANGUAGE plpgsql ${security} AS $$
  DECLARE
    wrong record;
  BEGIN
    SELECT transaction_id, count(*) AS legs, sum(amount) AS total INTO wrong FROM added
      GROUP BY transaction_id HAVING count(*) < 2 OR sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'ledger transaction % does not balance: % entries, sum %', wrong.transaction_id, wrong.legs, wrong.total
        USING ERRCODE = 'BE003';
    END IF;
    RETURN NULL;
  END $$`,
  `DROP TRIGGER ledger_entries_balance ON ledger_entries`,
  `CREATE TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries REFERENCING NEW TABLE AS added
   FOR EACH STATEMENT EXECUTE FUNCTION check_entries_balance()`,
])
