import { toWire } from '@berth/contract/money'
import type { SpendLimits } from '@berth/contract/schemas/billing'
import { type Wallet, WalletEntity } from '@berth/entities/wallet'
import type { DataSource } from 'typeorm'
import { databaseNow } from '../../database-now.ts'

const DAY_MS = 86_400_000

export async function readSpendLimits(dataSource: DataSource, userId: string): Promise<SpendLimits> {
  const wallet = await dataSource.getRepository(WalletEntity).findOneByOrFail({ userId })
  return toView(wallet, await databaseNow(dataSource))
}

/** Whole: a limit that is left out of the request does not exist in the contract. */
export async function setSpendLimits(
  dataSource: DataSource,
  userId: string,
  { perHourMicros, perDayMicros }: Pick<SpendLimits, 'perHourMicros' | 'perDayMicros'>,
): Promise<SpendLimits> {
  const { id } = await dataSource.getRepository(WalletEntity).findOneByOrFail({ userId })
  await dataSource.query('SELECT billing_set_wallet_limits($1, $2, $3)', [id, perHourMicros, perDayMicros])
  return readSpendLimits(dataSource, userId)
}

function toView({ burnLimit, dayLimit, spentOn, spentThatDay }: Wallet, now: Date): SpendLimits {
  const today = now.toISOString().slice(0, 10)
  return {
    perHourMicros: burnLimit === null ? null : toWire(burnLimit),
    perDayMicros: dayLimit === null ? null : toWire(dayLimit),
    spentTodayMicros: spentOn === today ? toWire(spentThatDay) : 0,
    resetsAt: new Date(Date.parse(today) + DAY_MS).toISOString(),
  }
}
