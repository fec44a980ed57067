import type { BalanceAt, Redeemed } from '@berth/contract/schemas/operator-billing'
import { refuse } from './refuse.ts'
import { post } from './wallet.ts'
import { isoAt, type World } from './world.ts'

/** Once each, however often it is sent. */
export function redeem(world: World, code: string): Redeemed {
  const promotion = world.state.promotions.find((one) => one.code === code)
  if (!promotion) {
    throw refuse('promotion_refused', `There is no code ${code}. Look for a typing error. Nothing was moved.`)
  }
  const earlier = world.state.ledger.find((line) => line.kind === 'promotion' && line.reference === code)
  if (!earlier) {
    const credit = { availableChange: BigInt(promotion.amountMicros), heldChange: 0n }
    post(world, world.nowMs(), { kind: 'promotion', ...credit, reference: code, note: promotion.note })
    promotion.redemptions += 1
  }
  const transactionId = (earlier ?? world.state.ledger.at(-1))?.id ?? ''
  return { code, amountMicros: promotion.amountMicros, note: promotion.note, transactionId, fresh: !earlier }
}

/** The wallet as its ledger stood at an instant. */
export function balanceAt(world: World, wanted: string | undefined): BalanceAt {
  const { wallet, ledger } = world.state
  const at = wanted ?? isoAt(world.nowMs())
  const lines = ledger.filter(({ occurredAt }) => Date.parse(occurredAt) <= Date.parse(at))
  return {
    walletId: wallet.walletId,
    at,
    availableMicros: lines.reduce((sum, { availableChangeMicros }) => sum + availableChangeMicros, 0),
    heldMicros: lines.reduce((sum, { heldChangeMicros }) => sum + heldChangeMicros, 0),
    receivableMicros: wallet.receivableMicros,
    transactions: lines.length,
    headHash: lines.at(-1)?.hash ?? null,
  }
}
