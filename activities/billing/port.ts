import type { ChargingTerms } from '@berth/contract/charging'
import type { LedgerKind } from '@berth/entities/ledger-transaction'
import type { SegmentState } from '@berth/entities/rental-segment'
import type { EntityManager } from 'typeorm'

/**
 * An amount as a decimal string of micro-dollars ("2490000"). Results of billing cross into workflows, whose payloads are
 * JSON: a bigint can not travel and a number could round.
 */
export type MicrosText = string
/** An instant as ISO 8601 with milliseconds, for the same reason. */
export type InstantText = string

export type BillingState = Exclude<SegmentState, 'reserved'>

/** Where the meter of a rental stands after a settlement. */
export interface Settlement {
  rentalId: string
  /**
   * `funded`: the wanted stretch is covered. `depleting`: money ran short, cover ends at `fundedUntil` unless money comes.
   * `exhausted`, `budget_reached`, `term_reached`, `day_limit_reached`: end the pod now, with that reason. `closed`: the
   * meter has ended.
   */
  state: BillingState
  /** The database's clock at the settlement; the only clock that charges. */
  now: InstantText
  startedAt: InstantText | null
  /** Paid or held up to here; no second after it is ever sold. A forecast where nothing is set aside (`tick`). */
  fundedUntil: InstantText
  /** When to renew: early enough that a late worker still finds the pod funded. */
  nextRenewalAt: InstantText
  /**
   * The last safe moment: order the pod's end no later, so that it is gone by `fundedUntil` even if it takes the provider's
   * whole teardown time. At the end of a term or budget it equals that end: teardown is ours.
   */
  stopBy: InstantText
  chargedMicros: MicrosText
  /** Of this rental. */
  heldMicros: MicrosText
  /** Of the wallet. */
  availableMicros: MicrosText
  /** Price of all running meters of the wallet together. */
  burnMicrosPerHour: MicrosText
  /**
   * Seconds until the wallet's money runs out, holds included, with each pod's end, budget and prepaid time counted; null
   * where nothing burns or every pod ends before.
   */
  runwaySeconds: number | null
  /**
   * Other rentals of the wallet that sleep longer than the wallet now allows (this pod started, or money went): tell their
   * workflows to renew, so that all run dry together instead of one sitting on a long hold. Usually empty.
   */
  wakeRentalIds: string[]
  /** Set when this settlement crossed a threshold or recovered from all: the renter is told in its transaction. */
  warning: RunwayWarning | null
}

export type RunwayWarning = { kind: 'below'; seconds: number } | { kind: 'recovered' }

/** Why money could not be set aside. Nothing was changed. */
export interface Refusal {
  ok: false
  /** `burn_limit`: all pods together would cost more an hour than the wallet allows; `day_limit`: more than it has left today. */
  reason: 'insufficient_balance' | 'wallet_in_debt' | 'burn_limit' | 'day_limit'
  requiredMicros: MicrosText
  availableMicros: MicrosText
  /** What a top-up must bring, a debt included; with `day_limit`, what the limit is short of. */
  shortfallMicros: MicrosText
}

export interface ReserveInput {
  rentalId: string
  priceMicrosPerHour: number
  /** From the provider's capabilities: how long it may take to end a pod. Default 30. */
  teardownSeconds?: number | undefined
  spendLimitMicros?: number | null | undefined
  /** Length counted from the start of the meter; or give `endsAt`. */
  durationSeconds?: number | null | undefined
  endsAt?: InstantText | null | undefined
}

export interface StartInput {
  rentalId: string
  /** What the renter pays for the pod that was taken. */
  priceMicrosPerHour: number
  /** Where the pod that was taken ends slower or faster than the one reserved for. */
  teardownSeconds?: number | undefined
}

/** Absent: keep. Null: lift. */
export interface LimitsInput {
  rentalId: string
  endsAt?: InstantText | null | undefined
  spendLimitMicros?: number | null | undefined
}

export interface CloseInput {
  rentalId: string
  endAt?: InstantText | undefined
  /** The end was not the renter's doing: whatever was paid for time after it comes back, terms or no terms. */
  refundUnused?: boolean | undefined
}

export interface UpstreamCostInput {
  rentalId: string
  /** All that its pods have cost so far; what is booked already is corrected by the difference. */
  totalMicros: bigint
  /** One for each time that somebody looked. */
  idempotencyKey: string
  /** The rental or reconciliation that found it out. */
  reference: string
}

