import { sqlMigration } from './sql-migration.ts'

/** What we ourselves say of an end or of a failed attempt has a name beside its sentence, so that it can be told in any language. */
export const nameCauses = sqlMigration('NameCauses1730000000710', [
  `ALTER TABLE rentals ADD COLUMN end_cause jsonb`,
  `ALTER TABLE launch_outcomes ADD COLUMN cause jsonb`,
])
