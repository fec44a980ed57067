import { sqlMigration } from './sql-migration.ts'

/** So that people see where they are signed in, and when they were last there. */
export const seeSessions = sqlMigration('SeeSessions1730000000610', [
  `ALTER TABLE sessions ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now()`,
  `CREATE INDEX sessions_user_idx ON sessions ((sess->>'userId'))`,
])
