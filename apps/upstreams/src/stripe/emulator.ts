import express, { type Express, type RequestHandler, type Router } from 'express'
import { createControlRouter } from '../kit/control-router.ts'
import { createEmulatorKit, type EmulatorKitOptions } from '../kit/emulator-kit.ts'
import { createProviderApp } from '../kit/provider-app.ts'
import { createSnapshot, loadSnapshot } from '../kit/snapshot.ts'
import { createCheckoutPageRoutes } from './checkout-page-routes.ts'
import { createCheckoutRoutes } from './checkout-routes.ts'
import { createStripeControl, createStripeControlRoutes, type StripeControl } from './control.ts'
import { createDisputes } from './disputes.ts'
import { createEventRoutes } from './event-routes.ts'
import { createEmit } from './events.ts'
import { createIdempotency } from './idempotency.ts'
import { createIntents } from './intents.ts'
import { newStripeId } from './new-id.ts'
import { createPaymentIntentRoutes } from './payment-intent-routes.ts'
import { createPaymentMethodRoutes } from './payment-method-routes.ts'
import { createPayments } from './payments.ts'
import { createRefundRoutes } from './refund-routes.ts'
import { API_VERSION } from './render.ts'
import { sendRefusal, sendStripeStatus, StripeError } from './stripe-error.ts'
import { emptyState, type StripeState, stripeStateSchema } from './state.ts'
import { createWebhooks, type StripeFault, stripeFaultSchema } from './webhooks.ts'

export interface StripeEmulatorOptions extends EmulatorKitOptions {
  readonly apiKeys?: readonly string[]
  /** Where signed events go; null: nowhere, they can only be listed. */
  readonly webhookUrl?: string | null
  readonly webhookSecret?: string
  readonly webhookRetryDelaysMs?: readonly number[]
  readonly stateDir?: string | null
}

export interface StripeEmulator {
  readonly name: 'stripe'
  readonly app: Express
  readonly controlRouter: Router
  readonly control: StripeControl
  close(): void
}

/** Keys the emulator lets in or signs with where nothing else is said; worth nothing anywhere else. */
export const DEFAULT_SECRET_KEY = 'sk_test_emulated'
export const DEFAULT_WEBHOOK_SECRET = 'whsec_emulated'
const DEFAULT_RETRY_DELAYS_MS = [1000, 5000, 30_000, 120_000, 600_000]

/** The part of Stripe that a prepaid wallet needs, emulated: checkout with its page, saved cards, events, signed webhooks, refunds. */
export function createStripeEmulator(options: StripeEmulatorOptions = {}): StripeEmulator {
  const { stateDir = null, webhookRetryDelaysMs = DEFAULT_RETRY_DELAYS_MS } = options
  const state = loadSnapshot({ dir: stateDir, name: 'stripe', schema: stripeStateSchema }) ?? emptyState()
  const kit = createEmulatorKit<StripeFault>({ ...options, ownFaults: stripeFaultSchema })
  const snapshot = createSnapshot<StripeState>({
    dir: stateDir,
    name: 'stripe',
    schema: stripeStateSchema,
    collect: () => state,
  })
  const onChange = (): void => snapshot.touch()
  const { clock } = kit
  const webhooks = createWebhooks({
    clock,
    faults: kit.faults,
    url: options.webhookUrl ?? null,
    secret: options.webhookSecret ?? DEFAULT_WEBHOOK_SECRET,
    retryDelaysMs: webhookRetryDelaysMs,
    onChange,
  })
  const emit = createEmit({ clock, state, webhooks })
  const disputes = createDisputes({ clock, state, emit, onChange })
  const intents = createIntents({ clock, state, emit, disputes })
  const payments = createPayments({ clock, state, emit, intents, onChange })
  const control = createStripeControl({ kit, state, emit, payments, disputes, webhooks })
  takeUp(state, payments, webhooks)

  const api = express.Router()
  api.use(createKeyCheck(options.apiKeys ?? [DEFAULT_SECRET_KEY]), createIdempotency({ clock, state }))
  api.use(createCheckoutRoutes({ clock, state, payments, emit, onChange }))
  api.use(
    createPaymentIntentRoutes({ state, intents, onChange }),
    createPaymentMethodRoutes({ state, onChange }),
  )
  api.use(createRefundRoutes({ clock, state, emit, onChange }), createEventRoutes({ state }), asStripeError)
  const routes = express.Router().use(createCheckoutPageRoutes({ state, payments })).use('/v1', api)

  return {
    name: 'stripe',
    control,
    controlRouter: createControlRouter({ kit, extra: createStripeControlRoutes(control) }),
    app: createProviderApp({
      kit,
      routes,
      parsers: [sayWhichRequest, express.urlencoded({ extended: true, limit: '1mb' })],
      renderError: sendStripeStatus,
    }),
    close() {
      webhooks.close()
      snapshot.close()
      if (options.clock === undefined) clock.close()
    },
  }
}

/** Goes on with what an earlier process left open: checkouts that run out, events nobody has taken yet. */
function takeUp(
  state: StripeState,
  payments: ReturnType<typeof createPayments>,
  webhooks: ReturnType<typeof createWebhooks>,
): void {
  for (const session of state.sessions) payments.watchExpiry(session)
  for (const event of state.events) if (event.pendingWebhooks > 0) webhooks.send(event)
}

const sayWhichRequest: RequestHandler = (request, response, next) => {
  response.setHeader('Request-Id', newStripeId('req', 14))
  response.setHeader('Stripe-Version', request.get('Stripe-Version') ?? API_VERSION)
  next()
}

function createKeyCheck(apiKeys: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const [scheme, key = ''] = (request.get('Authorization') ?? '').split(' ')
    const presented = scheme === 'Basic' ? Buffer.from(key, 'base64').toString().replace(/:$/, '') : key
    if (apiKeys.includes(presented)) {
      next()
      return
    }
    const message =
      presented === ''
        ? 'You did not provide an API key.'
        : `Invalid API Key provided: ${presented.slice(0, 8)}****${presented.slice(-4)}`
    sendRefusal(response, { status: 401, type: 'invalid_request_error', message })
  }
}

const asStripeError: express.ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof StripeError) sendRefusal(response, error.refusal)
  else next(error)
}
