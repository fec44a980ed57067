import { sqlMigration } from './sql-migration.ts'

/** Cards kept for later, what may be charged to them, and receipts. */
export const createAutoTopUp = sqlMigration('CreateAutoTopUp1730000000320', [
  `ALTER TABLE top_ups
    ADD COLUMN origin text NOT NULL DEFAULT 'checkout',
    ADD COLUMN save_card boolean NOT NULL DEFAULT false,
    ADD COLUMN payment_method_id text,
    ADD COLUMN paid_at timestamptz,
    ADD COLUMN receipt_url text,
    ADD COLUMN card_brand text,
    ADD COLUMN card_last4 text,
    ADD COLUMN failure_code text,
    ADD COLUMN failure_words text,
    ADD CONSTRAINT top_ups_origin_check CHECK (origin IN ('checkout', 'auto'))`,
  `UPDATE top_ups SET paid_at = updated_at WHERE status = 'paid'`,
  `CREATE UNIQUE INDEX top_ups_wallet_id_origin_idx ON top_ups (wallet_id, origin) WHERE origin = 'auto' AND status = 'created'`,
  `CREATE TABLE stripe_customers (
    wallet_id text NOT NULL,
    customer_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stripe_customers_pkey PRIMARY KEY (wallet_id),
    CONSTRAINT stripe_customers_customer_id_key UNIQUE (customer_id),
    CONSTRAINT stripe_customers_wallet_id_fkey FOREIGN KEY (wallet_id) REFERENCES wallets(id)
  )`,
  `CREATE TABLE saved_cards (
    payment_method_id text NOT NULL,
    wallet_id text NOT NULL,
    brand text NOT NULL,
    last4 text NOT NULL,
    exp_month integer NOT NULL,
    exp_year integer NOT NULL,
    saved_at timestamptz NOT NULL,
    removed_at timestamptz,
    detached_at timestamptz,
    CONSTRAINT saved_cards_pkey PRIMARY KEY (payment_method_id),
    CONSTRAINT saved_cards_wallet_id_fkey FOREIGN KEY (wallet_id) REFERENCES wallets(id)
  )`,
  `CREATE UNIQUE INDEX saved_cards_wallet_id_idx ON saved_cards (wallet_id) WHERE removed_at IS NULL`,
  `CREATE INDEX saved_cards_removed_at_idx ON saved_cards (removed_at) WHERE removed_at IS NOT NULL AND detached_at IS NULL`,
  `CREATE TABLE auto_top_ups (
    wallet_id text NOT NULL,
    enabled boolean NOT NULL,
    threshold bigint NOT NULL,
    amount bigint NOT NULL,
    monthly_cap bigint NOT NULL,
    declines integer NOT NULL DEFAULT 0,
    paused_reason text,
    paused_at timestamptz,
    last_attempt_at timestamptz,
    capped_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT auto_top_ups_pkey PRIMARY KEY (wallet_id),
    CONSTRAINT auto_top_ups_wallet_id_fkey FOREIGN KEY (wallet_id) REFERENCES wallets(id),
    CONSTRAINT auto_top_ups_paused_reason_check CHECK (paused_reason IN ('declined', 'authentication_required', 'disputed')),
    CONSTRAINT auto_top_ups_threshold_check CHECK (threshold > 0),
    CONSTRAINT auto_top_ups_amount_check CHECK (amount >= threshold),
    CONSTRAINT auto_top_ups_monthly_cap_check CHECK (monthly_cap >= amount),
    CONSTRAINT auto_top_ups_declines_check CHECK (declines >= 0)
  )`,
  `CREATE TABLE top_up_reversals (
    id text NOT NULL,
    top_up_id text NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT top_up_reversals_pkey PRIMARY KEY (id),
    CONSTRAINT top_up_reversals_top_up_id_fkey FOREIGN KEY (top_up_id) REFERENCES top_ups(id),
    CONSTRAINT top_up_reversals_kind_check CHECK (kind IN ('refund', 'dispute')),
    CONSTRAINT top_up_reversals_status_check CHECK (status IN ('refunded', 'refund_failed', 'dispute_opened', 'dispute_won', 'dispute_lost')),
    CONSTRAINT top_up_reversals_amount_check CHECK (amount > 0)
  )`,
  `CREATE INDEX top_up_reversals_top_up_id_idx ON top_up_reversals (top_up_id)`,
  // Pauses and cards move no money, and still change what a wallet's page shows.
  `CREATE TRIGGER auto_top_ups_notify AFTER INSERT OR UPDATE ON auto_top_ups
   FOR EACH ROW EXECUTE FUNCTION notify_wallet()`,
  `CREATE TRIGGER saved_cards_notify AFTER INSERT OR UPDATE ON saved_cards
   FOR EACH ROW EXECUTE FUNCTION notify_wallet()`,
])
