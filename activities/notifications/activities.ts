import { Context } from '@temporalio/activity'
import type { WorkflowClient } from '@temporalio/client'
import type { DataSource } from 'typeorm'
import { asActivity } from '../as-activity.ts'
import { attemptDelivery, type AttemptOutcome } from './attempt-delivery.ts'
import { forgetNotices } from './forget-notices.ts'
import type { SendMail } from './mail/send-mail.ts'
import { relayDeliveries } from './relay-deliveries.ts'

export interface NotificationSettings {
  /** Null: no mail server is set up. */
  sendMail: SendMail | null
  webhooks: {
    secretsKeys: readonly string[]
    /** Plain http and private addresses pass: for a stack on one's own machine. */
    allowLocal: boolean
  }
  /** How long to wait after each failed try, milliseconds; after the last wait and one more try it is given up. */
  retryWaitsMs?: readonly number[]
}

export interface NotificationDeps extends NotificationSettings {
  dataSource: DataSource
  temporal: Pick<WorkflowClient, 'signalWithStart' | 'withDeadline'>
  /** Origin of the dashboard, no slash at the end: where the links of e-mails lead. */
  publicUrl: string
}

/** Ids in, waits out: no address, secret or text of a notice is ever in a payload. */
export interface NotificationActivities {
  attemptDelivery(input: { deliveryId: string }): Promise<AttemptOutcome>
  relayDeliveries(): Promise<{ started: number }>
  forgetNotices(): Promise<{ forgotten: number }>
}

export function createNotificationActivities(deps: NotificationDeps): NotificationActivities {
  const attempt = asActivity((input: { deliveryId: string }) => attemptDelivery(deps, input))
  return {
    attemptDelivery: attempt,
    relayDeliveries: () => {
      const { cancellationSignal, heartbeat } = Context.current()
      return relayDeliveries(deps, { signal: cancellationSignal, heartbeat: () => heartbeat() })
    },
    forgetNotices: async () => ({ forgotten: await forgetNotices(deps.dataSource) }),
  }
}
