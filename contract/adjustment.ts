import type { NewAdjustment } from './schemas/operator-billing.ts'

interface Funds {
  availableMicros: number
  receivableMicros: number
}

/**
 * What a correction makes of a wallet, as `billing_post` does it: a credit pays what is owed first, a debit takes what is
 * available and the rest is owed, a debt is given up as far as it goes. Held money stays as it is. Micro-dollars; zod-free.
 */
export function afterAdjustment(
  { availableMicros: available, receivableMicros: owed }: Funds,
  { kind, amountMicros: amount }: Pick<NewAdjustment, 'kind' | 'amountMicros'>,
): Funds {
  if (kind === 'debt_write_off') {
    return { availableMicros: available, receivableMicros: Math.max(0, owed - amount) }
  }
  if (kind === 'debit') {
    const taken = Math.min(available, amount)
    return { availableMicros: available - taken, receivableMicros: owed + amount - taken }
  }
  const paid = Math.min(owed, amount)
  return { availableMicros: available + amount - paid, receivableMicros: owed - paid }
}
