import { newId } from '@berth/contract/ids'
import { formatUsd, micros, toWire } from '@berth/contract/money'
import { AutoTopUpEntity, type AutoTopUp } from '@berth/entities/auto-top-up'
import { TopUpEntity } from '@berth/entities/top-up'
import type { DataSource, EntityManager } from 'typeorm'
import { recordNotice } from '@berth/entities/record-notice'
import { lockAutoTopUp } from './lock-auto-top-up.ts'

/** The top-up to charge, or why there is none. */
export type AutoTopUpClaim =
  | { topUpId: string }
  | { topUpId: null; reason: 'off' | 'paused' | 'no_card' | 'enough' | 'too_soon' | 'monthly_cap' }

interface Facts {
  user_id: string
  available: string
  payment_method_id: string | null
  too_soon: boolean
  month: string
  charged_this_month: string
}

/**
 * Decides, under the lock of the settings, whether the saved card is charged now, and writes the top-up that says so: one
 * amount, one charge under way, one an hour, never over the month's cap. A charge that is under way already is the answer.
 */
export async function claimAutoTopUp(
  { dataSource }: { dataSource: DataSource },
  { walletId }: { walletId: string },
): Promise<AutoTopUpClaim> {
  return dataSource.transaction(async (manager) => {
    const settings = await lockAutoTopUp(manager, walletId)
    if (settings === null) return no('off')
    const underWay = { walletId, origin: 'auto', status: 'created' } as const
    const charging = await manager.findOneBy(TopUpEntity, underWay)
    if (charging !== null) return { topUpId: charging.id }
    if (!settings.enabled) return no('off')
    if (settings.pausedReason !== null) return no('paused')
    const facts = await readFacts(manager, walletId)
    const refusal = refusalOf(settings, facts)
    if (refusal === 'monthly_cap') await capped(manager, settings, facts)
    if (refusal !== null) return no(refusal)
    return { topUpId: await claim(manager, settings, facts) }
  })
}

const no = (reason: (AutoTopUpClaim & { topUpId: null })['reason']): AutoTopUpClaim => ({
  topUpId: null,
  reason,
})

function refusalOf(settings: AutoTopUp, facts: Facts) {
  if (facts.payment_method_id === null) return 'no_card'
  if (BigInt(facts.available) >= settings.threshold) return 'enough'
  if (facts.too_soon) return 'too_soon'
  return BigInt(facts.charged_this_month) + settings.amount > settings.monthlyCap ? 'monthly_cap' : null
}

/** By the database's clock, as all of billing. Months are those of UTC. */
async function readFacts(manager: EntityManager, walletId: string): Promise<Facts> {
  const [facts] = await manager.query<Facts[]>(
    `SELECT wallet.user_id, wallet.available, card.payment_method_id,
       coalesce(settings.last_attempt_at > now() - interval '1 hour', false) AS too_soon,
       to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
       (SELECT coalesce(sum(amount), 0) FROM top_ups
        WHERE top_ups.wallet_id = wallet.id AND origin = 'auto' AND status IN ('created', 'paid')
          AND created_at >= date_trunc('month', now(), 'UTC')) AS charged_this_month
     FROM wallets wallet JOIN auto_top_ups settings ON settings.wallet_id = wallet.id
     LEFT JOIN saved_cards card ON card.wallet_id = wallet.id AND card.removed_at IS NULL
     WHERE wallet.id = $1`,
    [walletId],
  )
  if (facts === undefined) throw new Error(`there is no wallet ${walletId}`)
  return facts
}

async function claim(manager: EntityManager, { walletId, amount }: AutoTopUp, facts: Facts): Promise<string> {
  const id = newId('topUp')
  await manager.insert(TopUpEntity, {
    id,
    walletId,
    userId: facts.user_id,
    amount: micros(amount),
    origin: 'auto',
    status: 'created',
    paymentMethodId: facts.payment_method_id,
    idempotencyKey: id,
  })
  await manager.update(AutoTopUpEntity, { walletId }, { lastAttemptAt: () => 'now()' })
  return id
}

/** Told once a month and cap; a higher cap or a new month goes on. */
async function capped(manager: EntityManager, settings: AutoTopUp, facts: Facts): Promise<void> {
  const { walletId, amount, monthlyCap } = settings
  await manager.update(AutoTopUpEntity, { walletId }, { cappedAt: () => 'now()' })
  await recordNotice(manager, {
    userId: facts.user_id,
    kind: 'auto_top_up_failed',
    factKey: `auto_top_up_capped/${walletId}/${facts.month}/${monthlyCap}`,
    data: {
      amountMicros: toWire(amount),
      words: `One more would go over your monthly cap of ${formatUsd(monthlyCap)}. Nothing was charged.`,
      nextTryAt: null,
    },
  })
}
