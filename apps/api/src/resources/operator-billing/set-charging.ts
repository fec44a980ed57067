import type { ChargingTerms } from '@berth/contract/charging'
import type { Logger } from 'pino'
import type { DataSource } from 'typeorm'
import type { SignedInUser } from '../../http/authenticate.ts'
import { problem } from '../../http/problem.ts'
import { orRefused } from '../billing/sql-refusal.ts'
import type { Market } from '../catalog/market.ts'

interface Choice {
  operator: SignedInUser
  charging: ChargingTerms | null
  log: Logger
}

/** For what is rented from now on: terms are frozen on a rental at launch. */
export async function setWalletCharging(
  dataSource: DataSource,
  { walletId, ...choice }: Choice & { walletId: string },
): Promise<{ charging: ChargingTerms | null }> {
  const { charging } = choice
  await orRefused(dataSource.query('SELECT billing_set_wallet_charging($1, $2)', [walletId, charging]), {
    BE004: 'not_found',
  })
  record(choice, { walletId })
  return { charging }
}

/** Other API processes hear of it at the commit, this one before it answers. */
export async function setProviderCharging(
  { dataSource, market }: { dataSource: DataSource; market: Market },
  { account, ...choice }: Choice & { account: string },
): Promise<{ charging: ChargingTerms | null }> {
  const { charging } = choice
  const changed: unknown[] = await dataSource.query(
    `WITH changed AS (
       UPDATE provider_accounts SET charging = $2, updated_at = clock_timestamp() WHERE id = $1 RETURNING id)
     SELECT pg_notify('offers', json_build_object('account', id)::text) FROM changed`,
    [account, charging],
  )
  if (changed.length === 0) throw problem('not_found', `There is no upstream account ${account}.`)
  record(choice, { account })
  await market.invalidate(account)
  return { charging }
}

function record({ operator, charging, log }: Choice, what: Record<string, string>): void {
  log.info(
    { operator: operator.handle, operatorId: operator.id, charging, ...what },
    'operator sets charging terms',
  )
}
