import type { Settlement } from '@berth/activities/billing/port'
import { weSay, type Said } from '@berth/contract/causes'
import { assertNever } from '@berth/contract/errors'
import type { EndReason } from '@berth/contract/rental-status'
import { condition } from '@temporalio/workflow'
import { meter, records } from './activities.ts'
import type { Desk } from './desk.ts'
import { steadily } from './persevere.ts'
import { requestedEnd, saidBefore } from './state.ts'

export interface MeterEnd {
  reason: EndReason
  /** Money stops here, ISO 8601; null = now. */
  at: string | null
  /** What is said of it beside the reason; null where that says all. */
  said: Said | null
}

/**
 * Renews the hold until the rental has a reason to end. The database's clock decides every amount; this
 * loop only decides when to look, and looking late or twice changes nothing.
 * Returns null when the history has grown long enough to go on in a new run.
 */
export async function keepMetered(
  desk: Desk,
  first: Settlement,
  historyIsLong: () => boolean,
): Promise<MeterEnd | null> {
  const { inbox, plan } = desk
  let settlement = first
  for (;;) {
    await show(desk, settlement)
    const end =
      requestedEnd(inbox) ??
      (settlement.state === 'closed' ? await endOnRecord(desk) : fundingEnd(settlement.state))
    if (end) return end
    if (historyIsLong()) return null
    inbox.nudged = false
    await condition(() => inbox.nudged || requestedEnd(inbox) !== null, sleepMs(settlement))
    // A rental that is to end is settled by closing its meter, at the instant that was asked for.
    if (requestedEnd(inbox)) continue
    settlement = await steadily(desk, 'hold_renewal', () =>
      meter.renewHold.executeWithOptions({ summary: 'settle and renew the hold' }, [
        { rentalId: plan.rentalId },
      ]),
    )
  }
}

/** Until the next renewal is due, by the database's clock, never by the worker's. */
const sleepMs = ({ now, nextRenewalAt }: Settlement): number =>
  Math.max(Date.parse(nextRenewalAt) - Date.parse(now), 0) + 1

/** Billing says when money or time is over; it clamps every amount to that instant, so none is given here. */
function fundingEnd(state: Exclude<Settlement['state'], 'closed'>): MeterEnd | null {
  switch (state) {
    case 'funded':
    case 'depleting':
      return null
    case 'exhausted':
      return { reason: 'wallet_depleted', at: null, said: null }
    case 'budget_reached':
      return { reason: 'budget_reached', at: null, said: null }
    case 'term_reached':
      return { reason: 'term_reached', at: null, said: null }
    case 'day_limit_reached':
      return {
        reason: 'wallet_limit_reached',
        at: null,
        said: weSay({ code: 'day_limit_reached', data: {} }),
      }
    default:
      return assertNever(state)
  }
}

/** A worker died between the close of the meter and the news of it: the reason it had written down is the reason. */
async function endOnRecord({ plan: { rentalId } }: Desk): Promise<MeterEnd> {
  const claim = await records.claimRental.executeWithOptions({ summary: 'why its meter has been closed' }, [
    { rentalId },
  ])
  const resume = claim.ok ? claim.resume : null
  return resume?.endReason
    ? { reason: resume.endReason, at: null, said: saidBefore(resume) }
    : { reason: 'failed', at: null, said: weSay({ code: 'meter_closed', data: {} }) }
}

/** Tells a person once when money runs short, and once when it is back. */
async function show(desk: Desk, { fundedUntil, chargedMicros, state }: Settlement): Promise<void> {
  const change = { fundedUntil, chargedMicros }
  const depleting = state === 'depleting'
  if (depleting === (desk.state.health === 'depleting')) return desk.note(change)
  const health = depleting ? 'depleting' : 'ok'
  await desk.tell(
    { ...change, health },
    { health },
    { kind: depleting ? 'depleting' : 'funded', data: { fundedUntil } },
  )
}
