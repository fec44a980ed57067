import { ApplicationFailure, setHandler } from '@temporalio/workflow'
import { meter } from './activities.ts'
import type { Desk } from './desk.ts'
import * as messages from './messages.ts'
import { emptyInbox, endWanted, extended, extendRefusal, isLoss, viewOf, type Inbox } from './state.ts'

/**
 * Signals may come before the rental is on the desk (a stop in its very first second), so they only fill the
 * inbox; the story reads it when it is ready to act.
 */
export function listen(desk: () => Desk | null, carried?: Inbox): Inbox {
  const inbox = carried ?? emptyInbox()
  setHandler(messages.stopSignal, (request) => {
    inbox.stop ??= request
  })
  setHandler(messages.forceEndSignal, (request) => {
    inbox.force ??= request
  })
  setHandler(messages.retryNowSignal, () => {
    inbox.retry = true
  })
  setHandler(messages.walletFundedSignal, () => {
    inbox.nudged = true
  })
  setHandler(messages.podObservedSignal, (observed) => {
    const pod = desk()?.state.pod
    if (pod?.podId === observed.podId && isLoss(observed)) inbox.lost ??= observed
  })
  setHandler(messages.viewQuery, () => {
    const open = desk()
    if (!open)
      throw ApplicationFailure.create({ type: 'not_ready', message: 'The rental has not been read yet.' })
    return viewOf(open.state)
  })
  setHandler(messages.extendUpdate, (request) => extend(desk(), request), {
    validator: (request) => {
      const open = desk()
      const refusal =
        open && endWanted(open.inbox)
          ? 'The rental is being stopped.'
          : extendRefusal(open?.state ?? null, request, Date.now())
      if (refusal) throw ApplicationFailure.nonRetryable(refusal, 'not_extendable')
    },
  })
  return inbox
}

async function extend(desk: Desk | null, request: messages.ExtendRequest): Promise<messages.ExtendAnswer> {
  if (!desk) throw ApplicationFailure.nonRetryable('The pod is not running yet.', 'not_extendable')
  const limits = extended(desk.state, request)
  await meter.setLimits.executeWithOptions({ summary: 'move end or budget' }, [
    { rentalId: desk.plan.rentalId, ...limits },
  ])
  await desk.tell(limits, limits, { kind: 'extended', data: limits })
  desk.inbox.nudged = true
  return limits
}
