import { sqlMigration } from './sql-migration.ts'

/** What a renter hands to a pod: its ports, the names of its variables, and their sealed values for as long as a launch may need them. */
export const createPodEnvironments = sqlMigration('CreatePodEnvironments1730000000690', [
  `ALTER TABLE rentals
    ADD COLUMN env_names text[] NOT NULL DEFAULT '{}',
    ADD COLUMN ports integer[] NOT NULL DEFAULT '{}',
    ADD COLUMN published_ports jsonb NOT NULL DEFAULT '[]'`,
  `CREATE TABLE pod_environments (
    rental_id text NOT NULL,
    sealed text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pod_environments_pkey PRIMARY KEY (rental_id),
    CONSTRAINT pod_environments_rental_id_fkey FOREIGN KEY (rental_id) REFERENCES rentals(id)
  )`,

  // Why here and not in the code that ends a rental: whoever moves it on, and on whichever way, the values go with that write.
  `CREATE FUNCTION erase_pod_environment() RETURNS trigger LANGUAGE plpgsql
   SECURITY DEFINER SET search_path = public, pg_temp AS $$
  BEGIN
    DELETE FROM pod_environments WHERE rental_id = NEW.id;
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER rentals_erase_pod_environment AFTER UPDATE OF phase ON rentals FOR EACH ROW
   WHEN (NEW.phase IN ('running', 'stopping', 'ended') AND OLD.phase IS DISTINCT FROM NEW.phase)
   EXECUTE FUNCTION erase_pod_environment()`,

  // The catalog writes what each provider can do at its next refresh; until then, the least.
  `UPDATE provider_accounts SET terms = '{"ports": "tunnel", "environment": "lines"}'::jsonb || terms WHERE terms IS NOT NULL`,
])
