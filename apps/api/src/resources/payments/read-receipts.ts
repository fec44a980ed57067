import { isId } from '@berth/contract/ids'
import { toWire } from '@berth/contract/money'
import type { Receipt } from '@berth/contract/schemas/payments'
import { TopUpEntity, type TopUp } from '@berth/entities/top-up'
import { TopUpReversalEntity, type TopUpReversal } from '@berth/entities/top-up-reversal'
import { In, LessThan, type DataSource } from 'typeorm'
import { problem } from '../../http/problem.ts'

interface ReceiptPage {
  items: Receipt[]
  nextCursor: string | null
}

/** Top-ups that were paid, newest first, each with what went back of it. */
export async function readReceipts(
  { manager }: DataSource,
  userId: string,
  { cursor, pageSize }: { cursor?: string | undefined; pageSize: number },
): Promise<ReceiptPage> {
  const topUps = await manager.find(TopUpEntity, {
    where: { userId, status: 'paid', ...(cursor !== undefined && { id: LessThan(checked(cursor)) }) },
    order: { id: 'DESC' },
    take: pageSize + 1,
  })
  const shown = topUps.slice(0, pageSize)
  const reversals = await manager.find(TopUpReversalEntity, {
    where: { topUpId: In(shown.map(({ id }) => id)) },
    order: { createdAt: 'ASC' },
  })
  return {
    items: shown.map((topUp) =>
      toReceipt(
        topUp,
        reversals.filter(({ topUpId }) => topUpId === topUp.id),
      ),
    ),
    nextCursor: topUps.length > pageSize ? (shown.at(-1)?.id ?? null) : null,
  }
}

function toReceipt(topUp: TopUp, reversals: TopUpReversal[]): Receipt {
  const { cardBrand: brand, cardLast4: last4 } = topUp
  return {
    topUpId: topUp.id,
    amountMicros: toWire(topUp.amount),
    origin: topUp.origin,
    paidAt: (topUp.paidAt ?? topUp.updatedAt).toISOString(),
    card: brand !== null && last4 !== null ? { brand, last4 } : null,
    receiptUrl: topUp.receiptUrl,
    reversals: reversals.map(({ id, amount, status, updatedAt }) => ({
      id,
      amountMicros: toWire(amount),
      status,
      at: updatedAt.toISOString(),
    })),
  }
}

function checked(cursor: string): string {
  if (isId('topUp', cursor)) return cursor
  const detail = 'The cursor is not one of ours. Take nextCursor from the page before.'
  throw problem('invalid_request', detail, { errors: [{ pointer: 'cursor', detail }] })
}
