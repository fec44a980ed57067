import type { Rental } from '@berth/entities/rental'
import type { TestApi } from './start-test-api.ts'

/** Writes to the ledger as the billing functions do, which need hours of metered time for the same. */
export const appendToLedger = (
  { owner }: TestApi,
  { id, walletId }: Rental,
  kind: string,
  legs: Record<string, number>,
): Promise<unknown> =>
  owner.query(
    `SELECT billing_store_wallet(appended.w) FROM wallets, LATERAL ledger_append(wallets, $2, $2 || $3, '', $3,
       NULL, NULL, NULL, now(), now(), $4::text[], $5::bigint[]) appended WHERE wallets.id = $1`,
    [walletId, kind, id, Object.keys(legs), Object.values(legs)],
  )
