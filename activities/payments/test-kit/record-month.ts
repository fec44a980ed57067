import { seededRandom } from '@berth/upstreams/kit/seeded-random'
import { newId } from '@berth/contract/ids'
import { micros } from '@berth/contract/money'
import { TopUpEntity } from '@berth/entities/top-up'
import { sessionOf, type PaymentsWorld } from './payments-world.ts'

const DAY_MS = 86_400_000
const CARDS = [
  [6, '4242424242424242'],
  [2, '5555555555554444'],
  [1, '4000002760003184'],
  [1, '4000000000009995'],
] as const

export interface RecordedMonth {
  walletIds: string[]
  /** What each wallet owns in the end, debts deducted: counted here, by no code of the product. */
  owned: Map<string, bigint>
}

interface Payment {
  walletId: string
  paymentIntentId: string
  cents: number
  refundedCents: number
  disputed: boolean
}

/**
 * A month at Stripe of which nobody has heard anything yet: pages paid, declined and left, cards charged by a worker that
 * died right after, refunds that arrive and refunds that fail, disputes open, won and lost. All of it follows from the seed.
 */
export async function recordMonth(world: PaymentsWorld, seed: number, days = 30): Promise<RecordedMonth> {
  const chance = (...words: (string | number)[]) => seededRandom('month', seed, ...words)
  const walletIds: string[] = []
  for (let i = 0; i < 5; i += 1) walletIds.push((await world.aTopUp({ createdAt: nowOf(world) })).walletId)
  const owned = new Map(walletIds.map((id) => [id, 0n]))
  const payments: Payment[] = []
  const moves = (walletId: string, cents: number) =>
    owned.set(walletId, (owned.get(walletId) ?? 0n) + BigInt(cents) * 10_000n)

  for (let day = 0; day < days; day += 1) {
    const walletId = walletIds[Math.floor(chance('wallet', day) * walletIds.length)] ?? ''
    const cents = 500 + Math.floor(chance('cents', day) * 20_000)
    const card = weighted(CARDS, chance('card', day))
    const paid = await checkout(world, {
      walletId,
      cents,
      card,
      saveCard: chance('save', day) < 0.4,
      leaves: chance('leaves', day) < 0.1,
    })
    if (paid !== null) {
      payments.push({ walletId, paymentIntentId: paid, cents, refundedCents: 0, disputed: false })
      moves(walletId, cents)
    }
    const old = payments[Math.floor(chance('old', day) * payments.length)]
    if (old !== undefined && chance('back', day) < 0.5)
      await takeBack(world, old, (word) => chance(word, day), moves)
    world.control.clock.advance(DAY_MS)
  }
  for (const walletId of walletIds) moves(walletId, await chargeAndDie(world, walletId))
  return { walletIds, owned }
}

interface Visit {
  walletId: string
  cents: number
  card: string
  saveCard: boolean
  leaves: boolean
}

/** Answers the payment; null where nothing was paid. */
async function checkout(world: PaymentsWorld, { leaves, card, ...wish }: Visit): Promise<string | null> {
  const { id } = await world.aTopUp({ ...wish, createdAt: nowOf(world) })
  await world.activities.createCheckout({ topUpId: id })
  if (!leaves) world.control.pay(sessionOf(world.control, id).id, card)
  const { paymentStatus, paymentIntent } = sessionOf(world.control, id)
  return paymentStatus === 'paid' ? paymentIntent : null
}

async function takeBack(
  world: PaymentsWorld,
  payment: Payment,
  chance: (word: string) => number,
  moves: (walletId: string, cents: number) => void,
): Promise<void> {
  const { walletId, paymentIntentId } = payment
  const left = payment.cents - payment.refundedCents
  if (payment.disputed || left === 0) return
  if (chance('dispute') < 0.3) {
    const dispute = world.control.openDispute(paymentIntentId)
    payment.disputed = true
    const end = chance('end')
    if (end < 0.7) world.control.closeDispute(dispute?.id ?? '', end < 0.35 ? 'won' : 'lost')
    if (end >= 0.35) moves(walletId, -payment.cents)
    return
  }
  const amount = Math.max(1, Math.floor(left * chance('part')))
  const refund = await world.stripe.refunds.create({ payment_intent: paymentIntentId, amount })
  payment.refundedCents += amount
  if (chance('fails') < 0.2) world.control.failRefund(refund.id)
  else moves(walletId, -amount)
}

/** The card was charged, and the worker that asked for it never came to write it down. Answers the cents. */
async function chargeAndDie(world: PaymentsWorld, walletId: string): Promise<number> {
  const saved = world.control
    .sessions()
    .find(
      ({ setupFutureUsage, paymentStatus, metadata }) =>
        setupFutureUsage !== null && paymentStatus === 'paid' && metadata['walletId'] === walletId,
    )
  if (saved === undefined || saved.customer === null) return 0
  const { payment_method: method } = await world.stripe.paymentIntents.retrieve(saved.paymentIntent ?? '')
  if (typeof method !== 'string') throw new Error('a saved card has no payment method')
  const { userId } = await world.wallet(walletId)
  const id = newId('topUp')
  await world.dataSource.manager.insert(TopUpEntity, {
    id,
    walletId,
    userId,
    amount: micros(50_000_000),
    origin: 'auto',
    status: 'created',
    paymentMethodId: method,
    idempotencyKey: id,
  })
  const charge = {
    amount: 5000,
    currency: 'usd',
    customer: saved.customer,
    payment_method: method,
    confirm: true,
    off_session: true,
    metadata: { topUpId: id },
  }
  return world.stripe.paymentIntents.create(charge).then(
    () => 5000,
    () => 0,
  )
}

const nowOf = ({ control }: PaymentsWorld): Date => new Date(control.clock.nowMs())

function weighted(cards: typeof CARDS, share: number): string {
  let left = share * cards.reduce((sum, [weight]) => sum + weight, 0)
  return cards.find(([weight]) => (left -= weight) < 0)?.[1] ?? cards[0][1]
}
