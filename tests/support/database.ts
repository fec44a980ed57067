import { inject } from 'vitest'
import { copyTemplate, type TestDatabase } from './copy-template.ts'

/**
 * A migrated, empty database for one test file. Only for `*.db.test.ts` and `*.temporal.test.ts`: the other projects
 * have no PostgreSQL.
 */
export const createTestDatabase = (): Promise<TestDatabase> => copyTemplate(inject('postgres'))
