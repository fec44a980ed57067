import express, { type Request, type Response, type Router } from 'express'
import { z } from 'zod'
import { PAGE_HEADERS } from '../kit/html.ts'
import { renderCheckoutOver, renderCheckoutPage, renderConfirmationPage } from './checkout-page.ts'
import { renderReceipt } from './receipt-page.ts'
import type { Payments } from './payments.ts'
import type { CheckoutSession, StripeState } from './state.ts'

const payerSchema = z.object({
  card: z.string().default(''),
  email: z
    .string()
    .nullish()
    .transform((email) => email || null),
  authentication: z.enum(['completed', 'failed']).optional(),
})

/** The hosted checkout page with what its buttons do, and receipts. */
export function createCheckoutPageRoutes({
  state,
  payments,
}: {
  state: StripeState
  payments: Payments
}): Router {
  const router = express.Router()

  router.get('/c/pay/:id', (request, response) =>
    withSession(request, response, (session) => {
      if (session.status === 'open') response.send(renderCheckoutPage(session, null))
      else response.status(410).send(renderCheckoutOver(session))
    }),
  )

  router.post('/c/pay/:id', (request, response) =>
    withSession(request, response, (session) => {
      const payer = payerSchema.parse(request.body)
      // Why not paid again: a second click on the button meets a checkout that is complete.
      const answer = payments.pay(session, payer)
      if (session.status === 'complete') response.redirect(303, successUrl(session))
      else if (session.status === 'expired') response.status(410).send(renderCheckoutOver(session))
      else if (!answer.ok && answer.confirm) response.send(renderConfirmationPage(session, payer))
      else response.status(402).send(renderCheckoutPage(session, answer.ok ? null : answer.reason))
    }),
  )

  router.get('/receipts/:id', (request, response) => {
    const charge = state.charges.find(({ id }) => id === request.params.id)
    response.set(PAGE_HEADERS)
    if (charge === undefined) response.status(404).send('There is no such receipt.')
    else response.send(renderReceipt(charge))
  })

  function withSession(
    request: Request<{ id: string }>,
    response: Response,
    use: (session: CheckoutSession) => void,
  ) {
    const session = state.sessions.find(({ id }) => id === request.params.id)
    response.set(PAGE_HEADERS)
    if (session === undefined) response.status(404).send('There is no such checkout.')
    else use(session)
  }

  return router
}

/** Stripe puts the id in for the placeholder, wherever it stands. */
export const successUrl = ({ successUrl: url, id }: CheckoutSession): string =>
  url.replaceAll('{CHECKOUT_SESSION_ID}', id).replaceAll('%7BCHECKOUT_SESSION_ID%7D', id)
