import type { DataSource } from 'typeorm'
import type { ProviderStatus } from './provider-account.ts'

export interface ProviderSwitch {
  account: string
  status: ProviderStatus
  /** Shown to people beside the provider's name, and to operators. */
  reason: string | null
}

/**
 * Takes an account into or out of service for everybody, at once and without a restart. What runs there goes on.
 * One statement, so that no API process hears of a switch that was not made. False when there is no such account.
 */
export async function switchProviderAccount(
  dataSource: DataSource,
  { account, status, reason }: ProviderSwitch,
): Promise<boolean> {
  const switched: unknown[] = await dataSource.query(
    `WITH switched AS (
       UPDATE provider_accounts SET status = $2, reason = $3, updated_at = clock_timestamp() WHERE id = $1 RETURNING id)
     SELECT pg_notify('offers', json_build_object('account', id)::text) FROM switched`,
    [account, status, reason],
  )
  return switched.length === 1
}
