import '../../../../tests/support/quiet-runtime.ts'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { TASK_QUEUES } from '@berth/workflows/task-queues'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDevServerEnvironment } from '../../../../tests/support/temporal.ts'
import { addSshKey, fund, listOffer } from '../test-support/fixtures.ts'
import { signInAs } from '../test-support/sign-in-as.ts'
import type { StandInActivities } from '../test-support/stand-in-workflows.ts'
import { startTestApi, type TestApi } from '../test-support/start-test-api.ts'

let temporal: TestWorkflowEnvironment
let api: TestApi
let worker: Worker
let running: Promise<void>
let extensions = 0
let stripeWorks = true
beforeAll(async () => {
  temporal = await createDevServerEnvironment()
  api = await startTestApi({ temporal: temporal.client })
  worker = await Worker.create({
    connection: temporal.nativeConnection,
    taskQueue: TASK_QUEUES.main,
    workflowsPath: fileURLToPath(new URL('../test-support/stand-in-workflows.ts', import.meta.url)),
    activities: { openPage, countExtension: async () => void (extensions += 1) } satisfies StandInActivities,
  })
  running = worker.run()
})
afterAll(async () => {
  worker.shutdown()
  await running
  await api.close()
  await temporal.teardown()
})

test('a top-up answers with its page, and the same key with the same one', async () => {
  const { topUp, get } = await setup()
  const answer = await topUp('pay-once', 2_500).expect(201)
  expect(answer.body).toMatchObject({ status: 'open', amountMicros: 25_000_000 })
  expect(answer.body.checkoutUrl).toBe(`https://checkout.stripe.test/${answer.body.id}`)
  const again = await topUp('pay-once', 2_500).expect(201)
  expect(again.body).toEqual(answer.body)
  expect((await get(`/v1/billing/top-ups/${answer.body.id}`).expect(200)).body).toEqual(answer.body)
})

test('a double click on pay opens one page', async () => {
  const { topUp } = await setup()
  const answers = await Promise.all([1, 2, 3].map(() => topUp('click-click', 1_000)))
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
  expect(new Set(answers.map(({ body }) => body.checkoutUrl)).size).toBe(1)
})

test('a page that could not be opened is 503 and a new intent works', async () => {
  const { topUp } = await setup()
  stripeWorks = false
  const refused = await topUp('first-try', 1_000).expect(503)
  expect(refused.body.code).toBe('payments_unavailable')
  stripeWorks = true
  await topUp('second-try', 1_000).expect(201)
})

test('an extension takes effect once for one key and is refused in the rental’s own words', async () => {
  const { rent, extend } = await setup()
  const id = await rent()
  const before = extensions
  const budget = { by: 'budget', spendLimitMicros: 9_000_000 }
  const answer = await extend(id, 'extend-once', budget).expect(200)
  expect(answer.body.id).toBe(id)
  await extend(id, 'extend-once', budget).expect(200)
  await api.dataSource.query('DELETE FROM idempotency_keys WHERE key = $1', ['extend-once'])
  await extend(id, 'extend-once', budget).expect(200)
  expect(extensions - before).toBe(1)
  const refused = await extend(id, 'extend-more', { by: 'seconds', seconds: 600 }).expect(409)
  expect(refused.body).toMatchObject({ code: 'not_extendable', detail: 'It has no end to move.' })
})

async function openPage({ topUpId }: { topUpId: string }): Promise<{ url: string }> {
  if (!stripeWorks) throw new Error('Stripe is down')
  const url = `https://checkout.stripe.test/${topUpId}`
  await api.dataSource.query(
    `UPDATE top_ups SET status = 'open', checkout_url = $2, checkout_session_id = $1 WHERE id = $1`,
    [topUpId, url],
  )
  return { url }
}

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  const post = (path: string, key: string) =>
    request(api.app).post(path).set({ Cookie: person.cookie, 'Idempotency-Key': key })
  return {
    get: (path: string) => request(api.app).get(path).set('Cookie', person.cookie),
    topUp: (key: string, amountCents: number) => post('/v1/billing/checkout', key).send({ amountCents }),
    extend: (id: string, key: string, body: object) => post(`/v1/rentals/${id}/extend`, key).send(body),
    rent: async (): Promise<string> => {
      await fund(api, person, 50_000_000)
      const offer = await listOffer(api)
      const answer = await post('/v1/rentals', randomBytes(8).toString('hex')).send({
        offerId: offer.id,
        image: 'berth/pytorch:2.5',
        sshKeyIds: [await addSshKey(api, person)],
        duration: { kind: 'until_stopped' },
        priceMicrosPerHour: offer.priceMicrosPerHour,
      })
      return answer.body.id
    },
  }
}