export interface Closing {
  chargedMicros: MicrosText
  releasedMicros: MicrosText
  /** Overrun at our expense. */
  writtenOffMicros: MicrosText
  writtenOffSeconds: number
  billedSeconds: number
  /** Null when the meter never started. */
  meteredFrom: InstantText | null
  meteredTo: InstantText | null
}

export type PostKind = Extract<
  LedgerKind,
  | 'top_up'
  | 'promotion'
  | 'refund'
  | 'dispute_opened'
  | 'dispute_won'
  | 'dispute_lost'
  | 'adjustment_credit'
  | 'adjustment_debit'
  | 'debt_write_off'
>

export interface PostInput {
  walletId: string
  /** Positive; the kind says the direction. */
  amountMicros: bigint
  kind: PostKind
  /** One key, one effect: the same request again answers the first; another request under it is a conflict. */
  idempotencyKey: string
  /** The payment, refund or dispute it stands for. */
  reference: string
  note?: string
  occurredAt?: Date
}

export interface Posted {
  transactionId: string
  availableMicros: MicrosText
  /** What the wallet owes afterwards. */
  receivableMicros: MicrosText
  /** False when this key had been posted before. */
  fresh: boolean
}

export interface WalletLimitsInput {
  walletId: string
  /** All pods of the wallet together, judged at launch. */
  burnLimitMicros: number | null
  /** Charges of one day, UTC. */
  dayLimitMicros: number | null
}

export interface PreviewInput {
  walletId: string
  priceMicrosPerHour: number
  teardownSeconds?: number
  charging?: ChargingTerms
  spendLimitMicros?: number | null
  durationSeconds?: number | null
}

export interface WalletPreview {
  availableMicros: MicrosText
  heldMicros: MicrosText
  receivableMicros: MicrosText
  burnMicrosPerHour: MicrosText
  runwaySeconds: number | null
  /** What a launch at the asked price would set aside, and how long the wallet would last with it. */
  firstHoldMicros: MicrosText
  runwayWithItSeconds: number | null
  /** Why a launch would be refused; null when it would not. */
  refusal: Refusal['reason'] | null
}

export interface SweepResult {
  settledWallets: number
  /** Live rentals that nobody seems to look after: start their workflow (starting an existing one is harmless). */
  orphans: { rentalId: string; reason: 'never_claimed' | 'renewal_overdue' | 'lingering' }[]
}

/**
 * The only part that moves money. Every method is one round trip to one SQL function that locks the wallet row first and
 * reads everything else, the clock included, under that lock. Every method may be repeated after an unknown outcome.
 */
export interface Billing {
  /** Sets the first hold aside; no meter runs yet. Idempotent by rental. */
  reserve(input: ReserveInput): Promise<{ ok: true; heldMicros: MicrosText } | Refusal>
  /**
   * The pod is verified usable: the meter starts now, once; later calls answer like `renew`. At another price than reserved (a
   * failover offer) the hold is made anew, or refused with the reservation untouched.
   */
  start(input: StartInput): Promise<{ ok: true; settlement: Settlement } | Refusal>
  /** Captures what was used up to now and refills the hold. */
  renew(input: { rentalId: string }): Promise<Settlement>
  /** Moves the end or the spend limit; null lifts it. Settles, so the answer shows the effect. */
  setLimits(input: LimitsInput): Promise<Settlement>
  /**
   * Ends the meter at the earliest of `endAt` (last seen alive; default now), the stop on record, term, budget and funded end;
   * gives back seconds charged beyond it as far as the terms say, books the pod's seconds after it to `write_off`, releases
   * the hold. Once.
   */
  close(input: CloseInput): Promise<Closing>
  /**
   * Credits or takes back money from outside. Given the caller's manager it joins that transaction, so that an event is
   * recorded as done together with its effect.
   */
  post(input: PostInput, manager?: EntityManager): Promise<Posted>
  /**
   * Brings what is booked as a rental's upstream cost to this total, by a transaction of its own, so that its margin is
   * known. Joins the caller's transaction where its manager is given.
   */
  recordUpstreamCost(input: UpstreamCostInput, manager?: EntityManager): Promise<void>
  /** The spend limits of a wallet; null lifts one. Pods that run see the limit of the day at their next settlement. */
  setWalletLimits(input: WalletLimitsInput): Promise<void>
  preview(input: PreviewInput): Promise<WalletPreview>
  /** Settles wallets whose workflows are late, and names live rentals that may have none. */
  sweep(input: { limit: number }): Promise<SweepResult>
}
