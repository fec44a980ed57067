import type { EmulatorClock } from '../kit/clock.ts'
import type { Emit } from './events.ts'
import { newStripeId } from './new-id.ts'
import { renderDispute } from './render.ts'
import type { Charge, Dispute, StripeState } from './state.ts'

/** Charges that a customer's bank takes back, and how that ends. */
export type Disputes = ReturnType<typeof createDisputes>

export function createDisputes({ clock, state, emit, onChange }: DisputesDeps) {
  return {
    open(paid: Charge, reason = 'fraudulent'): Dispute {
      const { amount, currency, id: charge, paymentIntent } = paid
      const created = Math.floor(clock.nowMs() / 1000)
      const head = { id: newStripeId('dp'), created, status: 'needs_response' } as const
      const dispute: Dispute = { ...head, amount, currency, charge, paymentIntent, reason }
      state.disputes.push(dispute)
      paid.disputed = true
      emit('charge.dispute.created', renderDispute(dispute))
      emit('charge.dispute.funds_withdrawn', renderDispute(dispute))
      onChange()
      return dispute
    },
    close(dispute: Dispute, outcome: 'won' | 'lost'): void {
      dispute.status = outcome
      emit('charge.dispute.closed', renderDispute(dispute))
      if (outcome === 'won') emit('charge.dispute.funds_reinstated', renderDispute(dispute))
      onChange()
    },
  }
}

interface DisputesDeps {
  readonly clock: EmulatorClock
  readonly state: StripeState
  readonly emit: Emit
  readonly onChange: () => void
}
