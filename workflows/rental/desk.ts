import type { RentalEventInput, RentalPatch, RentalPlan } from '@berth/activities/provisioning/types'
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow'
import { records } from './activities.ts'
import { rentalAttributes } from './search-attributes.ts'
import { currentDetails, type Inbox, type RentalState } from './state.ts'

/**
 * One rental on the desk: its state, what has arrived for it, and the one way to change what others see of
 * it, so that row, timeline, search attributes and details never tell different stories.
 */
export interface Desk {
  readonly plan: RentalPlan
  readonly state: RentalState
  readonly inbox: Inbox
  /** Changes the state, the row and the timeline together. */
  tell(change: Partial<RentalState>, patch: RentalPatch, event?: RentalEventInput): Promise<void>
  /** Changes only what Temporal Web shows; costs no row. */
  note(change: Partial<RentalState>): void
}

export function openDesk({ plan, state, inbox }: Pick<Desk, 'plan' | 'state' | 'inbox'>): Desk {
  const note = (change: Partial<RentalState>): void => {
    const before = { ...state }
    const moved = change.waitingFor !== undefined && change.waitingFor !== before.waitingFor
    Object.assign(state, change, moved || change.phase ? { since: new Date().toISOString() } : {})
    publish(before, state, plan)
  }
  return {
    plan,
    state,
    inbox,
    note,
    async tell(change, patch, event) {
      note(change)
      const summary = event
        ? `tell: ${event.kind.replaceAll('_', ' ')}`
        : `record: ${Object.keys(patch).join(', ')}`
      const input = { rentalId: plan.rentalId, patch, events: event ? [event] : [] }
      await records.recordRental.executeWithOptions({ summary }, [input])
    },
  }
}

/** Search attributes cost an event each time they are written, therefore only when one has changed. */
function publish(before: RentalState, now: RentalState, plan: RentalPlan): void {
  setCurrentDetails(currentDetails(now, plan))
  const provider = now.pod?.provider ?? plan.provider
  const changed =
    before.phase !== now.phase ||
    before.health !== now.health ||
    before.fundedUntil !== now.fundedUntil ||
    (before.pod?.provider ?? plan.provider) !== provider
  if (!changed) return
  upsertSearchAttributes([
    { key: rentalAttributes.phase, value: now.phase },
    { key: rentalAttributes.health, value: now.health },
    { key: rentalAttributes.provider, value: provider },
    { key: rentalAttributes.gpuModel, value: plan.gpuModel },
    { key: rentalAttributes.user, value: plan.userId },
    ...(now.fundedUntil ? [{ key: rentalAttributes.fundedUntil, value: new Date(now.fundedUntil) }] : []),
  ])
}
