import { cancellationSignal } from '@temporalio/activity'
import { asActivity } from '../as-activity.ts'
import type { CatalogDeps } from './catalog-deps.ts'
import { findCandidates, type Candidate, type CandidateSearch } from './find-candidates.ts'
import { loadOffer, type LoadedOffer } from './load-offer.ts'
import { recordLaunchOutcome } from './record-launch-outcome.ts'
import { recordRefusal } from './record-refusal.ts'
import { switchProvider, type SwitchProviderInput } from './switch-provider.ts'
import { refreshOffers, type RefreshAnswer } from './refresh-offers.ts'

/** The catalog as workflows call it. Only `refreshOffers` talks to a provider; the others take milliseconds. */
export interface CatalogActivities {
  refreshOffers: (input: { account: string }) => Promise<RefreshAnswer>
  recordRefusal: (input: { offerId: string; reason: string }) => Promise<void>
  recordLaunchOutcome: (input: { offerId: string }) => Promise<void>
  findCandidates: (input: CandidateSearch) => Promise<Candidate[]>
  loadOffer: (input: { offerId: string }) => Promise<LoadedOffer | null>
  switchProvider: (input: SwitchProviderInput) => Promise<boolean>
}

export function createCatalogActivities(deps: CatalogDeps): CatalogActivities {
  return {
    refreshOffers: asActivity((input) => refreshOffers(deps, input, cancellationSignal())),
    recordRefusal: asActivity((input) => recordRefusal(deps, input)),
    recordLaunchOutcome: asActivity((input) => recordLaunchOutcome(deps, input)),
    findCandidates: asActivity((input) => findCandidates(deps, input)),
    loadOffer: asActivity((input) => loadOffer(deps, input)),
    switchProvider: asActivity((input) => switchProvider(deps, input)),
  }
}
