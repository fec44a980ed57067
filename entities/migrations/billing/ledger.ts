/**
 * Writing to the ledger. A wallet travels through these functions as a row in memory: locked first, changed by every
 * transaction appended, stored once.
 */
export const ledger = [
  `CREATE FUNCTION billing_lock_wallet(wanted text) RETURNS wallets LANGUAGE plpgsql AS $$
  DECLARE
    w wallets;
  BEGIN
    SELECT * INTO w FROM wallets WHERE id = wanted FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'there is no wallet %', wanted USING ERRCODE = 'BE004';
    END IF;
    RETURN w;
  END $$`,

  `CREATE FUNCTION billing_store_wallet(w wallets) RETURNS void LANGUAGE sql AS $$
    UPDATE wallets SET available = w.available, held = w.held, receivable = w.receivable, last_seq = w.last_seq,
      head_hash = w.head_hash, warned_below_seconds = w.warned_below_seconds
    WHERE id = w.id
  $$`,

  // Microseconds since 1970, whatever the session's time zone and date style are.
  `CREATE FUNCTION ledger_micros(instant timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
   RETURN ((extract(epoch FROM instant) * 1000000)::bigint)::text`,

  // Appends one transaction and links it into the wallet's chain: SHA-256 over the hash before it and a JSON array of all
  // fields, each a string or null, so that no two different rows read alike. Zero amounts are left out; where nothing is
  // left, nothing is written and the id is null.
  `CREATE FUNCTION ledger_append(
     INOUT w wallets, kind text, idempotency_key text, request_hash text, rental_id text, reference text,
     reversal_of text, note text, occurred_at timestamptz, posted_at timestamptz,
     accounts text[], amounts bigint[], OUT transaction_id text)
   LANGUAGE plpgsql AS $$
  DECLARE
    entry ledger_entries;
    entries ledger_entries[] := '{}';
    fields text[];
    legs text[] := '{}';
    previous bytea := w.head_hash;
  BEGIN
    FOR i IN 1 .. cardinality(accounts) LOOP
      CONTINUE WHEN amounts[i] = 0;
      IF transaction_id IS NULL THEN
        transaction_id := billing_new_id('ltx', posted_at);
      END IF;
      entry := ROW(transaction_id, cardinality(entries), accounts[i], amounts[i], NULL);
      CASE accounts[i]
        WHEN 'available' THEN
          w.available := w.available + amounts[i];
          entry.balance_after := w.available;
        WHEN 'held' THEN
          w.held := w.held + amounts[i];
          entry.balance_after := w.held;
        WHEN 'receivable' THEN
          w.receivable := w.receivable - amounts[i];
          entry.balance_after := w.receivable;
        ELSE NULL;
      END CASE;
      entries := entries || entry;
      legs := legs || ARRAY[entry.position::text, entry.account, entry.amount::text, entry.balance_after::text];
    END LOOP;
    IF transaction_id IS NULL THEN
      RETURN;
    END IF;

    w.last_seq := w.last_seq + 1;
    fields := ARRAY[transaction_id, w.id, w.last_seq::text, kind, idempotency_key, request_hash, rental_id, reference,
      reversal_of, note, ledger_micros(occurred_at), ledger_micros(posted_at)] || legs;
    w.head_hash := sha256(previous || convert_to(array_to_json(fields)::text, 'UTF8'));
    INSERT INTO ledger_transactions VALUES (transaction_id, w.id, w.last_seq, kind, idempotency_key, request_hash,
      rental_id, reference, reversal_of, note, occurred_at, posted_at, previous, w.head_hash);
    INSERT INTO ledger_entries SELECT * FROM unnest(entries);
  END $$`,

  // Whether a key has been used: its transaction when the request is the same, an error when it is another one.
  `CREATE FUNCTION ledger_find(wanted_key text, wanted_hash text) RETURNS ledger_transactions LANGUAGE plpgsql AS $$
  DECLARE
    earlier ledger_transactions;
  BEGIN
    SELECT * INTO earlier FROM ledger_transactions WHERE idempotency_key = wanted_key;
    IF FOUND AND earlier.request_hash <> wanted_hash THEN
      RAISE EXCEPTION 'idempotency key % was used for another request', wanted_key
        USING ERRCODE = 'BE010', HINT = 'Repeat the first request unchanged, or use a new key.';
    END IF;
    RETURN earlier;
  END $$`,
]
