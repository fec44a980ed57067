import {
  newPromotionSchema,
  type NewPromotion,
  type PromotionView,
} from '@berth/contract/schemas/operator-billing'
import { parseUsd } from '../../shared/format/money.ts'

const DAY_MS = 86_400_000

/** As typed; an empty day means for ever. */
export interface PromotionForm {
  code: string
  amount: string
  maxRedemptions: string
  lastDay: string
  note: string
}

export const PROMOTION_FIELDS = ['code', 'amountMicros', 'maxRedemptions', 'expiresAt', 'note'] as const
export type PromotionField = (typeof PROMOTION_FIELDS)[number]

/** What a form asks for, or which of its fields stand against it. The last day (UTC) counts whole. */
export function readPromotion(
  { code, amount, maxRedemptions, lastDay, note }: PromotionForm,
  nowMs: number,
): { wanted: NewPromotion | null; wrong: ReadonlySet<PromotionField> } {
  const endMs = Date.parse(lastDay) + DAY_MS
  const uses = /^\d+$/.test(maxRedemptions.trim()) ? Number(maxRedemptions) : Number.NaN
  const read = newPromotionSchema.safeParse({
    code,
    amountMicros: Number(parseUsd(amount) ?? Number.NaN),
    maxRedemptions: uses,
    expiresAt: lastDay === '' || Number.isNaN(endMs) ? null : new Date(endMs).toISOString(),
    note,
  })
  const faults = read.success ? [] : read.error.issues.map(({ path }) => path[0])
  const wrong = new Set(PROMOTION_FIELDS.filter((field) => faults.includes(field)))
  // Not over yet, and not a day that does not exist.
  if (lastDay !== '' && !(endMs > nowMs)) wrong.add('expiresAt')
  return { wanted: read.success && wrong.size === 0 ? read.data : null, wrong }
}

export type PromotionState = 'active' | 'used_up' | 'expired' | 'off'

/** Whether a code can be redeemed, and if not, what stands first against it. */
export function promotionState(promotion: PromotionView, nowMs: number): PromotionState {
  const { switchedOff, expiresAt, redemptions, maxRedemptions } = promotion
  if (switchedOff) return 'off'
  if (expiresAt !== null && Date.parse(expiresAt) <= nowMs) return 'expired'
  return redemptions >= maxRedemptions ? 'used_up' : 'active'
}
