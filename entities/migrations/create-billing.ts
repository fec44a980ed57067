import { arithmetic } from './billing/arithmetic.ts'
import { close } from './billing/close.ts'
import { ledger } from './billing/ledger.ts'
import { meter } from './billing/meter.ts'
import { post } from './billing/post.ts'
import { settle } from './billing/settle.ts'
import { sqlMigration } from './sql-migration.ts'

/** The functions that move money: the only way to change a wallet, a meter or the ledger. */
export const createBilling = sqlMigration('CreateBilling1730000000010', [
  ...arithmetic,
  ...ledger,
  ...settle,
  ...meter,
  ...close,
  ...post,
])
