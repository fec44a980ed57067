import type { LISTED_NOTICE_KINDS } from '@berth/contract/notices'
import type { NoticePreferences } from '@berth/contract/schemas/notices'

export type ListedKind = (typeof LISTED_NOTICE_KINDS)[number]
export type Choice = NoticePreferences['choices'][number]
export type Channel = 'dashboard' | 'email'

export const GROUP_NAMES = ['wallet', 'payments', 'pods', 'access'] as const
export type NoticeGroup = (typeof GROUP_NAMES)[number]

/** Events by what they are about, in the order in which they are shown. */
export const NOTICE_GROUPS: Record<NoticeGroup, readonly ListedKind[]> = {
  wallet: ['runway_low', 'runway_recovered', 'wallet_in_debt', 'debt_cleared'],
  payments: [
    'auto_top_up_paid',
    'auto_top_up_failed',
    'auto_top_up_paused',
    'top_up_refunded',
    'refund_failed',
    'dispute_opened',
    'dispute_won',
    'dispute_lost',
  ],
  pods: ['rental_running', 'rental_interrupted', 'rental_ended'],
  access: ['api_key_created', 'webhook_switched_off'],
}

/** The choices of a group, in its order; events that nobody can switch off are not among them. */
export function choicesOf(group: NoticeGroup, choices: readonly Choice[]): Choice[] {
  return NOTICE_GROUPS[group].flatMap((kind) => choices.filter((choice) => choice.kind === kind))
}

/** What a press on the switch of a whole group asks for: the channel on for all of it, or off where all had it. */
export function switchAll(choices: readonly Choice[], channel: Channel): Choice[] {
  const wanted = !choices.every((choice) => choice[channel])
  return choices
    .filter((choice) => choice[channel] !== wanted)
    .map((choice) => ({ ...choice, [channel]: wanted }))
}
