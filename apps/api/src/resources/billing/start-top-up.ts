import { formatUsd, microsFromCents } from '@berth/contract/money'
import { type TopUp, TopUpEntity } from '@berth/entities/top-up'
import { WalletEntity } from '@berth/entities/wallet'
import type { Logger } from 'pino'
import type { DataSource } from 'typeorm'
import type { IdempotencyClaim } from '../../http/idempotency.ts'
import { problem } from '../../http/problem.ts'
import type { Orchestrator } from '../../temporal/orchestrator.ts'

interface StartTopUpDeps {
  dataSource: DataSource
  orchestrator: Orchestrator
}

interface StartTopUpInput {
  userId: string
  amountCents: number
  saveCard: boolean
  claim: IdempotencyClaim
  log: Logger
}

/**
 * Records the wish, then has its workflow open Stripe's page. Whatever fails on the way, no money has moved: a page whose
 * address never arrived is never shown, and repeating with the same key goes on with the same top-up.
 */
export async function startTopUp(
  { dataSource, orchestrator }: StartTopUpDeps,
  { userId, amountCents, saveCard, claim, log }: StartTopUpInput,
): Promise<TopUp> {
  const topUp = await recordTopUp(dataSource, {
    id: await claim.resourceId('topUp'),
    userId,
    amount: microsFromCents(amountCents),
    saveCard,
    idempotencyKey: claim.key,
  })
  try {
    await orchestrator.openCheckout(topUp.id)
  } catch (error) {
    log.error({ err: error, topUpId: topUp.id }, 'the payment page could not be opened')
    throw problem(
      'payments_unavailable',
      `The payment page for ${formatUsd(topUp.amount)} could not be opened. Nothing was charged. Try again in a minute.`,
      { retryAfterSeconds: 30, cause: error },
    )
  }
  return dataSource.getRepository(TopUpEntity).findOneByOrFail({ id: topUp.id })
}

/** The row of this key, made now or by an earlier try. */
async function recordTopUp(
  dataSource: DataSource,
  wanted: Pick<TopUp, 'id' | 'userId' | 'amount' | 'saveCard' | 'idempotencyKey'>,
): Promise<TopUp> {
  const { userId, idempotencyKey } = wanted
  const wallet = await dataSource.getRepository(WalletEntity).findOneByOrFail({ userId })
  const topUps = dataSource.getRepository(TopUpEntity)
  await topUps
    .createQueryBuilder()
    .insert()
    .values({ ...wanted, walletId: wallet.id, status: 'created' })
    .orIgnore()
    .execute()
  const topUp = await topUps.findOneByOrFail({ userId, idempotencyKey })
  if (topUp.amount === wanted.amount) return topUp
  throw problem(
    'idempotency_mismatch',
    'This Idempotency-Key was sent before with another amount. Make a new key for a new top-up; nothing was charged.',
  )
}
