import { setTimeout as sleep } from 'node:timers/promises'
import {
  noticeDeliveryWorkflowId,
  noticeDeliveryWorkflowType,
  wakeSignal,
} from '@berth/workflows/notice-delivery/messages'
import { TASK_QUEUES } from '@berth/workflows/task-queues'
import type { NotificationDeps } from './activities.ts'

const LOOK_EVERY_MS = 500
const RELAY_FOR_MS = 60_000
const AT_ONCE = 100
const START_TIMEOUT_MS = 5_000
/** A workflow that was told needs a moment to take the row up. */
const TELL_AGAIN_MS = 10_000

/**
 * Starts or wakes the workflow of every delivery that is due. One that has been tried is looked after by its own workflow,
 * whose timer is as good as ours; only when that is late has it been lost.
 */
const DUE = `
  SELECT id, id || due_at AS turn FROM notice_deliveries WHERE status = 'pending'
    AND due_at <= now() - CASE WHEN tries = 0 THEN interval '0' ELSE interval '30 seconds' END
  ORDER BY due_at LIMIT ${AT_ONCE}`

export async function relayDeliveries(
  { dataSource, temporal }: Pick<NotificationDeps, 'dataSource' | 'temporal'>,
  { signal, heartbeat }: { signal: AbortSignal; heartbeat: () => void },
): Promise<{ started: number }> {
  const told = new Map<string, number>()
  const endMs = Date.now() + RELAY_FOR_MS
  let started = 0
  while (Date.now() < endMs && !signal.aborted) {
    heartbeat()
    const due = await dataSource.query<{ id: string; turn: string }[]>(DUE)
    const now = Date.now()
    const untold = due.filter(({ turn }) => now - (told.get(turn) ?? 0) > TELL_AGAIN_MS)
    await Promise.all(untold.map(({ id }) => wake(temporal, id)))
    for (const { turn } of untold) told.set(turn, now)
    started += untold.length
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
  return { started }
}

async function wake(temporal: NotificationDeps['temporal'], deliveryId: string): Promise<void> {
  await temporal.withDeadline(Date.now() + START_TIMEOUT_MS, () =>
    temporal.signalWithStart(noticeDeliveryWorkflowType, {
      workflowId: noticeDeliveryWorkflowId(deliveryId),
      taskQueue: TASK_QUEUES.main,
      args: [{ deliveryId }],
      signal: wakeSignal,
      signalArgs: [],
    }),
  )
}
