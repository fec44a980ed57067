import { sqlMigration } from './sql-migration.ts'

/** Notices, where they are to go, and what became of it. */
export const createNotices = sqlMigration('CreateNotices1730000000300', [
  `CREATE TABLE notices (
    id text NOT NULL,
    user_id text NOT NULL,
    kind text NOT NULL,
    fact_key text NOT NULL,
    rental_id text,
    data jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT notices_pkey PRIMARY KEY (id),
    CONSTRAINT notices_fact_key_key UNIQUE (fact_key),
    CONSTRAINT notices_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id),
    CONSTRAINT notices_rental_id_fkey FOREIGN KEY (rental_id) REFERENCES rentals(id),
    CONSTRAINT notices_kind_check CHECK (kind IN ('runway_low', 'runway_recovered', 'auto_top_up_paid', 'auto_top_up_failed', 'auto_top_up_paused', 'rental_running', 'rental_interrupted', 'rental_ended', 'webhook_test'))
  )`,
  `CREATE INDEX notices_user_id_id_idx ON notices (user_id, id)`,
  `CREATE TRIGGER notices_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notices
   FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite()`,
  `CREATE TABLE notice_reads (
    notice_id text NOT NULL,
    user_id text NOT NULL,
    read_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT notice_reads_pkey PRIMARY KEY (notice_id),
    CONSTRAINT notice_reads_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES notices(id),
    CONSTRAINT notice_reads_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
  )`,
  `CREATE TABLE notice_preferences (
    user_id text NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL,
    enabled boolean NOT NULL,
    CONSTRAINT notice_preferences_pkey PRIMARY KEY (user_id, kind, channel),
    CONSTRAINT notice_preferences_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id),
    CONSTRAINT notice_preferences_kind_check CHECK (kind IN ('runway_low', 'runway_recovered', 'auto_top_up_paid', 'auto_top_up_failed', 'auto_top_up_paused', 'rental_running', 'rental_interrupted', 'rental_ended')),
    CONSTRAINT notice_preferences_channel_check CHECK (channel IN ('dashboard', 'email'))
  )`,
  `CREATE TABLE webhook_endpoints (
    id text NOT NULL,
    user_id text NOT NULL,
    url text NOT NULL,
    description text NOT NULL,
    kinds text[] NOT NULL,
    enabled boolean NOT NULL,
    secret text NOT NULL,
    previous_secret text,
    previous_secret_expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_endpoints_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id),
    CONSTRAINT webhook_endpoints_rotation_check CHECK ((previous_secret IS NULL) = (previous_secret_expires_at IS NULL))
  )`,
  `CREATE INDEX webhook_endpoints_user_id_idx ON webhook_endpoints (user_id)`,
  `CREATE TABLE notice_deliveries (
    id text NOT NULL,
    notice_id text NOT NULL,
    user_id text NOT NULL,
    channel text NOT NULL,
    endpoint_id text,
    status text NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT notice_deliveries_pkey PRIMARY KEY (id),
    CONSTRAINT notice_deliveries_notice_id_endpoint_id_key UNIQUE (notice_id, endpoint_id),
    CONSTRAINT notice_deliveries_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES notices(id),
    CONSTRAINT notice_deliveries_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id),
    CONSTRAINT notice_deliveries_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints(id),
    CONSTRAINT notice_deliveries_channel_check CHECK (channel IN ('email', 'webhook')),
    CONSTRAINT notice_deliveries_status_check CHECK (status IN ('pending', 'delivered', 'failed')),
    CONSTRAINT notice_deliveries_endpoint_check CHECK ((channel = 'webhook') = (endpoint_id IS NOT NULL)),
    CONSTRAINT notice_deliveries_finished_check CHECK ((status = 'pending') = (finished_at IS NULL))
  )`,
  `CREATE INDEX notice_deliveries_due_at_idx ON notice_deliveries (due_at) WHERE (status = 'pending')`,
  `CREATE INDEX notice_deliveries_endpoint_id_id_idx ON notice_deliveries (endpoint_id, id)`,
  `CREATE TABLE delivery_attempts (
    delivery_id text NOT NULL,
    attempt integer NOT NULL,
    ok boolean NOT NULL,
    response_status integer,
    words text NOT NULL,
    duration_ms integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT delivery_attempts_pkey PRIMARY KEY (delivery_id, attempt),
    CONSTRAINT delivery_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES notice_deliveries(id)
  )`,
  `CREATE TRIGGER delivery_attempts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON delivery_attempts
   FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite()`,
])
