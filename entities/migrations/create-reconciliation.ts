import { sqlMigration } from './sql-migration.ts'

const security = 'SECURITY DEFINER SET search_path = public, pg_temp'

/** What each pod cost us, by its provider's bill or our estimate, and the nightly runs that found it out. */
export const createReconciliation = sqlMigration('CreateReconciliation1730000000510', [
  `CREATE TABLE reconciliation_runs (
    id text NOT NULL,
    day date NOT NULL,
    requested_by text,
    from_at timestamptz NOT NULL,
    until_at timestamptz NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    pods integer NOT NULL DEFAULT 0,
    unanswered integer NOT NULL DEFAULT 0,
    flagged integer NOT NULL DEFAULT 0,
    CONSTRAINT reconciliation_runs_pkey PRIMARY KEY (id),
    CONSTRAINT reconciliation_runs_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES users(id),
    CONSTRAINT reconciliation_runs_period_check CHECK (from_at <= until_at)
  )`,
  `CREATE UNIQUE INDEX reconciliation_runs_day_idx ON reconciliation_runs (day) WHERE requested_by IS NULL`,
  `CREATE INDEX reconciliation_runs_until_at_idx ON reconciliation_runs (until_at)`,
  `CREATE TABLE pod_costs (
    account text NOT NULL,
    pod_id text NOT NULL,
    rental_id text NOT NULL,
    run_id text NOT NULL,
    answer text NOT NULL,
    estimate bigint NOT NULL,
    bill bigint,
    words text,
    deviation text,
    reconciled_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pod_costs_pkey PRIMARY KEY (account, pod_id),
    CONSTRAINT pod_costs_rental_id_fkey FOREIGN KEY (rental_id) REFERENCES rentals(id),
    CONSTRAINT pod_costs_run_id_fkey FOREIGN KEY (run_id) REFERENCES reconciliation_runs(id),
    CONSTRAINT pod_costs_answer_check CHECK (answer IN ('billed', 'no_readout', 'unanswered')),
    CONSTRAINT pod_costs_deviation_check CHECK (deviation IN ('above', 'below')),
    CONSTRAINT pod_costs_amounts_check CHECK (estimate >= 0 AND bill >= 0),
    CONSTRAINT pod_costs_billed_check CHECK (answer <> 'billed' OR bill IS NOT NULL)
  )`,
  `CREATE INDEX pod_costs_rental_id_idx ON pod_costs (rental_id)`,
  `CREATE INDEX pod_costs_run_id_idx ON pod_costs (run_id)`,

  // Brings what is booked of a rental to this amount: the first time all of it, later what it differs by. Entries are never
  // edited; each correction is a transaction with a key of its own.
  `CREATE OR REPLACE FUNCTION billing_upstream_cost(rental text, amount bigint, idempotency_key text, request_hash text,
     reference text)
   RETURNS void LANGUAGE plpgsql ${security} AS $$
  DECLARE
    w wallets := billing_lock_wallet((billing_segment_of(rental)).wallet_id);
    now timestamptz := billing_now();
    earlier ledger_transactions := ledger_find(idempotency_key, request_hash);
    more bigint;
  BEGIN
    IF earlier.id IS NULL THEN
      SELECT billing_upstream_cost.amount + coalesce(sum(e.amount), 0) INTO more
      FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
      WHERE t.rental_id = rental AND e.account = 'upstream_cost';
      w := (ledger_append(w, 'upstream_cost', idempotency_key, request_hash, rental, reference, NULL, NULL, now, now,
        ARRAY['upstream_cost', 'upstream_payable'], ARRAY[-more, more])).w;
      PERFORM billing_store_wallet(w);
    END IF;
  END $$`,
])
