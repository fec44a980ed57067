import type { OperatorProvider, SwitchProvider } from '@berth/contract/schemas/operator'
import { switchProviderAccount } from '@berth/entities/switch-provider-account'
import type { Logger } from 'pino'
import type { DataSource } from 'typeorm'
import type { SignedInUser } from '../../http/authenticate.ts'
import { problem } from '../../http/problem.ts'
import type { Market } from '../catalog/market.ts'
import { listProviders } from './list-providers.ts'

interface Switch {
  operator: SignedInUser
  account: string
  to: SwitchProvider
  log: Logger
}

/**
 * Opens or closes an account for everybody. Other API processes hear of it at the commit; this one reads it before it
 * answers, so that the operator's next look at the market shows it.
 */
export async function switchAccount(
  { dataSource, market }: { dataSource: DataSource; market: Market },
  { operator, account, to, log }: Switch,
): Promise<OperatorProvider> {
  const reason = to.status === 'on' ? null : to.reason
  const known = await switchProviderAccount(dataSource, { account, status: to.status, reason })
  if (!known) throw problem('not_found', `There is no upstream account ${account}.`)
  log.info(
    { operator: operator.handle, operatorId: operator.id, account, status: to.status, reason },
    'operator switches a provider',
  )
  await market.invalidate(account)
  const { items } = await listProviders(dataSource, account)
  const [switched] = items
  if (!switched) throw new Error(`account ${account} vanished while it was switched`)
  return switched
}
