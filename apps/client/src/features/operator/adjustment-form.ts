import type { Balance } from '@berth/contract/schemas/billing'
import { newAdjustmentSchema, type NewAdjustment } from '@berth/contract/schemas/operator-billing'
import { parseUsd } from '../../shared/format/money.ts'

export interface AdjustmentForm {
  kind: NewAdjustment['kind']
  /** As typed, in dollars. */
  amount: string
  reason: string
}

export interface ReadForm {
  /** Null while something is wrong. */
  wanted: NewAdjustment | null
  /** Whole micro-dollars of an amount that may be given; null while it may not. */
  amountMicros: number | null
  wrong: { amount: 'amountWrong' | 'amountOverDebt' | null; reason: 'reasonWrong' | null }
}

/** What a form asks for, or which of its fields stand against it. */
export function readAdjustment(
  { kind, amount, reason }: AdjustmentForm,
  { receivableMicros }: Pick<Balance, 'receivableMicros'>,
): ReadForm {
  const micros = Number(parseUsd(amount) ?? Number.NaN)
  const given = newAdjustmentSchema.shape.amountMicros.safeParse(micros)
  const overDebt = kind === 'debt_write_off' && micros > receivableMicros
  const amountWrong = given.success ? (overDebt ? 'amountOverDebt' : null) : 'amountWrong'
  const said = newAdjustmentSchema.shape.reason.safeParse(reason)
  const amountMicros = given.success && amountWrong === null ? given.data : null
  return {
    wanted: amountMicros !== null && said.success ? { kind, amountMicros, reason: said.data } : null,
    amountMicros,
    wrong: { amount: amountWrong, reason: said.success ? null : 'reasonWrong' },
  }
}
