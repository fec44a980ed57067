import { toWire } from '@berth/contract/money'
import { AutoTopUpEntity, type AutoTopUp } from '@berth/entities/auto-top-up'
import type { TopUp } from '@berth/entities/top-up'
import type Stripe from 'stripe'
import type { EntityManager } from 'typeorm'
import type { Billing } from '../billing/port.ts'
import { recordNotice } from '@berth/entities/record-notice'
import { findTopUp } from './find-top-up.ts'
import { judgeCharge, type ChargeRefusal } from './judge-charge.ts'
import { lockAutoTopUp } from './lock-auto-top-up.ts'
import { pauseAutoTopUp } from './pause-auto-top-up.ts'
import { changeTopUp, creditTopUp, type CheckoutState } from './settle-top-up.ts'

/** So many refusals in a row, and nothing more is tried until the person has acted. */
const DECLINES_UNTIL_PAUSE = 3
/** At most one attempt in this time, whatever came of it. */
export const ATTEMPT_EVERY_MS = 3_600_000

export interface SettleChargeInput {
  manager: EntityManager
  billing: Pick<Billing, 'post'>
  topUpId: string
  /** As retrieved from Stripe a moment ago. */
  intent: Stripe.PaymentIntent
}

/**
 * Brings an automatic top-up to where Stripe's record of its charge says it is, inside the caller's transaction, and tells
 * the person there. However often, late or concurrently it is called, it credits once and counts one refusal once.
 */
export async function settleCharge(input: SettleChargeInput): Promise<CheckoutState> {
  const { manager, billing, topUpId, intent } = input
  const topUp = await findTopUp(manager, topUpId, { locked: true })
  if (topUp.status === 'paid') return { status: 'paid', walletId: topUp.walletId }
  const verdict = judgeCharge(topUp, intent)
  if (verdict.kind === 'open') return { status: 'open' }
  if (verdict.kind === 'refused') return refuseCharge(manager, topUp, verdict.refusal, intent.id)
  await lockAutoTopUp(manager, topUp.walletId)
  await manager.update(
    AutoTopUpEntity,
    { walletId: topUp.walletId },
    { declines: 0, updatedAt: () => 'now()' },
  )
  const available = await creditTopUp({ manager, billing, topUp, paidBy: intent.id, payment: intent })
  await recordNotice(manager, {
    userId: topUp.userId,
    kind: 'auto_top_up_paid',
    factKey: `auto_top_up_paid/${topUp.id}`,
    data: { amountMicros: toWire(topUp.amount), availableMicros: toWire(available) },
  })
  return { status: 'paid', walletId: topUp.walletId }
}

/** Nothing was paid: counted, told, and after the third in a row (or where it is no use) paused. */
export async function refuseCharge(
  manager: EntityManager,
  topUp: TopUp,
  refusal: ChargeRefusal,
  paymentIntentId: string | null = null,
): Promise<CheckoutState> {
  const { id, walletId } = topUp
  if (topUp.status === 'failed') return { status: 'failed', words: topUp.failureWords ?? refusal.words }
  const settings = await lockAutoTopUp(manager, walletId)
  const { code: failureCode, words: failureWords } = refusal
  await changeTopUp(manager, id, { status: 'failed', failureCode, failureWords, paymentIntentId })
  if (settings !== null) await countRefusal(manager, topUp, settings, refusal)
  return { status: 'failed', words: failureWords }
}

async function countRefusal(
  manager: EntityManager,
  topUp: TopUp,
  settings: AutoTopUp,
  { words, advice }: ChargeRefusal,
): Promise<void> {
  const { id, walletId, userId } = topUp
  const declines = settings.declines + 1
  await manager.update(AutoTopUpEntity, { walletId }, { declines, updatedAt: () => 'now()' })
  if (advice === 'confirm') {
    const asked = `Your bank wants you to confirm the payment yourself: open the wallet and press the button there. (${words})`
    await pauseAutoTopUp(manager, { walletId, reason: 'authentication_required', fact: id, words: asked })
  } else if (advice === 'never' || declines >= DECLINES_UNTIL_PAUSE) {
    const stopped = `Your card was refused${declines > 1 ? ` ${declines} times in a row` : ''}: ${words} Save another card in the wallet.`
    await pauseAutoTopUp(manager, { walletId, reason: 'declined', fact: id, words: stopped })
  } else {
    const nextTryAt = new Date((settings.lastAttemptAt?.getTime() ?? Date.now()) + ATTEMPT_EVERY_MS)
    await recordNotice(manager, {
      userId,
      kind: 'auto_top_up_failed',
      factKey: `auto_top_up_failed/${id}`,
      data: { amountMicros: toWire(topUp.amount), words, nextTryAt: nextTryAt.toISOString() },
    })
  }
}
