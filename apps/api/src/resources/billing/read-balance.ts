import { affordableSeconds, toWire } from '@berth/contract/money'
import type { Balance } from '@berth/contract/schemas/billing'
import type { DataSource } from 'typeorm'

interface Row {
  id: string
  available: string
  held: string
  receivable: string
  burn: string
  now: Date
}

/** The wallet, and how fast the live rentals empty it; a term is paid and empties it no more. */
export async function readBalance(dataSource: DataSource, userId: string): Promise<Balance> {
  const [wallet] = await dataSource.query<Row[]>(
    `SELECT wallets.id, available, held, receivable, clock_timestamp() AS now,
            (SELECT coalesce(sum(price_micros_per_hour), 0) FROM rental_segments
             WHERE wallet_id = wallets.id AND state <> 'closed' AND started_at IS NOT NULL AND strategy <> 'term') AS burn
     FROM wallets WHERE user_id = $1`,
    [userId],
  )
  if (!wallet) throw new Error(`user ${userId} has no wallet`)
  const [available, held, burn] = [BigInt(wallet.available), BigInt(wallet.held), BigInt(wallet.burn)]
  return {
    walletId: wallet.id,
    availableMicros: toWire(available),
    heldMicros: toWire(held),
    totalMicros: toWire(available + held),
    receivableMicros: toWire(BigInt(wallet.receivable)),
    burnMicrosPerHour: toWire(burn),
    runwaySeconds: affordableSeconds(available + held, burn),
    asOf: wallet.now.toISOString(),
  }
}
