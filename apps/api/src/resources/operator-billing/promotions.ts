import { toWire } from '@berth/contract/money'
import type { NewPromotion, PromotionView } from '@berth/contract/schemas/operator-billing'
import { type Promotion, PromotionEntity } from '@berth/entities/promotion'
import type { DataSource } from 'typeorm'
import { problem } from '../../http/problem.ts'

export async function listPromotions(dataSource: DataSource): Promise<{ items: PromotionView[] }> {
  const found = await dataSource
    .getRepository(PromotionEntity)
    .find({ order: { createdAt: 'DESC' }, take: 500 })
  return { items: found.map(toView) }
}

export async function createPromotion(
  dataSource: DataSource,
  operatorId: string,
  { code, amountMicros, maxRedemptions, expiresAt, note }: NewPromotion,
): Promise<PromotionView> {
  const issued: unknown[] = await dataSource.query(
    `INSERT INTO promotions (code, amount, max_redemptions, expires_at, note, created_by)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING code`,
    [code, amountMicros, maxRedemptions, expiresAt, note, operatorId],
  )
  if (issued.length === 0) {
    throw problem('promotion_refused', `There is a code ${code} already. Choose another one.`)
  }
  return toView(await dataSource.getRepository(PromotionEntity).findOneByOrFail({ code }))
}

const toView = (promotion: Promotion): PromotionView => ({
  code: promotion.code,
  amountMicros: toWire(promotion.amount),
  maxRedemptions: promotion.maxRedemptions,
  redemptions: promotion.redemptions,
  expiresAt: promotion.expiresAt?.toISOString() ?? null,
  note: promotion.note,
  createdAt: promotion.createdAt.toISOString(),
})
