import type { ApiKeyScope } from './api-keys.ts'
import type { ToldCause } from './causes.ts'
import type { EndReason } from './rental-status.ts'

/** What a notice of each kind says. Zod-free: the database writes it, the API, e-mails and webhooks read it. */
export interface NoticeData {
  runway_low: RunwayFigures & { thresholdSeconds: number; dayLimit: DayLimitAhead | null }
  runway_recovered: RunwayFigures
  auto_top_up_paid: { amountMicros: number; availableMicros: number }
  /** `words`: what the bank or Stripe said. `nextTryAt`: null where nothing is tried by itself any more. */
  auto_top_up_failed: { amountMicros: number; words: string; nextTryAt: string | null }
  auto_top_up_paused: { words: string }
  top_up_refunded: Reversal
  /** The card did not take the refund: the money is in the wallet again. */
  refund_failed: Reversal
  /** The bank took the money back while it looks into it. */
  dispute_opened: Reversal
  /** Decided for the payment: what was frozen is in the wallet again. */
  dispute_won: Reversal
  /** Decided for the cardholder: what was frozen is gone. */
  dispute_lost: Reversal
  wallet_in_debt: { receivableMicros: number; availableMicros: number }
  debt_cleared: { clearedMicros: number; availableMicros: number }
  rental_running: RentalFacts & { host: string; port: number; bootSeconds: number }
  rental_interrupted: RentalFacts
  rental_ended: RentalFacts & {
    reason: EndReason
    detail: string | null
    /** The name of the detail where it is ours; absent in what earlier versions wrote. */
    cause?: ToldCause | null
    chargedMicros: number
    billedSeconds: number
  }
  /** It took nothing for about three days. */
  webhook_switched_off: {
    endpointId: string
    url: string
    failingSince: string
    /** What it answered last, or why it was not reached. */
    words: string
  }
  /** Said even to those who want to hear of nothing else. */
  api_key_created: {
    name: string
    /** How the key begins. */
    prefix: string
    scope: ApiKeyScope
    expiresAt: string | null
    /** The address it was made from, shortened like those of sessions; null where it is not known. */
    network: string | null
    browser: string | null
    system: string | null
  }
  webhook_test: Record<string, never>
}
export type NoticeKind = keyof NoticeData

/** Money of a top-up that went back, or came again. */
interface Reversal {
  amountMicros: number
  /** Of the wallet, afterwards. */
  availableMicros: number
  /** What the wallet owes afterwards. */
  receivableMicros: number
}

interface RunwayFigures {
  /** Seconds until the money runs out; null where every pod ends before. */
  runwaySeconds: number | null
  availableMicros: number
  heldMicros: number
  burnMicrosPerHour: number
}

/** The limit of the day, where it stops pods before the money would. */
interface DayLimitAhead {
  limitMicros: number
  /** When the day (UTC) begins anew. */
  resetsAt: string
}

interface RentalFacts {
  name: string
  gpuModel: string
  gpuCount: number
  /** Its name for people. */
  provider: string
  region: string
  priceMicrosPerHour: number
}

/** Kinds that a person can choose to hear of, in the order of a list of choices. */
export const CHOOSABLE_NOTICE_KINDS = [
  'runway_low',
  'runway_recovered',
  'auto_top_up_paid',
  'auto_top_up_failed',
  'auto_top_up_paused',
  'top_up_refunded',
  'refund_failed',
  'dispute_opened',
  'dispute_won',
  'dispute_lost',
  'wallet_in_debt',
  'debt_cleared',
  'rental_running',
  'rental_interrupted',
  'rental_ended',
  'webhook_switched_off',
] as const satisfies readonly NoticeKind[]

/** Of these everybody hears, by e-mail too: whoever takes over an account must not be able to keep it quiet. */
const SECURITY_NOTICE_KINDS = ['api_key_created'] as const satisfies readonly NoticeKind[]

/** All that stand in the list of notices, and that a webhook endpoint can choose. */
export const LISTED_NOTICE_KINDS = [...CHOOSABLE_NOTICE_KINDS, ...SECURITY_NOTICE_KINDS] as const

/** `webhook_test` is sent when somebody tries an endpoint, and stands in no list. */
export const NOTICE_KINDS = [...LISTED_NOTICE_KINDS, 'webhook_test'] as const satisfies readonly NoticeKind[]

/** Where a person can switch a kind off; webhooks choose their kinds one by one. */
export const NOTICE_CHANNELS = ['dashboard', 'email'] as const
export type NoticeChannel = (typeof NOTICE_CHANNELS)[number]

export const DELIVERY_CHANNELS = ['email', 'webhook'] as const
export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]
