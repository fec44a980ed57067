import { StripeCustomerEntity } from '@berth/entities/stripe-customer'
import { UserEntity } from '@berth/entities/user'
import { WalletEntity } from '@berth/entities/wallet'
import type Stripe from 'stripe'
import type { DataSource } from 'typeorm'
import { callStripe } from './payment-error.ts'

interface CustomerDeps {
  dataSource: DataSource
  stripe: Stripe
}

/** Whom Stripe knows as the owner of this wallet's card; made at the first need, the wallet being the idempotency key. */
export async function ensureCustomer(
  { dataSource, stripe }: CustomerDeps,
  walletId: string,
): Promise<string> {
  const { manager } = dataSource
  const known = await manager.findOneBy(StripeCustomerEntity, { walletId })
  if (known !== null) return known.customerId
  const { userId } = await manager.findOneByOrFail(WalletEntity, { id: walletId })
  const { email } = await manager.findOneByOrFail(UserEntity, { id: userId })
  const customer = await callStripe(() =>
    stripe.customers.create(
      { metadata: { walletId, userId }, ...(email !== null && { email }) },
      { idempotencyKey: `customer/${walletId}` },
    ),
  )
  const row = { walletId, customerId: customer.id }
  await manager.createQueryBuilder().insert().into(StripeCustomerEntity).values(row).orIgnore().execute()
  // Why read again: of two that were made at once, the first one written counts.
  return (await manager.findOneByOrFail(StripeCustomerEntity, { walletId })).customerId
}
