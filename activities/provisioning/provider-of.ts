import { DomainError } from '@berth/contract/errors'
import type { Provider } from '../providers/port.ts'

/** The adapter of an account; retryable, since another worker or a later deployment may serve it. */
export function providerOf(providers: ReadonlyMap<string, Provider>, account: string): Provider {
  const provider = providers.get(account)
  if (!provider) {
    throw new DomainError(
      'provider_not_configured',
      `This worker has no credentials for the account ${account}.`,
      { retryable: true },
    )
  }
  return provider
}
