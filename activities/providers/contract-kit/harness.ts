import type { UpstreamOffer } from '@berth/contract/offer'
import type { Capabilities, Provider } from '../port.ts'

/**
 * What can go wrong out there, as far as a harness can order it. Each order hits the next matching call only.
 * "After" means that the upstream did the work and nobody heard.
 */
export interface FaultOrders {
  /** The next call is refused for its credentials. */
  auth: () => void
  /** The next call is refused, with Retry-After of so many seconds. */
  rateLimited: (retryAfterSeconds: number) => void
  /** The next call is refused for coming too fast, without a word of when to come back. */
  rateLimitedSilently: () => void
  /** The next answer is a success that says nothing we know. */
  unreadable: () => void
  /** The next call is refused in these words. */
  echo: (words: string) => void
  /** The next read answers 503. */
  unavailable: () => void
  /** The next launch finds nothing free. */
  noCapacity: () => void
  /** The next launch is refused for what it asks for. */
  invalidRequest: () => void
  /** The next launch is refused for lack of our own money there. */
  upstreamFunds: () => void
  /** The next launch is refused, since the account may not have more. */
  quota: () => void
  /** The next launch is refused for its credentials, although those of other calls were good. */
  launchUnauthorized: () => void
  /** The next launch is refused for coming too fast, with Retry-After of so many seconds. */
  rateLimitedLaunch: (retryAfterSeconds: number) => void
  /** The next order to end an instance is refused, since it is in the middle of something. */
  notYet: () => void
  serverErrorAfterLaunch: () => void
  cutAfterLaunch: () => void
  /** The next launch is answered by a success that says nothing we know. */
  unreadableLaunch: () => void
  serverErrorBeforeLaunch: () => void
  cutBeforeLaunch: () => void
  /** The next order to end an instance is carried out, and nobody hears so. */
  cutAfterEnd: () => void
  /** The next launch is never answered and does nothing. */
  hangLaunch: () => void
  /** The next launched instance is neither listed nor described for so long. */
  hideLaunched: (ms: number) => void
  /** This instance says a status word from now on that nobody knows. */
  unknownStatus: (id: string) => void
  /** The answers to the next look at this instance carry fields that nobody knows. */
  unknownFields: (id: string) => Promise<void> | void
  /** The upstream, or the tenant from inside, ends this instance. */
  endFromOutside: (id: string) => Promise<void> | void
}

/** One upstream with its adapter, ready for one test. */
export interface ProviderHarness<Fault extends keyof FaultOrders> {
  provider: Provider
  /** Starts an SSH server for the keys in PUBLIC_KEY, or whatever this provider's adapter relies on. */
  image: string
  /** The offer to launch; the cheapest where it does not matter. */
  choose?: (offers: UpstreamOffer[]) => UpstreamOffer | undefined
  faults: Pick<FaultOrders, Fault>
  /** The credential of the account, which nobody may ever read in an error. */
  secret?: string
  close(): Promise<void>
}

export interface ProviderContract<Fault extends keyof FaultOrders> {
  makeHarness: () => Promise<ProviderHarness<Fault>>
  /** The faults this harness can order, stated so that the suite has one test for each. */
  faults: readonly Fault[]
  /** What the adapter claims; named here so that the suite has its tests before an adapter exists. */
  claims: { stopStart: boolean; logs: boolean; costSoFar: Capabilities['billingReadout'] }
}
