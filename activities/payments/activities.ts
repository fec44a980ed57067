import type Stripe from 'stripe'
import type { DataSource } from 'typeorm'
import type { Billing } from '../billing/port.ts'
import { asActivity } from '../as-activity.ts'
import { createCardSetup, detachRemovedCards, settleCardSetup, type CardSetupInput } from './card-setup.ts'
import { chargeSavedCard } from './charge-saved-card.ts'
import { claimAutoTopUp, type AutoTopUpClaim } from './claim-auto-top-up.ts'
import { abandonCheckout, createCheckout, type OpenedCheckout } from './create-checkout.ts'
import { findDueAutoTopUps } from './find-due-auto-top-ups.ts'
import { findLostTopUps } from './find-lost-top-ups.ts'
import { notifyWalletFunded, type NotifyDeps } from './notify-wallet-funded.ts'
import type { ProcessedEvent } from './plan.ts'
import { processStripeEvent } from './process-stripe-event.ts'
import { recordMissedEvents, type MissedEvents } from './record-missed-events.ts'
import { settleCheckout } from './settle-checkout.ts'
import type { CheckoutState } from './settle-top-up.ts'

export interface PaymentActivitiesDeps {
  dataSource: DataSource
  stripe: Stripe
  billing: Pick<Billing, 'post'>
  temporal: NotifyDeps['temporal']
  settings: {
    /** Origin of the dashboard, no slash at the end: where Stripe's page leads back to. */
    publicUrl: string
  }
  clock: { nowMs(): number }
}

type TopUpRef = { topUpId: string }

/** What the workflows of payments may do. Ids in, states out: no key, card or address is ever in a payload. */
export interface PaymentActivities {
  createCheckout(input: TopUpRef): Promise<OpenedCheckout>
  abandonCheckout(input: TopUpRef): Promise<OpenedCheckout>
  settleCheckout(input: TopUpRef): Promise<CheckoutState>
  processStripeEvent(input: { eventId: string }): Promise<ProcessedEvent>
  notifyWalletFunded(input: { walletId: string }): Promise<{ notified: number }>
  createCardSetup(input: CardSetupInput): Promise<{ sessionId: string; url: string }>
  settleCardSetup(input: { sessionId: string }): Promise<{ status: 'open' | 'saved' | 'expired' }>
  detachRemovedCards(): Promise<{ detached: number }>
  findDueAutoTopUps(input: { limit: number }): Promise<{ walletIds: string[] }>
  claimAutoTopUp(input: { walletId: string }): Promise<AutoTopUpClaim>
  chargeSavedCard(input: TopUpRef): Promise<CheckoutState>
  findLostTopUps(): Promise<{ topUpIds: string[] }>
  recordMissedEvents(input: { since: number | null }): Promise<MissedEvents>
}

export function createPaymentActivities(deps: PaymentActivitiesDeps): PaymentActivities {
  return {
    createCheckout: asActivity((input) => createCheckout(deps, input)),
    abandonCheckout: asActivity((input) => abandonCheckout(deps, input)),
    settleCheckout: asActivity((input) => settleCheckout(deps, input)),
    processStripeEvent: asActivity((input) => processStripeEvent(deps, input)),
    notifyWalletFunded: asActivity((input) => notifyWalletFunded(deps, input)),
    createCardSetup: asActivity((input) => createCardSetup(deps, input)),
    settleCardSetup: asActivity((input) => settleCardSetup(deps, input)),
    detachRemovedCards: () => asActivity(detachRemovedCards)(deps),
    findDueAutoTopUps: asActivity((input) => findDueAutoTopUps(deps, input)),
    claimAutoTopUp: asActivity((input) => claimAutoTopUp(deps, input)),
    chargeSavedCard: asActivity((input) => chargeSavedCard(deps, input)),
    findLostTopUps: () => findLostTopUps(deps),
    recordMissedEvents: asActivity((input) => recordMissedEvents(deps, input)),
  }
}
