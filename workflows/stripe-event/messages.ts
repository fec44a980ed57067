export interface StripeEventInput {
  /** Stripe's event id; its body is in webhook_events, never in a payload. */
  eventId: string
}

export const stripeEventWorkflowType = 'stripeEvent'
export const stripeEventWorkflowId = (eventId: string): string => `stripe-event/${eventId}`
