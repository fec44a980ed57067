import type { Cause, Said } from '@berth/contract/causes'
import type { AttemptOutcome, EndReason, RentalHealth, RentalPhase } from '@berth/contract/rental-status'
import type { RentalEventData, RentalEventKind } from '@berth/contract/rental-events'
import type { Instance, InstanceState, SshEndpoint } from '../providers/port.ts'
import type { ProviderErrorKind } from '../providers/provider-error.ts'

/** What the workflow needs to know of a rental; no key, image or environment is in it. */
export interface RentalPlan {
  rentalId: string
  userId: string
  walletId: string
  offerId: string
  gpuKey: string
  gpuModel: string
  gpuCount: number
  diskGib: number
  provider: string
  /** How long the chosen provider may take to end a pod; kept funded from the first hold on. */
  teardownSeconds: number
  priceMicrosPerHour: number
  /** Null: only the chosen offer may be taken. */
  failoverMaxPriceMicrosPerHour: number | null
  /** Counted from the moment the pod is usable; null = until stopped or until the budget is spent. */
  durationSeconds: number | null
  spendLimitMicros: number | null
  /** "2x H100 SXM on RunPod US-KS-2 for octocat". */
  summary: string
}

/** `over`: the row had ended before any worker took it up (its start was called off); there is nothing to do. */
export type ClaimAnswer =
  | { ok: true; plan: RentalPlan; resume: ResumePoint | null; stopRequestedAt: string | null }
  | { ok: false; reason: 'over' }

/** How far a rental had come when its workflow was lost. */
export interface ResumePoint {
  phase: RentalPhase
  /** Every attempt ever opened, oldest first; the last may be in use. */
  pods: (OpenAttempt & { podId: string | null })[]
  endsAt: string | null
  endReason: EndReason | null
  endDetail: string | null
  /** Absent in histories of earlier versions. */
  endCause?: Cause | null
  /** When its end was asked for or decided, ISO 8601: nothing is charged beyond. Absent in histories of earlier versions. */
  stoppedAt?: string | null
  /** Whether money was ever set aside for it. Absent in histories of earlier versions. */
  reserved?: boolean
}

/** An attempt whose record is written: from here on a pod with its marker may exist. */
export interface OpenAttempt {
  attemptId: string
  attempt: number
  marker: string
  account: string
  provider: string
  offerId: string
  priceMicrosPerHour: number
  bootBudgetSeconds: number
  teardownSeconds: number
  listLagSeconds: number
}

export type OpenAttemptAnswer =
  | { ok: true; attempt: OpenAttempt }
  | (Said & { ok: false; reason: 'offer_gone' | 'provider_off' | 'host_blocked' | 'too_dear' })

export type LaunchAnswer =
  | { ok: true; podId: string }
  | (Said & { ok: false; kind: ProviderErrorKind; retryAfterMs: number | null })

export type ReadyAnswer =
  | {
      ok: true
      ssh: SshEndpoint
      hostId: string | null
      hostKey: string | null
      /** Absent in histories of earlier versions. */
      ports?: Instance['ports']
    }
  | (Said & {
      ok: false
      outcome: Extract<AttemptOutcome, 'boot_timeout' | 'verification_failed' | 'failed'>
      hostId: string | null
    })

export type AbsenceAnswer =
  | { gone: true }
  | { gone: false; podIds: string[]; state: InstanceState | 'listed'; words: string }

export interface RentalPatch {
  phase?: RentalPhase
  health?: RentalHealth
  endReason?: EndReason | null
  endDetail?: string | null
  endCause?: Cause | null
  attempt?: Pick<OpenAttempt, 'account' | 'provider' | 'marker' | 'offerId' | 'priceMicrosPerHour'>
  podId?: string | null
  ssh?: SshEndpoint | null
  hostKey?: string | null
  ports?: Instance['ports']
  /** ISO 8601. */
  endsAt?: string | null
  spendLimitMicros?: number | null
  readyAt?: string
  stoppedAt?: string
  ended?: true
}

export type RentalEventInput = {
  [K in RentalEventKind]: { kind: K; data: RentalEventData[K] }
}[RentalEventKind]
