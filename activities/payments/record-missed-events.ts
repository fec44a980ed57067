import { WebhookEventEntity } from '@berth/entities/webhook-event'
import type Stripe from 'stripe'
import type { DataSource } from 'typeorm'
import { callStripe } from './payment-error.ts'
import { ACTED_ON } from './process-stripe-event.ts'

/** Stripe keeps events for so long. Source: https://docs.stripe.com/api/events */
const KEPT_SECONDS = 30 * 86_400
/** An event may show up in the list later than it says it was made. */
const OVERLAP_SECONDS = 3600
/** Taken in one round; the next one goes on from there. */
const AT_MOST = 200

interface MissedDeps {
  dataSource: DataSource
  stripe: Stripe
  clock: { nowMs(): number }
}

export interface MissedEvents {
  /** Oldest first, recorded and not acted on yet. */
  eventIds: string[]
  /** Everything up to here has been seen, seconds: what the next round begins with. */
  seenUntil: number
}

/**
 * Asks Stripe for the events that webhooks never brought, or that were taken and then lost, and records them like those
 * that came. `since` null looks as far back as Stripe does.
 */
export async function recordMissedEvents(
  { dataSource, stripe, clock }: MissedDeps,
  { since }: { since: number | null },
): Promise<MissedEvents> {
  const now = Math.floor(clock.nowMs() / 1000)
  const from = since === null ? now - KEPT_SECONDS : since - OVERLAP_SECONDS
  const listed: Stripe.Event[] = []
  await callStripe(async () => {
    const types = ACTED_ON as Stripe.EventListParams['types']
    for await (const event of stripe.events.list({
      created: { gte: from },
      limit: 100,
      ...(types && { types }),
    })) {
      listed.push(event)
    }
  })
  const unheard = await withoutEffect(dataSource, listed.reverse())
  const taken = unheard.slice(0, AT_MOST)
  for (const event of taken) await record(dataSource, event)
  const last = taken.at(-1)
  return {
    eventIds: taken.map(({ id }) => id),
    seenUntil: unheard.length > AT_MOST && last !== undefined ? last.created : now,
  }
}

async function withoutEffect(dataSource: DataSource, events: Stripe.Event[]): Promise<Stripe.Event[]> {
  const rows = await dataSource.query<{ id: string }[]>(
    'SELECT event_id AS id FROM webhook_effects WHERE event_id = ANY ($1)',
    [events.map(({ id }) => id)],
  )
  const done = new Set(rows.map(({ id }) => id))
  return events.filter(({ id }) => !done.has(id))
}

async function record(dataSource: DataSource, event: Stripe.Event): Promise<void> {
  const { id, type, livemode } = event
  await dataSource.query(
    `INSERT INTO ${WebhookEventEntity.options.tableName} (id, source, type, livemode, payload) VALUES ($1, 'stripe', $2, $3, $4::jsonb)
     ON CONFLICT (id) DO NOTHING`,
    [id, type, livemode, JSON.stringify(event)],
  )
}
