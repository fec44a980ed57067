import { WebhookEffectEntity } from '@berth/entities/webhook-effect'
import { WebhookEventEntity } from '@berth/entities/webhook-event'
import type { DataSource } from 'typeorm'
import { z } from 'zod'
import { planCheckout } from './plan-checkout.ts'
import { planDispute } from './plan-dispute.ts'
import { planPayment } from './plan-payment.ts'
import { planRefund } from './plan-refund.ts'
import { PaymentError } from './payment-error.ts'
import { nothing, type Plan, type PlanDeps, type ProcessedEvent } from './plan.ts'

const PLANS: Record<string, Plan> = {
  'checkout.session.completed': planCheckout,
  'checkout.session.expired': planCheckout,
  'checkout.session.async_payment_succeeded': planCheckout,
  'payment_intent.succeeded': planPayment,
  'payment_intent.payment_failed': planPayment,
  'payment_intent.canceled': planPayment,
  'refund.created': planRefund,
  'refund.updated': planRefund,
  'refund.failed': planRefund,
  'charge.dispute.created': planDispute,
  'charge.dispute.updated': planDispute,
  'charge.dispute.funds_withdrawn': planDispute,
  'charge.dispute.funds_reinstated': planDispute,
  'charge.dispute.closed': planDispute,
}

/** The types of event that change anything here; all others are noted and left alone. */
export const ACTED_ON: string[] = Object.keys(PLANS)

const payloadSchema = z.object({ type: z.string(), data: z.object({ object: z.unknown() }) })
const objectSchema = z.object({ id: z.string() })

/**
 * Applies one recorded event. The event only says where to look: state, amount and currency come from the object as
 * Stripe has it now, so that repeated, late and reordered events all end in the same books. What it did is recorded in
 * the transaction that does it, never before; a second call finds everything done and answers the same.
 */
export async function processStripeEvent(
  deps: PlanDeps & { dataSource: DataSource },
  { eventId }: { eventId: string },
): Promise<ProcessedEvent> {
  const { type, object } = await readEvent(deps.dataSource, eventId)
  const plan = PLANS[type]
  const effect = plan === undefined ? async () => nothing('ignored') : await plan(deps, idOf(eventId, object))
  return deps.dataSource.transaction(async (manager) => {
    const processed = await effect(manager)
    await manager
      .createQueryBuilder()
      .insert()
      .into(WebhookEffectEntity)
      .values({ eventId, outcome: processed.outcome })
      .orIgnore()
      .execute()
    return processed
  })
}

async function readEvent(
  dataSource: DataSource,
  eventId: string,
): Promise<{ type: string; object: unknown }> {
  const event = await dataSource.manager.findOneBy(WebhookEventEntity, { id: eventId })
  if (event === null) throw unreadable(eventId, 'is not recorded')
  const parsed = payloadSchema.safeParse(event.payload)
  if (!parsed.success) throw unreadable(eventId, z.prettifyError(parsed.error))
  return { type: parsed.data.type, object: parsed.data.data.object }
}

function idOf(eventId: string, object: unknown): string {
  const parsed = objectSchema.safeParse(object)
  if (!parsed.success) throw unreadable(eventId, z.prettifyError(parsed.error))
  return parsed.data.id
}

const unreadable = (eventId: string, words: string): PaymentError =>
  new PaymentError('event_unreadable', `Event ${eventId} can not be applied: ${words}.`, { retryable: false })
