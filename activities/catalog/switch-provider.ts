import { PROVIDER_STATUSES, type ProviderStatus } from '@berth/entities/provider-account'
import { announceOffers, lockAccount } from './announce-offers.ts'
import type { CatalogDeps } from './catalog-deps.ts'

export interface SwitchProviderInput {
  account: string
  status: ProviderStatus
  /** Shown to people beside the provider's name, and to operators. */
  reason: string | null
}

export const isProviderStatus = (word: string): word is ProviderStatus =>
  (PROVIDER_STATUSES as readonly string[]).includes(word)

/**
 * Takes an account into or out of service for everybody, at once and without a restart. What runs there goes on.
 * False when there is no such account.
 */
export function switchProvider(
  { dataSource }: Pick<CatalogDeps, 'dataSource'>,
  { account, status, reason }: SwitchProviderInput,
): Promise<boolean> {
  return dataSource.transaction(async (manager) => {
    await lockAccount(manager, account)
    const [, changed]: [unknown, number] = await manager.query(
      `UPDATE provider_accounts SET status = $2, reason = $3, updated_at = clock_timestamp() WHERE id = $1`,
      [account, status, reason],
    )
    await announceOffers(manager, account)
    return changed === 1
  })
}
