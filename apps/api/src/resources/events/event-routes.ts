import { type LiveEvent, liveEventSchema } from '@berth/contract/schemas/events'
import { type RentalEvent, RentalEventEntity } from '@berth/entities/rental-event'
import { type Request, Router } from 'express'
import { type DataSource, MoreThan } from 'typeorm'
import type { Authenticate } from '../../http/authenticate.ts'
import { requireUser } from '../../http/authenticate.ts'
import { type EventStream, openEventStream } from '../../http/event-stream.ts'
import { problem } from '../../http/problem.ts'
import type { LiveStreams, AccessWatch } from './live-streams.ts'
import type { Notification, Notifications } from './notifications.ts'

/** A page that was away longer reads everything anew anyway. */
const MAX_REPLAYED = 500
/** A slower transaction may commit a lower id later: a resuming reader looks back this far; an event told twice does no harm. */
const LOOK_BACK_IDS = 50n

interface EventRoutesDeps {
  dataSource: DataSource
  authenticate: Authenticate
  notifications: Notifications
  streams: LiveStreams
  access: AccessWatch
}

/** `GET /v1/events`: says what of one's own has changed; the reader then asks for it. */
export function createEventRoutes(deps: EventRoutesDeps): Router {
  const router = Router()
  router.get('/v1/events', async (request, response) => {
    const user = await requireUser(deps.authenticate, request)
    if (!deps.streams.hasRoom(user.id)) {
      throw problem('rate_limited', 'Too many live connections of yours are open. Close some tabs.')
    }
    const resumeFrom = lastEventId(request)
    const stream = openEventStream(response)
    deps.streams.add(stream, { userId: user.id, ...deps.access.of(request) })
    await serve(deps, stream, user.id, resumeFrom)
  })
  return router
}

/** Live events wait until the missed ones are told, so that ids only rise. */
async function serve(
  { dataSource, notifications }: EventRoutesDeps,
  stream: EventStream,
  userId: string,
  resumeFrom: bigint | null,
): Promise<void> {
  let position = resumeFrom
  let replaying: Notification[] | null = []
  const pass = (notification: Notification): void => {
    if (notification.channel === 'reconnected') return void replay()
    const event = toLiveEvent(notification, userId)
    if (!event) return
    const id = notification.channel === 'rental_event' ? notification.id : undefined
    if (id !== undefined && (position === null || BigInt(id) > position)) position = BigInt(id)
    send(stream, event, id)
  }
  const replay = async (): Promise<void> => {
    replaying ??= []
    try {
      const missed = position === null ? [] : await eventsAfter(dataSource, userId, position)
      for (const event of missed) {
        send(stream, rentalUpdated(event), event.id)
        if (position === null || BigInt(event.id) > position) position = BigInt(event.id)
      }
    } catch {
      // Why: the reader comes back by itself and asks again from where it stands.
      stream.close()
    }
    const held = replaying ?? []
    replaying = null
    for (const notification of held) pass(notification)
  }
  const unsubscribe = notifications.subscribe((notification) => {
    if (replaying) replaying.push(notification)
    else pass(notification)
  })
  stream.onClose(unsubscribe)
  await replay()
}

/** Null for what is not this person's. */
function toLiveEvent(notification: Notification, userId: string): LiveEvent | null {
  const at = new Date().toISOString()
  switch (notification.channel) {
    case 'rental_event':
      if (notification.userId !== userId) return null
      return { type: 'rental.updated', rentalId: notification.rentalId, kind: notification.kind, at }
    case 'rental_renamed':
      return notification.userId === userId
        ? { type: 'rental.updated', rentalId: notification.rentalId, kind: 'renamed', at }
        : null
    case 'notice':
      return notification.userId === userId
        ? { type: 'notice.created', noticeId: notification.id, kind: notification.kind, at }
        : null
    case 'notices_read':
      return notification.userId === userId ? { type: 'notices.read', at } : null
    case 'wallet':
      return notification.userId === userId
        ? { type: 'wallet.updated', walletId: notification.walletId, at }
        : null
    case 'offers':
      return { type: 'offers.updated', provider: notification.account, at }
    default:
      return null
  }
}

const rentalUpdated = ({ rentalId, kind, at }: RentalEvent): LiveEvent => ({
  type: 'rental.updated',
  rentalId,
  kind,
  at: at.toISOString(),
})

function send(stream: EventStream, event: LiveEvent, id: string | undefined): void {
  stream.send({ type: event.type, data: liveEventSchema.parse(event), ...(id === undefined ? {} : { id }) })
}

function eventsAfter(dataSource: DataSource, userId: string, position: bigint): Promise<RentalEvent[]> {
  const from = position > LOOK_BACK_IDS ? position - LOOK_BACK_IDS : 0n
  return dataSource.getRepository(RentalEventEntity).find({
    where: { userId, id: MoreThan(from.toString()) },
    order: { id: 'ASC' },
    take: MAX_REPLAYED,
  })
}

function lastEventId(request: Request): bigint | null {
  const value = request.get('last-event-id')
  return value !== undefined && /^\d{1,18}$/.test(value) ? BigInt(value) : null
}
