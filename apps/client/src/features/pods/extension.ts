import { costAfter } from '@berth/contract/money'
import type { Balance } from '@berth/contract/schemas/billing'
import type { ExtendRental, RentalView } from '@berth/contract/schemas/rentals'
import { parseUsd } from '../../shared/format/money.ts'

/** What the person picks in the dialog, as picked. */
export interface Extension {
  choice: 'hours' | 'until_stopped' | 'budget'
  hours: string
  budget: string
}

export type ExtensionPreview =
  | {
      ok: true
      body: ExtendRental
      endsAt: string | null
      extraMicros: bigint | null
      budgetMicros: bigint | null
    }
  | { ok: false; reason: 'hours' | 'budget' }

const SECONDS_PER_HOUR = 3600
const SHORTEST_SECONDS = 60
const LONGEST_SECONDS = 365 * 24 * SECONDS_PER_HOUR

/** Which ways of extending make sense: a timed pod gets time, a budgeted or open-ended one a budget. */
export function extensionChoices(
  rental: Pick<RentalView, 'endsAt' | 'spendLimitMicros'>,
): Extension['choice'][] {
  if (rental.endsAt !== null) return ['hours', 'until_stopped']
  return rental.spendLimitMicros === null ? ['budget'] : ['budget', 'until_stopped']
}

/** What the extension would mean, before it is asked for. */
export function previewExtension(
  extension: Extension,
  rental: Pick<RentalView, 'endsAt' | 'meter'>,
  costMicros: bigint,
): ExtensionPreview {
  if (extension.choice === 'until_stopped') {
    return { ok: true, body: { by: 'until_stopped' }, endsAt: null, extraMicros: null, budgetMicros: null }
  }
  if (extension.choice === 'budget') {
    const micros = parseUsd(extension.budget)
    if (micros === null || micros <= costMicros) return { ok: false, reason: 'budget' }
    const body = { by: 'budget' as const, spendLimitMicros: Number(micros) }
    return { ok: true, body, endsAt: null, extraMicros: micros - costMicros, budgetMicros: micros }
  }
  const seconds = Math.round(Number(extension.hours.trim().replace(',', '.')) * SECONDS_PER_HOUR)
  const isPossible = seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS
  if (!isPossible || rental.endsAt === null) return { ok: false, reason: 'hours' }
  return {
    ok: true,
    body: { by: 'seconds', seconds },
    endsAt: new Date(Date.parse(rental.endsAt) + seconds * 1000).toISOString(),
    extraMicros: costAfter(BigInt(rental.meter.priceMicrosPerHour), seconds),
    budgetMicros: null,
  }
}

/**
 * When the wallet is empty if the pod runs on as extended and everything else goes on as it does; null where its money
 * outlasts the extension. What other pods have used since they were last settled (minutes) is not in it yet.
 */
export function walletEndsAt(
  preview: ExtensionPreview,
  { meter }: Pick<RentalView, 'meter'>,
  balance: Pick<Balance, 'totalMicros' | 'burnMicrosPerHour'>,
  nowMs: number,
): string | null {
  if (!preview.ok) return null
  const perHour = Math.max(balance.burnMicrosPerHour, meter.priceMicrosPerHour)
  if (perHour === 0) return null
  const emptyMs = nowMs + (balance.totalMicros / perHour) * SECONDS_PER_HOUR * 1000
  return emptyMs < wantedEndMs(preview, meter.priceMicrosPerHour, nowMs)
    ? new Date(emptyMs).toISOString()
    : null
}

function wantedEndMs(
  { endsAt, budgetMicros, extraMicros }: Extract<ExtensionPreview, { ok: true }>,
  priceMicrosPerHour: number,
  nowMs: number,
): number {
  if (endsAt !== null) return Date.parse(endsAt)
  if (budgetMicros === null) return Infinity
  return nowMs + (Number(extraMicros) / priceMicrosPerHour) * SECONDS_PER_HOUR * 1000
}
