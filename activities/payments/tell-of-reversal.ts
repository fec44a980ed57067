import { toWire, micros } from '@berth/contract/money'
import type { NoticeData } from '@berth/contract/notices'
import { WalletEntity } from '@berth/entities/wallet'
import type { EntityManager } from 'typeorm'
import type { Posted } from '../billing/port.ts'
import { recordNotice } from '@berth/entities/record-notice'

type Kind = Extract<
  keyof NoticeData,
  'top_up_refunded' | 'refund_failed' | 'dispute_opened' | 'dispute_won' | 'dispute_lost'
>

interface Reversal {
  walletId: string
  kind: Kind
  amountMicros: bigint
  /** The refund or dispute. */
  reference: string
  posted: Posted
}

/** Tells the wallet's owner what was just posted, in its transaction; what had been posted before was told then. */
export async function tellOfReversal(
  manager: EntityManager,
  { walletId, kind, amountMicros, reference, posted }: Reversal,
): Promise<void> {
  if (!posted.fresh) return
  const { userId } = await manager.findOneByOrFail(WalletEntity, { id: walletId })
  await recordNotice(manager, {
    userId,
    kind,
    factKey: `${kind}/${reference}`,
    data: {
      amountMicros: toWire(amountMicros),
      availableMicros: toWire(micros(posted.availableMicros)),
      receivableMicros: toWire(micros(posted.receivableMicros)),
    },
  })
}
