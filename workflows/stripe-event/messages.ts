export interface StripeEventInput {
  /** Stripe's event id; its body is in webhook_events, never in a payload. */
  eventId: string
}

export interface StripeEventResult {
  /** What the event changed, as it stands in webhook_effects; `ignored` where it is nothing to us. */
  outcome: string
}

export const stripeEventWorkflowType = 'stripeEvent'
export const stripeEventWorkflowId = (eventId: string): string => `stripe-event/${eventId}`
