import { MICROS_PER_CENT } from '@berth/contract/money'
import { checkoutSchema } from '@berth/contract/schemas/billing'
import { parseUsd } from '../../shared/format/money.ts'

export const TOP_UP_PRESETS = ['10', '25', '50', '100', '250'] as const

/** Whole cents of a typed amount that a top-up may have, or null. */
export function topUpCents(text: string): number | null {
  const micros = parseUsd(text)
  if (micros === null || micros % MICROS_PER_CENT !== 0n) return null
  const parsed = checkoutSchema.safeParse({ amountCents: Number(micros / MICROS_PER_CENT) })
  return parsed.success ? parsed.data.amountCents : null
}
