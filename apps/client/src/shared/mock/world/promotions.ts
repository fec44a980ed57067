import type { BalanceAt, PromotionView, Redeemed } from '@berth/contract/schemas/operator-billing'
import type { ByOperator } from '@berth/contract/schemas/operator-people'
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
    refuseWhatIsOver(promotion, world.nowMs())
    const credit = { availableChange: BigInt(promotion.amountMicros), heldChange: 0n }
    post(world, world.nowMs(), { kind: 'promotion', ...credit, reference: code, note: promotion.note })
    promotion.redemptions += 1
  }
  const transactionId = (earlier ?? world.state.ledger.at(-1))?.id ?? ''
  return { code, amountMicros: promotion.amountMicros, note: promotion.note, transactionId, fresh: !earlier }
}

function refuseWhatIsOver(promotion: PromotionView, nowMs: number): void {
  const { code, switchedOff, expiresAt, redemptions, maxRedemptions } = promotion
  const isOver = (why: string) => refuse('promotion_refused', `The code ${code} ${why}. Nothing was moved.`)
  if (switchedOff) throw isOver('can not be redeemed any more')
  if (expiresAt !== null && Date.parse(expiresAt) <= nowMs) throw isOver('has expired')
  if (redemptions >= maxRedemptions) throw isOver('has been used up')
}

const DAY = 86_400_000

/** One of each state. */
export function examplePromotions(nowMs: number, by: ByOperator): PromotionView[] {
  const daysAway = (days: number): string => isoAt(nowMs + days * DAY)
  const common = { createdBy: by, switchedOff: null, expiresAt: null, amountMicros: 10_000_000 }
  return [
    {
      ...common,
      code: 'STUDENTS-2026',
      amountMicros: 25_000_000,
      maxRedemptions: 500,
      redemptions: 38,
      expiresAt: daysAway(45),
      note: 'For the course on distributed training.',
      createdAt: daysAway(-9),
    },
    {
      ...common,
      code: 'MEETUP-OSLO',
      maxRedemptions: 40,
      redemptions: 17,
      note: 'Thank you for coming.',
      createdAt: daysAway(-16),
      switchedOff: { at: daysAway(-14), by, reason: 'It was posted in a public channel.' },
    },
    {
      ...common,
      code: 'WELCOME',
      maxRedemptions: 100,
      redemptions: 12,
      note: 'Welcome to Berth.',
      createdAt: daysAway(-30),
    },
    {
      ...common,
      code: 'LAUNCH-WEEK',
      amountMicros: 5_000_000,
      maxRedemptions: 20,
      redemptions: 20,
      note: 'You were early.',
      createdAt: daysAway(-58),
    },
    {
      ...common,
      code: 'NEW-YEAR',
      maxRedemptions: 1000,
      redemptions: 204,
      expiresAt: daysAway(-50),
      note: 'A good start.',
      createdAt: daysAway(-70),
    },
  ]
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
