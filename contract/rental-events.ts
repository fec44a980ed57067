import type { Awaited } from './awaited.ts'
import type { ToldCause } from './causes.ts'
import { formatUsd } from './money.ts'
import type { AttemptOutcome, EndReason } from './rental-status.ts'

/** Everything that can stand in a rental's timeline. Zod-free: workflows write it, the API and the dashboard read it. */
export interface RentalEventData {
  requested: { offerId: string; priceMicrosPerHour: number }
  reserved: { heldMicros: number }
  attempt_started: { attempt: number; provider: string; offerId: string; priceMicrosPerHour: number }
  attempt_waiting: { attempt: number; reason: string; words: string }
  /** `cause` names the words where they are ours; absent in what earlier versions wrote. */
  attempt_failed: { attempt: number; outcome: AttemptOutcome; words: string; cause?: ToldCause | null }
  pod_created: { attempt: number; provider: string }
  pod_adopted: { attempt: number; provider: string }
  running: { host: string; port: number; bootSeconds: number }
  extended: { endsAt: string | null; spendLimitMicros: number | null }
  depleting: { fundedUntil: string }
  funded: { fundedUntil: string }
  pod_lost: { rawStatus: string; lastAliveAt: string }
  stop_requested: { by: 'user' | 'operator' }
  stopping: { reason: EndReason }
  teardown_delayed: { words: string }
  absence_proved: { attempt: number; provider: string }
  /** `awaited` is what `waitingFor` says in English; absent in what earlier versions wrote. */
  stuck: { waitingFor: string; awaited?: Awaited; words: string | null }
  recovered: Record<string, never>
  ended: {
    reason: EndReason
    detail: string | null
    cause?: ToldCause | null
    chargedMicros: number
    billedSeconds: number
  }
  pod_reaped: { provider: string; podId: string }
}
export type RentalEventKind = keyof RentalEventData

/** Why a rental ended, in one plain sentence. */
export const END_REASON_SENTENCES: Record<EndReason, string> = {
  stopped_by_user: 'You stopped it.',
  term_reached: 'The time you rented it for was over.',
  budget_reached: 'It reached the budget you set.',
  wallet_depleted: 'The wallet ran out of money.',
  wallet_limit_reached: 'A spend limit of the wallet was reached.',
  interrupted: 'The provider took the pod away. You were charged up to the last moment it was seen alive.',
  failed: 'It could not be started. Nothing was charged.',
  no_capacity: 'No provider had the GPU free. Nothing was charged.',
  insufficient_balance: 'The wallet could not fund the first minutes. Nothing was charged.',
  ended_by_operator: 'Our operators ended it.',
}

type Sentences = { [K in RentalEventKind]: (data: RentalEventData[K]) => string }

const SENTENCES: Sentences = {
  requested: () => 'You asked for this pod.',
  reserved: ({ heldMicros }) => `${formatUsd(heldMicros)} of your wallet is held for the first minutes.`,
  attempt_started: ({ attempt, provider }) => `Attempt ${attempt}: asking ${provider} for the pod.`,
  attempt_waiting: ({ words }) => `The provider makes us wait: ${words}`,
  attempt_failed: ({ attempt, words }) => `Attempt ${attempt} did not work out: ${words}`,
  pod_created: ({ provider }) => `${provider} created the pod. It is booting; nothing is charged yet.`,
  pod_adopted: ({ provider }) =>
    `${provider} had created the pod although its answer was lost. It is booting; nothing is charged yet.`,
  running: ({ bootSeconds }) => `The pod answers by SSH after ${bootSeconds} s. Billing starts now.`,
  extended: ({ endsAt, spendLimitMicros }) =>
    spendLimitMicros === null
      ? endsAt === null
        ? 'It now runs until you stop it.'
        : `It now runs until ${endsAt}.`
      : `Its budget is now ${formatUsd(spendLimitMicros)}.`,
  depleting: ({ fundedUntil }) =>
    `The wallet is almost empty: the pod is paid for until ${fundedUntil}. Top up to keep it.`,
  funded: () => 'The wallet was topped up; the pod goes on.',
  pod_lost: ({ lastAliveAt }) => `The pod is gone at the provider. It was last seen alive at ${lastAliveAt}.`,
  stop_requested: ({ by }) =>
    by === 'user' ? 'You asked to stop. Billing ended at this moment.' : 'An operator asked to stop.',
  stopping: () => 'The pod is being destroyed.',
  teardown_delayed: ({ words }) =>
    `The provider has not destroyed the pod yet: ${words} We keep trying; you are not charged.`,
  absence_proved: ({ provider }) => `${provider} confirms that the pod is gone.`,
  stuck: ({ waitingFor }) => `This takes longer than it should: ${waitingFor}`,
  recovered: () => 'It goes on.',
  ended: ({ reason, chargedMicros, billedSeconds }) =>
    `${END_REASON_SENTENCES[reason]} ${billedSeconds} s were billed, ${formatUsd(chargedMicros, 6)} in all.`,
  pod_reaped: ({ provider }) => `A pod left behind at ${provider} was found and destroyed at our cost.`,
}

/** One plain sentence for a person. Unknown kinds, from a newer server, answer their name. */
export function describeRentalEvent(kind: string, data: Record<string, unknown>): string {
  const sentence = (SENTENCES as Record<string, ((data: never) => string) | undefined>)[kind]
  return sentence ? sentence(data as never) : kind.replaceAll('_', ' ')
}
