import express, { type Router } from 'express'
import { type ListEventsParameters, listEventsParameters, readParameters } from './parameters.ts'
import { renderEvent } from './render.ts'
import { resourceMissing } from './stripe-error.ts'
import type { StripeEvent, StripeState } from './state.ts'

/** `/v1/events`: newest first, by pages, which is how a reader catches up on webhooks it never got. */
export function createEventRoutes({ state }: { state: StripeState }): Router {
  const router = express.Router()

  router.get('/events', (request, response) => {
    const parameters = readParameters(listEventsParameters, request.query)
    const newestFirst = state.events.filter((event) => isWanted(event, parameters)).reverse()
    const { page, hasMore } = cutPage(newestFirst, parameters, state)
    response.json({ object: 'list', url: '/v1/events', has_more: hasMore, data: page.map(renderEvent) })
  })

  router.get('/events/:id', (request, response) => {
    const event = state.events.find(({ id }) => id === request.params.id)
    if (event === undefined) throw resourceMissing('event', request.params.id)
    response.json(renderEvent(event))
  })

  return router
}

function isWanted(
  { created, type, pendingWebhooks }: StripeEvent,
  parameters: ListEventsParameters,
): boolean {
  const { gt, gte, lt, lte } = parameters.created ?? {}
  const inTime =
    created > (gt ?? -1) &&
    created >= (gte ?? 0) &&
    created < (lt ?? Number.POSITIVE_INFINITY) &&
    created <= (lte ?? Number.POSITIVE_INFINITY)
  const { delivery_success: delivered } = parameters
  return (
    inTime &&
    isOfType(type, parameters) &&
    (delivered === undefined || (pendingWebhooks === 0) === (delivered === 'true'))
  )
}

/** A type may end in a star: `checkout.session.*`. */
function isOfType(type: string, { type: one, types }: ListEventsParameters): boolean {
  const wanted = one === undefined ? types : [one]
  return (
    wanted?.some((name) => (name.endsWith('*') ? type.startsWith(name.slice(0, -1)) : type === name)) ?? true
  )
}

function cutPage(events: readonly StripeEvent[], parameters: ListEventsParameters, state: StripeState) {
  const { limit, starting_after: after, ending_before: before } = parameters
  const positionOf = (id: string): number => {
    if (!state.events.some((event) => event.id === id)) throw resourceMissing('event', id)
    return events.findIndex((event) => event.id === id)
  }
  if (before !== undefined) {
    const newer = events.slice(0, Math.max(positionOf(before), 0))
    return { page: newer.slice(-limit), hasMore: newer.length > limit }
  }
  const rest = after === undefined ? events : events.slice(positionOf(after) + 1)
  return { page: rest.slice(0, limit), hasMore: rest.length > limit }
}
