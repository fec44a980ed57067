import { outlook } from './runway/outlook.ts'
import { quote } from './runway/quote.ts'
import { settle } from './runway/settle.ts'
import { warn } from './runway/warn.ts'
import { sqlMigration } from './sql-migration.ts'

/** A runway that knows when each pod ends and what is paid ahead, and warnings that are given once on the way down. */
export const tellTrueRunway = sqlMigration('TellTrueRunway1730000000530', [
  ...outlook,
  ...warn,
  ...settle,
  ...quote,
])
