import { sqlMigration } from './sql-migration.ts'

/** Keys with which programs call the API in a person's place. */
export const createApiKeys = sqlMigration('CreateApiKeys1730000000520', [
  `CREATE TABLE api_keys (
    id text NOT NULL,
    user_id text NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    secret_hash bytea NOT NULL,
    scope text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT api_keys_pkey PRIMARY KEY (id),
    CONSTRAINT api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id),
    CONSTRAINT api_keys_scope_check CHECK (scope IN ('read', 'full'))
  )`,
  `CREATE INDEX api_keys_prefix_idx ON api_keys (prefix)`,
  `CREATE INDEX api_keys_user_id_idx ON api_keys (user_id)`,
])
