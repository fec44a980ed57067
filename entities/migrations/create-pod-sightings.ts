import { sqlMigration } from './sql-migration.ts'

/** The fleet watch's memory: what is alive upstream, and since when something is missing or unwanted. */
export const createPodSightings = sqlMigration('CreatePodSightings1730000000100', [
  `CREATE TABLE pod_sightings (
    account text NOT NULL,
    pod_id text NOT NULL,
    marker text NOT NULL,
    state text NOT NULL,
    raw_status text NOT NULL,
    last_alive_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    missed integer NOT NULL DEFAULT 0,
    unwanted integer NOT NULL DEFAULT 0,
    told_state text,
    reaped_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pod_sightings_pkey PRIMARY KEY (account, pod_id)
  )`,
  `CREATE INDEX pod_sightings_marker_idx ON pod_sightings (marker)`,
])
