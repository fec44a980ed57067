import type { EntityManager } from 'typeorm'
import type { DueDelivery, Sent } from '../due-delivery.ts'
import { recordNotice } from '@berth/entities/record-notice'

/**
 * How long nothing may have been taken before an endpoint is switched off: about three days. A little less than the shortest time
 * that a delivery is tried for, so that one that is given up is enough.
 */
const SWITCHED_OFF_AFTER_HOURS = 66

interface Tracked {
  due: DueDelivery
  sent: Sent
  /** It was the last try of this delivery. */
  givenUp: boolean
}

/**
 * Remembers since when an endpoint takes nothing, and switches it off when a delivery is given up after days of that. Judged
 * at the end of a delivery alone, so that one bad minute long after another switches nothing off.
 */
export async function trackEndpoint(manager: EntityManager, { due, sent, givenUp }: Tracked): Promise<void> {
  const id = due.endpointId
  if (id === null) return
  if (sent.ok) {
    await manager.query(
      `UPDATE webhook_endpoints SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL`,
      [id],
    )
  } else if (due.kind !== 'webhook_test') {
    await manager.query(
      `UPDATE webhook_endpoints SET failing_since = now()
       WHERE id = $1 AND failing_since IS NULL AND enabled AND deleted_at IS NULL`,
      [id],
    )
    if (givenUp) await switchOff(manager, id, sent.words)
  }
}

async function switchOff(manager: EntityManager, id: string, words: string): Promise<void> {
  const [[off]] = await manager.query<[{ userId: string; url: string; since: Date }[], number]>(
    `UPDATE webhook_endpoints SET enabled = false, switched_off_at = now()
     WHERE id = $1 AND enabled AND deleted_at IS NULL AND failing_since <= now() - $2 * interval '1 hour'
     RETURNING user_id AS "userId", url, failing_since AS since`,
    [id, SWITCHED_OFF_AFTER_HOURS],
  )
  if (!off) return
  const failingSince = off.since.toISOString()
  await recordNotice(manager, {
    userId: off.userId,
    kind: 'webhook_switched_off',
    factKey: `webhook_switched_off/${id}/${failingSince}`,
    data: { endpointId: id, url: off.url, failingSince, words },
  })
}
