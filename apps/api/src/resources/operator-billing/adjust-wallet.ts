import { createHash } from 'node:crypto'
import { toWire } from '@berth/contract/money'
import type { NewAdjustment } from '@berth/contract/schemas/operator-billing'
import type { Logger } from 'pino'
import type { DataSource } from 'typeorm'
import type { SignedInUser } from '../../http/authenticate.ts'
import { orRefused } from '../billing/sql-refusal.ts'
import { operatorReference } from './operator-reference.ts'

interface Adjustment {
  operator: SignedInUser
  walletId: string
  wanted: NewAdjustment
  /** Of the request: repeated, it answers the first and moves nothing. */
  key: string
  log: Logger
}

const KINDS = {
  credit: 'adjustment_credit',
  debit: 'adjustment_debit',
  debt_write_off: 'debt_write_off',
} as const

/** Goes through the ledger like all money. Who did it stands in the transaction, where nobody can change it any more. */
export async function adjustWallet(dataSource: DataSource, adjustment: Adjustment) {
  const { operator, walletId, wanted, key, log } = adjustment
  const asked = JSON.stringify([walletId, wanted.kind, wanted.amountMicros, wanted.reason])
  const [posted] = await orRefused(
    dataSource.query<{ transaction_id: string; available: string; receivable: string }[]>(
      'SELECT * FROM billing_post($1, $2, $3, $4, $5, $6, $7, NULL)',
      [
        walletId,
        KINDS[wanted.kind],
        wanted.amountMicros,
        `adjustment/${operator.id}/${key}`,
        createHash('sha256').update(asked).digest('hex'),
        operatorReference(operator),
        wanted.reason,
      ],
    ),
    { BE004: 'not_found', BE005: 'adjustment_refused', BE010: 'idempotency_mismatch' },
  )
  if (!posted) throw new Error(`the adjustment of ${walletId} answered nothing`)
  log.info(
    { operator: operator.handle, operatorId: operator.id, walletId, ...wanted },
    'operator adjusts a wallet',
  )
  return {
    transactionId: posted.transaction_id,
    availableMicros: toWire(BigInt(posted.available)),
    receivableMicros: toWire(BigInt(posted.receivable)),
  }
}
