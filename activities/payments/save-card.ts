import { AutoTopUpEntity } from '@berth/entities/auto-top-up'
import { SavedCardEntity } from '@berth/entities/saved-card'
import type Stripe from 'stripe'
import { In, IsNull, type EntityManager } from 'typeorm'
import { lockAutoTopUp } from './lock-auto-top-up.ts'

/**
 * Keeps a card for later, in place of the one before; what a bank refused or wanted confirmed before is forgiven with it.
 * The newest card by Stripe's clock counts, and one that was removed stays removed, however late its checkout is heard of.
 */
export async function saveCard(
  manager: EntityManager,
  { walletId, method }: { walletId: string; method: Stripe.PaymentMethod },
): Promise<void> {
  const { card } = method
  if (card === undefined) return
  await lockAutoTopUp(manager, walletId)
  if (await manager.existsBy(SavedCardEntity, { paymentMethodId: method.id })) return
  const savedAt = new Date(method.created * 1000)
  const current = await manager.findOneBy(SavedCardEntity, { walletId, removedAt: IsNull() })
  const isNewest = current === null || current.savedAt <= savedAt
  if (isNewest && current !== null) await removeCard(manager, walletId)
  await manager.insert(SavedCardEntity, {
    paymentMethodId: method.id,
    walletId,
    brand: card.brand,
    last4: card.last4,
    expMonth: card.exp_month,
    expYear: card.exp_year,
    savedAt,
    removedAt: isNewest ? null : () => 'now()',
  })
  if (isNewest) await forgive(manager, walletId)
}

async function removeCard(manager: EntityManager, walletId: string): Promise<void> {
  await manager.update(SavedCardEntity, { walletId, removedAt: IsNull() }, { removedAt: () => 'now()' })
}

/** A dispute is not forgiven by a card: the person turns auto top-up on again. */
async function forgive(manager: EntityManager, walletId: string): Promise<void> {
  await manager.update(
    AutoTopUpEntity,
    { walletId, pausedReason: In(['declined', 'authentication_required']) },
    { pausedReason: null, pausedAt: null, updatedAt: () => 'now()' },
  )
  await manager.update(AutoTopUpEntity, { walletId }, { declines: 0 })
}
