import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApplicationFailure } from '@temporalio/common'
import { expect, onTestFinished, test } from 'vitest'
import { asActivity } from '../as-activity.ts'
import { callStripe, PaymentError } from './payment-error.ts'
import { createStripeClient } from './stripe-client.ts'

test.for([
  [429, {}, 'stripe_rate_limited', true],
  [409, { type: 'idempotency_error' }, 'stripe_busy', true],
  [401, {}, 'stripe_auth', true],
  [403, {}, 'stripe_auth', true],
  [500, {}, 'stripe_unavailable', true],
  [503, {}, 'stripe_unavailable', true],
  [402, { type: 'card_error', code: 'card_declined' }, 'stripe_card_declined', false],
  [400, { type: 'invalid_request_error' }, 'stripe_invalid_request', false],
  [404, { code: 'resource_missing' }, 'stripe_invalid_request', false],
  [400, { type: 'idempotency_error' }, 'stripe_idempotency_mismatch', false],
] as const)('status %i %j becomes %s, retried: %s', async ([status, error, code, retryable]) => {
  const { retrieve } = await setup((_request, response) => refuse(response, status, error))
  expect(await retrieve()).toMatchObject({ code, retryable })
})

test("a connection that is cut is unknown, hence retried: by Stripe's client once with the same key, then by Temporal", async () => {
  const { retrieve, requests } = await setup((request) => request.socket.destroy())
  expect(await retrieve()).toMatchObject({ code: 'stripe_unknown', retryable: true })
  expect(requests()).toBe(2)
})

test('an answer that never comes is unknown as well', async () => {
  const { retrieve } = await setup(() => undefined, { timeoutMs: 50 })
  expect(await retrieve()).toMatchObject({ code: 'stripe_unknown', retryable: true })
})

test("Stripe's own delay reaches Temporal, with the code as type", async () => {
  const { call } = await setup((_request, response) => {
    response.setHeader('retry-after', '7')
    refuse(response, 429, {})
  })
  const failure = await asActivity(call)('cs_1').catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ApplicationFailure)
  expect(failure).toMatchObject({ type: 'stripe_rate_limited', nonRetryable: false, nextRetryDelay: 7000 })
})

test('a refusal for good is never retried by Temporal', async () => {
  const { call } = await setup((_request, response) => refuse(response, 400, {}))
  await expect(asActivity(call)('cs_1')).rejects.toMatchObject({
    type: 'stripe_invalid_request',
    nonRetryable: true,
  })
})

test('neither the key nor the request of a failed call stands in the error', async () => {
  const { retrieve } = await setup((_request, response) =>
    refuse(response, 401, { message: 'Invalid API Key provided: sk_test_abc123' }),
  )
  const error = await retrieve()
  expect(error.message).toContain('Invalid API Key provided: sk_…')
  expect(JSON.stringify([error, error.stack, error.cause])).not.toContain('abc123')
})

test('what is not of Stripe passes through unchanged', async () => {
  const bug = new TypeError('a bug')
  await expect(callStripe(() => Promise.reject(bug))).rejects.toBe(bug)
  await expect(asActivity(() => Promise.reject(bug))('input')).rejects.toBe(bug)
})

test.for(['stripe.test', 'ftp://127.0.0.1', 'http://127.0.0.1:1/v1', 'http://me@127.0.0.1'])(
  'a base of %s is refused with the reason',
  (apiBase) => {
    expect(() => createStripeClient({ secretKey: 'sk_test_abc123', apiBase })).toThrow(
      'STRIPE_API_BASE must be an origin',
    )
  },
)

function refuse(response: Parameters<RequestListener>[1], status: number, error: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1' })
  response.end(JSON.stringify({ error: { message: 'no', ...error } }))
}

async function setup(answer: RequestListener, { timeoutMs = 2000 } = {}) {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const apiBase = `http://127.0.0.1:${port}`
  const stripe = createStripeClient({ secretKey: 'sk_test_abc123', apiBase, timeoutMs })
  const call = (id: string) => callStripe(() => stripe.checkout.sessions.retrieve(id))
  const retrieve = async (): Promise<PaymentError> => {
    const error: unknown = await call('cs_1').catch((reason: unknown) => reason)
    if (error instanceof PaymentError) return error
    throw new Error(`not a PaymentError: ${String(error)}`)
  }
  return { call, retrieve, requests: () => requests }
}
