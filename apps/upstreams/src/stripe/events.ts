import type { EmulatorClock } from '../kit/clock.ts'
import { newStripeId } from './new-id.ts'
import type { StripeEvent, StripeState } from './state.ts'
import type { Webhooks } from './webhooks.ts'

/** Who asked for what happened; null where nobody did (a page, a clock, a control order). */
export interface Cause {
  readonly requestId: string
  readonly idempotencyKey: string | null
}

/** Writes down that something happened, and tells the webhook. */
export type Emit = (type: string, object: Record<string, unknown>, cause?: Cause | null) => StripeEvent

export function createEmit({ clock, state, webhooks }: EmitDeps): Emit {
  return (type, object, cause = null) => {
    const event: StripeEvent = {
      id: newStripeId('evt'),
      created: Math.floor(clock.nowMs() / 1000),
      type,
      // Why a copy: an event shows its object as it was then.
      object: structuredClone(object),
      requestId: cause?.requestId ?? null,
      idempotencyKey: cause?.idempotencyKey ?? null,
      pendingWebhooks: 1,
    }
    state.events.push(event)
    webhooks.announce(event)
    return event
  }
}

interface EmitDeps {
  readonly clock: EmulatorClock
  readonly state: StripeState
  readonly webhooks: Webhooks
}
