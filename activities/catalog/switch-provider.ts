import { PROVIDER_STATUSES, type ProviderStatus } from '@berth/entities/provider-account'
import { switchProviderAccount, type ProviderSwitch } from '@berth/entities/switch-provider-account'
import type { CatalogDeps } from './catalog-deps.ts'

export type SwitchProviderInput = ProviderSwitch

export const isProviderStatus = (word: string): word is ProviderStatus =>
  (PROVIDER_STATUSES as readonly string[]).includes(word)

/** The operator's switch as workflows and the command line use it. False when there is no such account. */
export const switchProvider = (
  { dataSource }: Pick<CatalogDeps, 'dataSource'>,
  input: SwitchProviderInput,
): Promise<boolean> => switchProviderAccount(dataSource, input)
