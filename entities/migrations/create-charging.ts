import { close } from './charging/close.ts'
import { columns } from './charging/columns.ts'
import { ledger } from './charging/ledger.ts'
import { meter } from './charging/meter.ts'
import { settle } from './charging/settle.ts'
import { terms } from './charging/terms.ts'
import { sqlMigration } from './sql-migration.ts'

/** Charging strategies beside the hold, chosen per offer or account, and the spend limits of a wallet. */
export const createCharging = sqlMigration('CreateCharging1730000000400', [
  ...columns,
  ...terms,
  ...ledger,
  ...settle,
  ...meter,
  ...close,
])
