import { type Micros, micros } from '@berth/contract/money'
import { WalletEntity } from '@berth/entities/wallet'
import type { DataSource } from 'typeorm'

/** A wallet as it would stand with one more pod. A forecast: nothing is locked. */
export interface LaunchOutlook {
  walletId: string
  available: Micros
  receivable: Micros
  /** What starting it sets aside. */
  firstHold: Micros
  /** How long the wallet lasts with this pod and all that run; null when nothing costs anything. */
  runwayWithItSeconds: number | null
}

interface Row {
  available: string
  receivable: string
  first_hold: string
  runway_with_it: number | null
}

/** Asks the very functions that set money aside, so that the forecast and the decision cannot differ by rule. */
export async function launchOutlook(
  dataSource: DataSource,
  input: { userId: string; priceMicrosPerHour: number; teardownSeconds: number },
): Promise<LaunchOutlook> {
  const wallet = await dataSource.getRepository(WalletEntity).findOneByOrFail({ userId: input.userId })
  const [row] = await dataSource.query<Row[]>('SELECT * FROM billing_preview($1, $2, $3)', [
    wallet.id,
    input.priceMicrosPerHour,
    input.teardownSeconds,
  ])
  if (!row) throw new Error(`no outlook for wallet ${wallet.id}`)
  return {
    walletId: wallet.id,
    available: micros(row.available),
    receivable: micros(row.receivable),
    firstHold: micros(row.first_hold),
    runwayWithItSeconds: row.runway_with_it,
  }
}
