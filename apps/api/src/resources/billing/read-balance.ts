import { toWire } from '@berth/contract/money'
import type { Balance } from '@berth/contract/schemas/billing'
import type { DataSource } from 'typeorm'

interface Row {
  id: string
  available: string
  held: string
  receivable: string
  burn: string
  runway: number | null
  dayLimit: Balance['dayLimit']
  now: Date
}

/** The wallet, how fast the live pods empty it and when: by the functions that settle it, so that none says otherwise. */
export async function readBalance(dataSource: DataSource, userId: string): Promise<Balance> {
  const [wallet] = await dataSource.query<Row[]>(
    `SELECT wallets.id, shown.available, shown.held, shown.receivable, burn, runway,
       billing_day_limit_ahead(wallets.id) AS "dayLimit", billing_now() AS now
     FROM wallets, billing_preview(wallets.id, 0, 0) AS shown WHERE user_id = $1`,
    [userId],
  )
  if (!wallet) throw new Error(`user ${userId} has no wallet`)
  const [available, held] = [BigInt(wallet.available), BigInt(wallet.held)]
  return {
    walletId: wallet.id,
    availableMicros: toWire(available),
    heldMicros: toWire(held),
    totalMicros: toWire(available + held),
    receivableMicros: toWire(BigInt(wallet.receivable)),
    burnMicrosPerHour: toWire(BigInt(wallet.burn)),
    runwaySeconds: wallet.runway,
    dayLimit: wallet.dayLimit,
    asOf: wallet.now.toISOString(),
  }
}
