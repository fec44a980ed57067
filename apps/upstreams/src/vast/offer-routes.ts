import express, { type Router } from 'express'
import type { EmulatorClock } from '../kit/clock.ts'
import { faultedRequest } from '../kit/fault-middleware.ts'
import { invalidArgs, sendError } from './api-error.ts'
import { ASKS } from './asks.ts'
import type { Instances } from './instances.ts'
import { renderOffer } from './render-offer.ts'
import { createSchema, parseBody } from './requests.ts'
import { passes, readSearch, sorted } from './search.ts'

interface OfferRoutesDeps {
  readonly clock: EmulatorClock
  readonly instances: Instances
  readonly isTaken: (askId: number) => boolean
}

/** The search for offers and their renting: `/bundles` and `/asks` of the vendor document. */
export function createOfferRoutes({ clock, instances, isTaken }: OfferRoutesDeps): Router {
  const router = express.Router()

  router.post('/api/v0/bundles', (request, response) => {
    const search = readSearch(request.body)
    if (search === null) {
      response.status(400).json({ error: 'invalid_request', msg: 'Invalid json body' })
      return
    }
    const { isBid, allocatedStorageGb, filters, order, limit } = search
    const offers = ASKS.map((ask) =>
      renderOffer(ask, { isBid, allocatedStorageGb, rented: isTaken(ask.id), nowMs: clock.nowMs() }),
    ).filter((offer) => passes(offer, filters))
    response.json({ offers: sorted(offers, order).slice(0, limit) })
  })

  router.put('/api/v0/asks/:id', (request, response) => {
    const askId = Number(request.params.id)
    const body = parseBody(createSchema, request.body)
    if (!Number.isInteger(askId)) sendError(response, invalidArgs("'id' must be a valid offer ID"))
    else if (!body.ok) sendError(response, body.error)
    else {
      const created = instances.create(askId, body.value, faultedRequest(request))
      if (created.ok) response.json(renderCreated(created.instance.id))
      else sendError(response, created.error)
    }
  })

  return router
}

const renderCreated = (id: number): Record<string, unknown> => ({
  success: true,
  new_contract: id,
  // The container gets it too, so its tenant can stop or destroy the instance from inside.
  instance_api_key: `instance-key-${id}`,
})
