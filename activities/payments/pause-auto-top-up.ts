import { AutoTopUpEntity, type AutoTopUpPause } from '@berth/entities/auto-top-up'
import { WalletEntity } from '@berth/entities/wallet'
import type { EntityManager } from 'typeorm'
import { recordNotice } from '@berth/entities/record-notice'
import { lockAutoTopUp } from './lock-auto-top-up.ts'

interface Pause {
  walletId: string
  reason: AutoTopUpPause
  /** What made us stop: the failed charge, or the dispute. */
  fact: string
  words: string
}

/** Charges nothing more by itself until the person acts, and tells them. */
export async function pauseAutoTopUp(
  manager: EntityManager,
  { walletId, reason, fact, words }: Pause,
): Promise<void> {
  const settings = await lockAutoTopUp(manager, walletId)
  if (settings === null || !settings.enabled || settings.pausedReason !== null) return
  await manager.update(
    AutoTopUpEntity,
    { walletId },
    { pausedReason: reason, pausedAt: () => 'now()', updatedAt: () => 'now()' },
  )
  const { userId } = await manager.findOneByOrFail(WalletEntity, { id: walletId })
  await recordNotice(manager, {
    userId,
    kind: 'auto_top_up_paused',
    factKey: `auto_top_up_paused/${fact}`,
    data: { words },
  })
}
