import { sqlMigration } from './sql-migration.ts'

/** Wallets and the ledger. Half of every wallet page stays free, so that a debit rewrites the row in place. */
export const createWallets = sqlMigration('CreateWallets1730000000002', [
  `CREATE TABLE wallets (
    id text NOT NULL,
    user_id text NOT NULL,
    available bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0,
    receivable bigint NOT NULL DEFAULT 0,
    last_seq bigint NOT NULL DEFAULT 0,
    head_hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
    warned_below_seconds integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT wallets_pkey PRIMARY KEY (id),
    CONSTRAINT wallets_user_id_key UNIQUE (user_id),
    CONSTRAINT wallets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id),
    CONSTRAINT wallets_available_check CHECK (available >= 0),
    CONSTRAINT wallets_held_check CHECK (held >= 0),
    CONSTRAINT wallets_receivable_check CHECK (receivable >= 0)
  ) WITH (fillfactor = 50)`,
  `CREATE TABLE ledger_transactions (
    id text NOT NULL,
    wallet_id text NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    idempotency_key text NOT NULL,
    request_hash text NOT NULL,
    rental_id text,
    reference text,
    reversal_of text,
    note text,
    occurred_at timestamptz NOT NULL,
    posted_at timestamptz NOT NULL DEFAULT now(),
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT ledger_transactions_pkey PRIMARY KEY (id),
    CONSTRAINT ledger_transactions_idempotency_key_key UNIQUE (idempotency_key),
    CONSTRAINT ledger_transactions_wallet_id_seq_key UNIQUE (wallet_id, seq),
    CONSTRAINT ledger_transactions_reversal_of_key UNIQUE (reversal_of),
    CONSTRAINT ledger_transactions_wallet_id_fkey FOREIGN KEY (wallet_id) REFERENCES wallets(id),
    CONSTRAINT ledger_transactions_reversal_of_fkey FOREIGN KEY (reversal_of) REFERENCES ledger_transactions(id),
    CONSTRAINT ledger_transactions_kind_check CHECK (kind IN ('top_up', 'promotion', 'refund', 'dispute_opened', 'dispute_won', 'dispute_lost', 'hold', 'charge', 'release', 'charge_reversal', 'overrun', 'upstream_cost'))
  )`,
  `CREATE INDEX ledger_transactions_rental_id_idx ON ledger_transactions (rental_id) WHERE rental_id IS NOT NULL`,
  `CREATE TABLE ledger_entries (
    transaction_id text NOT NULL,
    position integer NOT NULL,
    account text NOT NULL,
    amount bigint NOT NULL,
    balance_after bigint,
    CONSTRAINT ledger_entries_pkey PRIMARY KEY (transaction_id, position),
    CONSTRAINT ledger_entries_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES ledger_transactions(id),
    CONSTRAINT ledger_entries_account_check CHECK (account IN ('available', 'held', 'receivable', 'revenue', 'stripe_clearing', 'disputes', 'promotions', 'write_off', 'upstream_cost', 'upstream_payable')),
    CONSTRAINT ledger_entries_amount_check CHECK (amount <> 0)
  )`,
])
