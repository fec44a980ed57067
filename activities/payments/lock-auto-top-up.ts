import { AutoTopUpEntity, type AutoTopUp } from '@berth/entities/auto-top-up'
import type { EntityManager } from 'typeorm'

/** What may be charged to the wallet's card, locked; null where nothing was ever allowed. Always before the wallet's row. */
export const lockAutoTopUp = (manager: EntityManager, walletId: string): Promise<AutoTopUp | null> =>
  manager.findOne(AutoTopUpEntity, { where: { walletId }, lock: { mode: 'pessimistic_write' } })
