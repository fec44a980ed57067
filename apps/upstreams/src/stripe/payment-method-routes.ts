import express, { type Router } from 'express'
import { renderCharge, renderPaymentMethod } from './render.ts'
import { invalidRequest, resourceMissing } from './stripe-error.ts'
import type { PaymentMethod, StripeState } from './state.ts'

/** `/v1/payment_methods`, to look at a saved card and to let go of it, and the reading of charges. */
export function createPaymentMethodRoutes({
  state,
  onChange,
}: {
  state: StripeState
  onChange: () => void
}): Router {
  const router = express.Router()

  router.get('/payment_methods/:id', (request, response) =>
    response.json(renderPaymentMethod(paymentMethodBy(state, request.params.id))),
  )

  router.post('/payment_methods/:id/detach', (request, response) => {
    const method = paymentMethodBy(state, request.params.id)
    if (method.customer === null) {
      throw invalidRequest(
        'The payment method you provided is not attached to a customer so detachment is impossible.',
      )
    }
    method.customer = null
    onChange()
    response.json(renderPaymentMethod(method))
  })

  router.get('/charges/:id', (request, response) => {
    const charge = state.charges.find(({ id }) => id === request.params.id)
    if (charge === undefined) throw resourceMissing('charge', request.params.id)
    response.json(renderCharge(charge))
  })

  return router
}

export function paymentMethodBy({ paymentMethods }: StripeState, id: string): PaymentMethod {
  const method = paymentMethods.find((candidate) => candidate.id === id)
  if (method === undefined) throw resourceMissing('PaymentMethod', id, 'payment_method')
  return method
}
