import type { NotificationActivities } from '@berth/activities/notifications/activities'
import { condition, proxyActivities, setHandler } from '@temporalio/workflow'
import { TASK_QUEUES } from '../task-queues.ts'
import { wakeSignal, type NoticeDeliveryInput } from './messages.ts'

/** Refusals of the other side are answers; what is retried here is a database that is away, or a worker that died. */
const { attemptDelivery } = proxyActivities<NotificationActivities>({
  taskQueue: TASK_QUEUES.notices,
  startToCloseTimeout: '60s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  summary: 'Send it, and write down what the other side said',
})

/**
 * One notice to one place: tried until it is taken or given up. The row says whether it is due and how long to wait, so
 * being woken too often, or started again after a loss, sends nothing twice.
 */
export async function noticeDelivery({ deliveryId }: NoticeDeliveryInput): Promise<void> {
  let woken = false
  setHandler(wakeSignal, () => {
    woken = true
  })
  for (;;) {
    woken = false
    const { waitMs } = await attemptDelivery({ deliveryId })
    if (waitMs !== null) await condition(() => woken, waitMs)
    else if (!woken) return
  }
}
