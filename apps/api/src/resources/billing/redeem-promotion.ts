import { toWire } from '@berth/contract/money'
import type { Redeemed } from '@berth/contract/schemas/operator-billing'
import { PromotionEntity } from '@berth/entities/promotion'
import { WalletEntity } from '@berth/entities/wallet'
import type { DataSource } from 'typeorm'
import { orRefused } from './sql-refusal.ts'

/** Once per person: redeeming it again answers the first credit and moves nothing. */
export async function redeemPromotion(
  dataSource: DataSource,
  userId: string,
  code: string,
): Promise<Redeemed> {
  const wallet = await dataSource.getRepository(WalletEntity).findOneByOrFail({ userId })
  const [posted] = await orRefused(
    dataSource.query<{ transaction_id: string; fresh: boolean }[]>('SELECT * FROM billing_redeem($1, $2)', [
      wallet.id,
      code,
    ]),
    { BE020: 'promotion_refused' },
  )
  const promotion = await dataSource.getRepository(PromotionEntity).findOneByOrFail({ code })
  return {
    code,
    amountMicros: toWire(promotion.amount),
    note: promotion.note,
    transactionId: posted?.transaction_id ?? '',
    fresh: posted?.fresh ?? false,
  }
}
