import type { RentalHealth, RentalPhase, EndReason } from '@berth/contract/rental-status'
import type { RentalPlan } from '@berth/activities/provisioning/types'
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { Inbox, RentalState } from './state.ts'

/** Everything else about the rental stands in its row: no key, image or environment travels in a payload. */
export interface RentalInput {
  rentalId: string
  /** Present after continue-as-new: the rental as it was. */
  carried?: CarriedRental
}

/** Opaque to callers; the whole state of a metered rental as one JSON value. */
export interface CarriedRental {
  plan: RentalPlan
  state: RentalState
  inbox: Inbox
}

export const rentalWorkflowType = 'rental'
export const rentalWorkflowId = (rentalId: string): string => `rental/${rentalId}`

/**
 * A worker that dies in the middle of a task is given up after this, so that the next settlement comes within seconds; Temporal
 * waits ten by itself. Local activities that take longer extend their task.
 */
export const rentalTaskTimeout = '4s'

export interface StopRequest {
  /** Money stops at this instant, ISO 8601, database clock. */
  requestedAt: string
  by: 'user' | 'operator'
}

export interface ExtendRequest {
  /** New end, ISO 8601; null = until stopped; absent = as it is. */
  endsAt?: string | null
  /** Adds to the present end. */
  addSeconds?: number
  spendLimitMicros?: number | null
}

export interface ExtendAnswer {
  endsAt: string | null
  spendLimitMicros: number | null
}

/** News of the pod from the fleet watch. */
export interface PodObserved {
  podId: string
  state: string
  rawStatus: string
  /** When it was seen so, and when it was last seen alive, ISO 8601. */
  observedAt: string
  lastAliveAt: string
}

export interface RentalView {
  phase: RentalPhase
  health: RentalHealth
  endReason: EndReason | null
  /** What it waits for, in one sentence. */
  waitingFor: string | null
  since: string
  attempt: number
  podId: string | null
  lastError: string | null
  fundedUntil: string | null
  chargedMicros: string
}

/** Fire and forget: recorded by Temporal even while every worker is down. */
export const stopSignal = defineSignal<[StopRequest]>('stop')
export const walletFundedSignal = defineSignal('walletFunded')
export const podObservedSignal = defineSignal<[PodObserved]>('podObserved')
/** Operator: stop waiting and try the pending step again now. */
export const retryNowSignal = defineSignal('retryNow')
/** Operator: end the rental; the pod is destroyed and the reason recorded. */
export const forceEndSignal = defineSignal<[{ reason: string }]>('forceEnd')

/** Rejected by its validator, before history is written, unless the rental is live; update id = the caller's idempotency key. */
export const extendUpdate = defineUpdate<ExtendAnswer, [ExtendRequest]>('extend')

export const viewQuery = defineQuery<RentalView>('view')
