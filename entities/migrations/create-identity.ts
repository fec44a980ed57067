import { sqlMigration } from './sql-migration.ts'

/** Who signs in and what they keep with us. */
export const createIdentity = sqlMigration('CreateIdentity1730000000001', [
  `CREATE TABLE users (
    id text NOT NULL,
    handle text NOT NULL,
    display_name text NOT NULL,
    email text,
    avatar_url text,
    is_operator boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_pkey PRIMARY KEY (id)
  )`,
  `CREATE TABLE oauth_identities (
    id text NOT NULL,
    user_id text NOT NULL,
    provider text NOT NULL,
    subject text NOT NULL,
    login text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT oauth_identities_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_identities_provider_subject_key UNIQUE (provider, subject),
    CONSTRAINT oauth_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
  )`,
  `CREATE INDEX oauth_identities_user_id_idx ON oauth_identities (user_id)`,
  `CREATE TABLE sessions (
    sid text NOT NULL,
    sess jsonb NOT NULL,
    expire timestamptz NOT NULL,
    CONSTRAINT sessions_pkey PRIMARY KEY (sid)
  )`,
  `CREATE INDEX sessions_expire_idx ON sessions (expire)`,
  `CREATE TABLE ssh_keys (
    id text NOT NULL,
    user_id text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    public_key text NOT NULL,
    fingerprint text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ssh_keys_pkey PRIMARY KEY (id),
    CONSTRAINT ssh_keys_user_id_fingerprint_key UNIQUE (user_id, fingerprint),
    CONSTRAINT ssh_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
  )`,
  `CREATE TABLE idempotency_keys (
    user_id text NOT NULL,
    key text NOT NULL,
    method_path text NOT NULL,
    request_hash text NOT NULL,
    state text NOT NULL,
    resource_id text,
    response_status integer,
    response_body jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key),
    CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id),
    CONSTRAINT idempotency_keys_state_check CHECK (state IN ('in_progress', 'done'))
  )`,
  `CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at)`,
])
