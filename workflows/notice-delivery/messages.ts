import { defineSignal } from '@temporalio/workflow'

export interface NoticeDeliveryInput {
  deliveryId: string
}

export const noticeDeliveryWorkflowType = 'noticeDelivery'
export const noticeDeliveryWorkflowId = (deliveryId: string): string => `notice-delivery/${deliveryId}`

/** Look at the row now: it is due, perhaps earlier than was planned. */
export const wakeSignal = defineSignal('wake')
