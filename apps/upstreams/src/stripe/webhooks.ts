import Stripe from 'stripe'
import { z } from 'zod'
import type { EmulatorClock } from '../kit/clock.ts'
import type { FaultedRequest, Faults } from '../kit/faults.ts'
import { renderEvent } from './render.ts'
import type { StripeEvent } from './state.ts'

/**
 * Faults of the delivery of events. They match on method `WEBHOOK` and on the event's type as the path, for example
 * `{ method: 'WEBHOOK', path: '^checkout.session.completed$' }`.
 */
export const stripeFaultSchema = z.discriminatedUnion('kind', [
  /** Never delivered; it stays readable under /v1/events. */
  z.strictObject({ kind: z.literal('webhook_drop') }),
  /** Delivered so many times more. */
  z.strictObject({ kind: z.literal('webhook_repeat'), copies: z.number().int().min(1).max(20) }),
  z.strictObject({ kind: z.literal('webhook_delay'), ms: z.number().int().min(1) }),
  /** Held back until the next event has been delivered: out of order. */
  z.strictObject({ kind: z.literal('webhook_out_of_order') }),
])
export type StripeFault = z.infer<typeof stripeFaultSchema>

/** One try to deliver one event. `status` null: nobody answered. */
export interface Delivery {
  readonly eventId: string
  readonly type: string
  readonly atMs: number
  readonly attempt: number
  readonly status: number | null
}

export interface Webhooks {
  /** Delivers as standing orders want it. */
  announce(event: StripeEvent): void
  /** Delivers now, orders or not. */
  send(event: StripeEvent): void
  deliveries(): readonly Delivery[]
  close(): void
}

interface WebhooksDeps {
  readonly clock: EmulatorClock
  readonly faults: Faults<StripeFault>
  /** Null: nobody listens, and every event stays pending. */
  readonly url: string | null
  readonly secret: string
  /** Waits between attempts; after the last one the event is given up. Stripe itself goes on for three days. */
  readonly retryDelaysMs: readonly number[]
  readonly onChange: () => void
}

const TIMEOUT_MS = 10_000
const KEPT_DELIVERIES = 1000

/** Sends events to one endpoint, signed as Stripe signs them, again and again until it answers 2xx. */
export function createWebhooks(deps: WebhooksDeps): Webhooks {
  const { clock, faults, url, retryDelaysMs, onChange } = deps
  const closing = new AbortController()
  let delivered: Delivery[] = []
  let heldBack: StripeEvent[] = []

  async function attempt(event: StripeEvent, number: number): Promise<void> {
    if (url === null || closing.signal.aborted) return
    const status = await post({ url, event, secret: deps.secret, closing: closing.signal })
    if (closing.signal.aborted) return
    delivered.push({ eventId: event.id, type: event.type, atMs: clock.nowMs(), attempt: number, status })
    delivered = delivered.slice(-KEPT_DELIVERIES)
    const retryMs = retryDelaysMs[number - 1]
    if (status !== null && status >= 200 && status < 300) event.pendingWebhooks = 0
    else if (retryMs !== undefined) clock.schedule(retryMs, () => void attempt(event, number + 1))
    onChange()
  }

  async function sendThenHeldBack(event: StripeEvent): Promise<void> {
    const waiting = heldBack
    heldBack = []
    await attempt(event, 1)
    for (const late of waiting) await attempt(late, 1)
  }

  return {
    announce(event) {
      const request: FaultedRequest = { method: 'WEBHOOK', path: event.type }
      if (faults.take('webhook_drop', request)) return
      if (faults.take('webhook_out_of_order', request)) {
        heldBack.push(event)
        return
      }
      const delayMs = faults.take('webhook_delay', request)?.ms ?? 0
      const copies = 1 + (faults.take('webhook_repeat', request)?.copies ?? 0)
      clock.schedule(delayMs, () => {
        for (let copy = 0; copy < copies; copy += 1) void sendThenHeldBack(event)
      })
    },
    send: (event) => void attempt(event, 1),
    deliveries: () => delivered,
    close: () => closing.abort(),
  }
}

/** The status answered, or null where there was no answer. */
async function post({ url, event, secret, closing }: PostInput): Promise<number | null> {
  const payload = JSON.stringify(renderEvent(event), null, 2)
  // Why the real time: whoever verifies it compares with their own clock.
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret })
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json; charset=utf-8', 'Stripe-Signature': signature },
      body: payload,
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    // Why swallowed: no answer is an outcome here, recorded as such and tried again.
    return null
  }
}

interface PostInput {
  readonly url: string
  readonly event: StripeEvent
  readonly secret: string
  readonly closing: AbortSignal
}
