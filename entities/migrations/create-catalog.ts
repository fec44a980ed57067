import { sqlMigration } from './sql-migration.ts'

/** Upstream accounts and what they offer. */
export const createCatalog = sqlMigration('CreateCatalog1730000000006', [
  `CREATE TABLE provider_accounts (
    id text NOT NULL,
    provider text NOT NULL,
    display_name text,
    terms jsonb,
    status text NOT NULL,
    reason text,
    last_refresh_started_at timestamptz,
    last_success_at timestamptz,
    last_error text,
    last_error_at timestamptz,
    latency_ms integer,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT provider_accounts_pkey PRIMARY KEY (id),
    CONSTRAINT provider_accounts_status_check CHECK (status IN ('on', 'drain', 'off'))
  )`,
  `CREATE TABLE offers (
    account text NOT NULL,
    offer_key text NOT NULL,
    offer jsonb NOT NULL,
    refreshed_at timestamptz NOT NULL,
    CONSTRAINT offers_pkey PRIMARY KEY (account, offer_key),
    CONSTRAINT offers_account_fkey FOREIGN KEY (account) REFERENCES provider_accounts(id)
  )`,
  `CREATE TABLE offer_refusals (
    account text NOT NULL,
    offer_key text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL,
    CONSTRAINT offer_refusals_pkey PRIMARY KEY (account, offer_key, at)
  )`,
  `CREATE INDEX offer_refusals_at_idx ON offer_refusals (at)`,
  `CREATE TABLE host_blocks (
    account text NOT NULL,
    host_id text NOT NULL,
    reason text NOT NULL,
    until timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT host_blocks_pkey PRIMARY KEY (account, host_id)
  )`,
])
