import { sqlMigration } from './sql-migration.ts'

/** The language in which somebody is written to. Null until they, or their browser, said one. */
export const knowLanguages = sqlMigration('KnowLanguages1730000000720', [
  `ALTER TABLE users
    ADD COLUMN language text,
    ADD CONSTRAINT users_language_check CHECK (language IN ('en', 'zh-CN'))`,
])
