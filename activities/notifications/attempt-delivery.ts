import type { DataSource } from 'typeorm'
import type { NotificationDeps } from './activities.ts'
import type { DueDelivery, Sent } from './due-delivery.ts'
import { sendByMail } from './mail/send-by-mail.ts'
import { sendToWebhook } from './webhook/send-to-webhook.ts'
import { trackEndpoint } from './webhook/track-endpoint.ts'

export interface AttemptOutcome {
  /** When to look again; null: it is over, delivered or given up. */
  waitMs: number | null
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Three days in all: a receiver that breaks on a Friday evening is mended on Monday. */
const RETRY_WAITS_MS = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  22 * HOUR,
]
/** Longer than any attempt: should its worker die, the delivery is due again after this. */
const CLAIMED_FOR = '90 seconds'

/**
 * Tries a delivery that is due and writes down what the other side said. Taking the row up moves its time, so two who try
 * at once send once; only a crash after the sending sends again, under the same event id.
 */
export async function attemptDelivery(
  deps: NotificationDeps,
  { deliveryId }: { deliveryId: string },
): Promise<AttemptOutcome> {
  const due = await claim(deps.dataSource, deliveryId)
  if (due === null) return { waitMs: await timeUntilDue(deps.dataSource, deliveryId) }
  const startedMs = performance.now()
  const sent = await send(deps, due)
  const durationMs = Math.round(performance.now() - startedMs)
  const wait = sent.ok || sent.final ? undefined : (deps.retryWaitsMs ?? RETRY_WAITS_MS)[due.tries - 1]
  return record(deps.dataSource, {
    due,
    sent,
    durationMs,
    waitMs: wait === undefined ? null : jittered(wait),
  })
}

const send = (deps: NotificationDeps, due: DueDelivery): Promise<Sent> =>
  due.channel === 'email' ? sendByMail(deps, due) : sendToWebhook(deps, due)

/** A tenth up or down, so that what failed together does not come back together. */
const jittered = (ms: number): number => Math.round(ms * (0.9 + Math.random() * 0.2))

async function claim(dataSource: DataSource, deliveryId: string): Promise<DueDelivery | null> {
  const [[row]] = await dataSource.query<[DueDelivery[], number]>(
    `UPDATE notice_deliveries delivery SET tries = tries + 1, due_at = now() + interval '${CLAIMED_FOR}'
     FROM notices notice JOIN users person ON person.id = notice.user_id
     WHERE delivery.id = $1 AND delivery.status = 'pending' AND delivery.due_at <= now()
       AND notice.id = delivery.notice_id
     RETURNING delivery.id AS "deliveryId", delivery.channel, delivery.endpoint_id AS "endpointId", delivery.tries,
       notice.id AS "noticeId", notice.kind, notice.rental_id AS "rentalId", notice.data, notice.at,
       person.email, person.display_name AS "displayName", person.language`,
    [deliveryId],
  )
  return row ?? null
}

async function timeUntilDue(dataSource: DataSource, deliveryId: string): Promise<number | null> {
  const [row] = await dataSource.query<{ waitMs: number }[]>(
    `SELECT greatest(ceil(extract(epoch FROM due_at - now()) * 1000), 1)::float8 AS "waitMs" FROM notice_deliveries
     WHERE id = $1 AND status = 'pending'`,
    [deliveryId],
  )
  return row?.waitMs ?? null
}

interface Tried {
  due: DueDelivery
  sent: Sent
  durationMs: number
  waitMs: number | null
}

function record(dataSource: DataSource, { due, sent, durationMs, waitMs }: Tried): Promise<AttemptOutcome> {
  const status = sent.ok ? 'delivered' : waitMs === null ? 'failed' : 'pending'
  return dataSource.transaction(async (manager) => {
    // Locks the row, so that attempts are numbered one after the other. Who asked for it again meanwhile (tries is 0
    // then) gets their own try.
    const [, moved] = await manager.query<[unknown, number]>(
      `UPDATE notice_deliveries SET status = $2, due_at = now() + $3 * interval '1 millisecond',
         finished_at = CASE WHEN $2 = 'pending' THEN NULL ELSE now() END
       WHERE id = $1 AND status = 'pending' AND tries = $4`,
      [due.deliveryId, status, waitMs ?? 0, due.tries],
    )
    await manager.query(
      `INSERT INTO delivery_attempts (delivery_id, attempt, ok, response_status, words, duration_ms)
       SELECT $1, coalesce(max(attempt), 0) + 1, $2, $3, $4, $5 FROM delivery_attempts WHERE delivery_id = $1`,
      [due.deliveryId, sent.ok, sent.responseStatus, sent.words, durationMs],
    )
    await trackEndpoint(manager, { due, sent, givenUp: status === 'failed' })
    return { waitMs: moved === 1 ? waitMs : 1 }
  })
}
