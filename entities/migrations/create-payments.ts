import { sqlMigration } from './sql-migration.ts'

/** Top-ups and the events that settle them. */
export const createPayments = sqlMigration('CreatePayments1730000000005', [
  `CREATE TABLE top_ups (
    id text NOT NULL,
    wallet_id text NOT NULL,
    user_id text NOT NULL,
    amount bigint NOT NULL,
    status text NOT NULL,
    checkout_session_id text,
    checkout_url text,
    payment_intent_id text,
    credited_transaction_id text,
    idempotency_key text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT top_ups_pkey PRIMARY KEY (id),
    CONSTRAINT top_ups_checkout_session_id_key UNIQUE (checkout_session_id),
    CONSTRAINT top_ups_user_id_idempotency_key_key UNIQUE (user_id, idempotency_key),
    CONSTRAINT top_ups_wallet_id_fkey FOREIGN KEY (wallet_id) REFERENCES wallets(id),
    CONSTRAINT top_ups_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id),
    CONSTRAINT top_ups_credited_transaction_id_fkey FOREIGN KEY (credited_transaction_id) REFERENCES ledger_transactions(id),
    CONSTRAINT top_ups_status_check CHECK (status IN ('created', 'open', 'paid', 'expired', 'failed')),
    CONSTRAINT top_ups_amount_check CHECK (amount > 0)
  )`,
  `CREATE INDEX top_ups_wallet_id_idx ON top_ups (wallet_id)`,
  `CREATE INDEX top_ups_payment_intent_id_idx ON top_ups (payment_intent_id) WHERE payment_intent_id IS NOT NULL`,
  `CREATE INDEX top_ups_status_idx ON top_ups (status) WHERE status IN ('created', 'open')`,
  `CREATE TABLE webhook_events (
    id text NOT NULL,
    source text NOT NULL,
    type text NOT NULL,
    livemode boolean NOT NULL,
    payload jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhook_events_pkey PRIMARY KEY (id)
  )`,
  `CREATE TABLE webhook_effects (
    event_id text NOT NULL,
    outcome text NOT NULL,
    processed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhook_effects_pkey PRIMARY KEY (event_id),
    CONSTRAINT webhook_effects_event_id_fkey FOREIGN KEY (event_id) REFERENCES webhook_events(id)
  )`,
])
