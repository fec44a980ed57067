import type { PromotionView } from '@berth/contract/schemas/operator-billing'
import type { ApiKey, Session } from '@berth/contract/schemas/access'
import type { SshKey, User } from '@berth/contract/schemas/account'
import type { PersonLedgerLine } from '@berth/contract/schemas/operator-people'
import type { TopUp, SpendLimits } from '@berth/contract/schemas/billing'
import type { OfferView, ProviderHealth } from '@berth/contract/schemas/catalog'
import type { LiveEvent } from '@berth/contract/schemas/events'
import type { OperatorProvider, OperatorRental } from '@berth/contract/schemas/operator'
import type {
  Notice,
  NoticePreferences,
  WebhookDelivery,
  WebhookEndpoint,
} from '@berth/contract/schemas/notices'
import type { AutoTopUp, SavedCard } from '@berth/contract/schemas/payments'
import type { ReconciliationRunView } from '@berth/contract/schemas/reconciliation'
import type { RentalDetail, RentalEventView } from '@berth/contract/schemas/rentals'
import type { MockWallet } from './ledger-line.ts'
import type { MockPerson } from './people.ts'

/** What an offer does when it is rented, so that every outcome can be reached on purpose. */
export type OfferBehaviour =
  | 'works'
  | 'is_taken'
  | 'gets_dearer'
  | 'refuses'
  | 'never_boots'
  | 'lingers'
  | 'is_interrupted'

export interface MockOffer extends OfferView {
  behaviour: OfferBehaviour
}

/** What happens to a rental next, and when (milliseconds since the epoch). */
export interface NextStep {
  atMs: number
  step: 'reserve' | 'attempt' | 'refused' | 'created' | 'ready' | 'settle' | 'delayed' | 'gone'
}

export interface MockRental {
  view: RentalDetail
  offer: MockOffer
  next: NextStep | null
}

/** One thing told on the live stream; only rental events have an id to resume from. */
export interface Told {
  id: string | null
  event: LiveEvent
}

/** Everything there is, as plain JSON: a page load takes it along. */
export interface WorldState {
  user: User
  signedIn: boolean
  wallet: MockWallet
  promotions: PromotionView[]
  limits: Pick<SpendLimits, 'perHourMicros' | 'perDayMicros'>
  ledger: PersonLedgerLine[]
  offers: MockOffer[]
  providers: OperatorProvider[]
  rentals: MockRental[]
  events: RentalEventView[]
  /** Rentals of other people, which operators see. */
  othersRentals: OperatorRental[]
  people: MockPerson[]
  lastReconciliation: ReconciliationRunView
  topUps: TopUp[]
  card: SavedCard | null
  autoTopUp: AutoTopUp
  sshKeys: SshKey[]
  apiKeys: ApiKey[]
  sessions: Session[]
  notices: Notice[]
  choices: NoticePreferences['choices']
  webhooks: WebhookEndpoint[]
  deliveries: WebhookDelivery[]
  /** The lowest runway threshold that was warned about; null while none is due. */
  warnedBelowSeconds: number | null
  told: Told[]
  eventCount: number
}

export interface World {
  state: WorldState
  /** Milliseconds since the epoch. While the past is being told, a moment of the past. */
  nowMs: () => number
  tell: (told: Told) => void
  listen: (listener: (told: Told) => void) => () => void
}

/** The live stream keeps as much as the API replays. */
const KEPT = 500

export function createWorld(state: WorldState, nowMs: () => number = Date.now): World {
  const listeners = new Set<(told: Told) => void>()
  return {
    state,
    nowMs,
    tell: (told) => {
      state.told.push(told)
      state.told.splice(0, Math.max(0, state.told.length - KEPT))
      for (const listener of listeners) listener(told)
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

export const isoAt = (ms: number): string => new Date(ms).toISOString()

/** The providers as the market tells of them. */
export function providerHealth({ state }: World, nowMs: number): ProviderHealth[] {
  const words = { on: 'ok', drain: 'draining', off: 'off' } as const
  return state.providers.map(({ provider, displayName, status, reason, latencyMs }) => ({
    provider,
    displayName,
    status: words[status],
    cause: status === 'on' ? null : ('switched' as const),
    reason,
    offers: state.offers.filter((offer) => offer.provider === provider).length,
    refreshedAt: isoAt(nowMs - 12_000),
    latencyMs,
  }))
}
