import { newId } from '@berth/contract/ids'
import { createDataSource } from '@berth/entities/data-source'
import { DeliveryAttemptEntity } from '@berth/entities/delivery-attempt'
import { NoticeDeliveryEntity } from '@berth/entities/notice-delivery'
import { sealSecret } from '@berth/entities/seal-secret'
import { UserEntity } from '@berth/entities/user'
import { WebhookEndpointEntity } from '@berth/entities/webhook-endpoint'
import { startMailCatcher, type StartedMailCatcher } from '@berth/upstreams/mail/start'
import { outboxWorkflowId, outboxWorkflowType } from '@berth/workflows/outbox/messages'
import { TASK_QUEUES } from '@berth/workflows/task-queues'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import type { DataSource } from 'typeorm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../tests/support/database.ts'
import { startNoticeWorkers } from '../../tests/support/notice-workers.ts'
import { createDevServerEnvironment } from '../../tests/support/temporal.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../tests/support/webhook-receiver.ts'
import { until } from '../../tests/support/until.ts'
import { recordNotice } from '@berth/entities/record-notice'

const KEYS = ['a-sealing-key-for-tests-only-0123456789']
const [OLD_SECRET, NEW_SECRET] = ['old', 'new'].map(
  (word) => `whsec_${Buffer.from(word.repeat(11)).toString('base64')}`,
)

let temporal: TestWorkflowEnvironment
let database: Awaited<ReturnType<typeof createTestDatabase>>
let dataSource: DataSource
let mail: StartedMailCatcher
let receiver: WebhookReceiver
let mailRefusal: number | null = null
let workers: Awaited<ReturnType<typeof startNoticeWorkers>>

const startOutbox = () =>
  temporal.client.workflow.start(outboxWorkflowType, {
    workflowId: outboxWorkflowId,
    taskQueue: TASK_QUEUES.main,
  })
async function failuresOfOutbox(): Promise<string[]> {
  const { events } = await temporal.client.workflow.getHandle(outboxWorkflowId).fetchHistory()
  return (events ?? []).map(({ activityTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? '')
}

const startWorkers = () =>
  startNoticeWorkers({ temporal, dataSource, smtpUrl: mail.smtpUrl, secretsKeys: KEYS })

beforeAll(async () => {
  temporal = await createDevServerEnvironment()
  database = await createTestDatabase()
  dataSource = createDataSource({ url: database.applicationUrl, poolSize: 8, applicationName: 'notice-test' })
  await dataSource.initialize()
  mail = await startMailCatcher({ refusal: () => mailRefusal })
  receiver = await startWebhookReceiver()
  workers = await startWorkers()
  await startOutbox()
})
afterEach(() => {
  receiver.answerWith(() => 200)
  mailRefusal = null
})
afterAll(async () => {
  await workers?.stop()
  await Promise.all([receiver?.close(), mail?.close(), dataSource?.destroy()])
  await database?.drop()
  await temporal?.teardown()
})

test('a receiver that fails and then works gets it at last, every time under the same id and rightly signed', async () => {
  const { userId, endpointId } = await aPerson({ webhook: true })
  receiver.answerWith((visit) => (visit <= 2 ? 503 : 200))
  await tell(userId)
  const delivery = await finished(userId)
  expect(delivery).toMatchObject({ status: 'delivered', endpointId, tries: 3 })
  const calls = receiver.calls()
  expect(calls.map(({ headers }) => headers['webhook-id'])).toEqual(Array(3).fill(delivery.noticeId))
  expect(new Set(calls.map(({ body }) => body)).size).toBe(1)
  expect(JSON.parse(calls[0]!.body)).toMatchObject({
    id: delivery.noticeId,
    type: 'auto_top_up_paid',
    data: { amountMicros: 25_000_000 },
    title: 'Automatic top-up: $25.00 was added',
  })
  for (const call of calls) expect(receiver.isFromUs(call, NEW_SECRET!)).toBe(true)
  expect(await attemptsOf(delivery.id)).toMatchObject([
    { attempt: 1, ok: false, responseStatus: 503, words: 'The receiver answered 503: no' },
    { attempt: 2, ok: false, responseStatus: 503 },
    { attempt: 3, ok: true, responseStatus: 200 },
  ])
})

test('a receiver that never works is given up, and can be tried again by hand', async () => {
  const { userId } = await aPerson({ webhook: true })
  receiver.answerWith(() => 500)
  await tell(userId)
  const failed = await finished(userId)
  expect(failed.status).toBe('failed')
  expect(await attemptsOf(failed.id)).toHaveLength(4)
  receiver.answerWith(() => 200)
  const again = { status: 'pending', tries: 0, dueAt: () => 'now()', finishedAt: null } as const
  await dataSource.getRepository(NoticeDeliveryEntity).update({ id: failed.id }, again)
  expect(await finished(userId)).toMatchObject({ status: 'delivered', tries: 1 })
  expect(receiver.calls().at(-1)?.headers['webhook-id']).toBe(failed.noticeId)
})

test('one that takes nothing for days is switched off and its owner told; one that took something meanwhile is not', async () => {
  const { userId, endpointId } = await aPerson({ webhook: true })
  const endpoint = () => dataSource.manager.findOneByOrFail(WebhookEndpointEntity, { id: endpointId })
  const failsFor = (hours: number) =>
    dataSource.query(
      `UPDATE webhook_endpoints SET failing_since = now() - $2 * interval '1 hour' WHERE id = $1`,
      [endpointId, hours],
    )
  await failsFor(100)
  await tell(userId)
  await finished(userId)
  expect(await endpoint()).toMatchObject({ enabled: true, failingSince: null })

  receiver.answerWith(() => 500)
  await tell(userId)
  await finished(userId)
  expect(await endpoint()).toMatchObject({ enabled: true, failingSince: expect.any(Date) })

  await failsFor(100)
  await tell(userId)
  await finished(userId)
  const off = await endpoint()
  expect(off).toMatchObject({ enabled: false, switchedOffAt: expect.any(Date) })
  const [notice, ...more] = await dataSource.query(
    `SELECT data FROM notices WHERE user_id = $1 AND kind = 'webhook_switched_off'`,
    [userId],
  )
  expect(more).toEqual([])
  expect(notice.data).toEqual({
    endpointId,
    url: receiver.url,
    failingSince: off.failingSince!.toISOString(),
    words: 'The receiver answered 500: no',
  })
})

test('what can not be forgotten holds up nothing: the failure is told, and deliveries go out', async () => {
  const owner = createDataSource({
    url: database.ownerUrl,
    poolSize: 1,
    applicationName: 'notice-test-owner',
  })
  await owner.initialize()
  await temporal.client.workflow.getHandle(outboxWorkflowId).terminate('to begin a new look')
  await owner.query('ALTER FUNCTION notices_forget(integer) RENAME TO notices_forget_away')
  try {
    await startOutbox()
    const { userId } = await aPerson({ webhook: true })
    await tell(userId)
    expect(await finished(userId)).toMatchObject({ status: 'delivered' })
    await until(async () => (await failuresOfOutbox()).some((words) => words.includes('notices_forget')))
  } finally {
    await owner.query('ALTER FUNCTION notices_forget_away(integer) RENAME TO notices_forget')
    await owner.destroy()
  }
})

test('with two live secrets, holders of either accept; an expired one signs no more', async () => {
  const { userId, endpointId } = await aPerson({ webhook: true })
  const endpoints = dataSource.getRepository(WebhookEndpointEntity)
  const previousSecret = sealSecret(OLD_SECRET!, { keys: KEYS, label: endpointId })
  const inAnHour = new Date(Date.now() + 3_600_000)
  await endpoints.update({ id: endpointId }, { previousSecret, previousSecretExpiresAt: inAnHour })
  await tell(userId)
  await finished(userId)
  const [both] = receiver.calls()
  expect([OLD_SECRET, NEW_SECRET].map((secret) => receiver.isFromUs(both!, secret!))).toEqual([true, true])
  await endpoints.update({ id: endpointId }, { previousSecretExpiresAt: new Date(Date.now() - 1_000) })
  await tell(userId)
  await until(async () => receiver.calls().length === 2)
  const [, one] = receiver.calls()
  expect([OLD_SECRET, NEW_SECRET].map((secret) => receiver.isFromUs(one!, secret!))).toEqual([false, true])
})

test('what was written while every worker was down, or cut off in the middle, goes out afterwards', async () => {
  const { userId } = await aPerson({ webhook: true })
  receiver.answerWith((visit) => (visit === 1 ? 503 : 200))
  await tell(userId)
  await until(async () => receiver.calls().length === 1)
  await workers.stop()
  await tell(userId)
  workers = await startWorkers()
  await until(async () => (await deliveriesOf(userId)).every(({ status }) => status === 'delivered'))
  const ids = new Set(receiver.calls().map(({ headers }) => headers['webhook-id']))
  expect(ids.size).toBe(2)
})

test('an e-mail arrives as text and HTML; a server that is busy is tried again, one that refuses is not', async () => {
  const { userId, email } = await aPerson({ email: true })
  mailRefusal = 451
  await tell(userId)
  await until(async () => (await attemptsOf((await deliveriesOf(userId))[0]!.id)).length === 1)
  mailRefusal = null
  const delivery = await finished(userId)
  expect(delivery).toMatchObject({ status: 'delivered', channel: 'email' })
  const [letter, ...more] = mail.inbox.list().filter(({ to }) => to.includes(email))
  expect(more).toEqual([])
  expect(letter).toMatchObject({ subject: 'Automatic top-up: $25.00 was added', from: 'berth@example.com' })
  expect(letter!.headers).toMatchObject({
    'message-id': `<${delivery.noticeId}@berth.example>`,
    'auto-submitted': 'auto-generated',
    'content-language': 'en',
  })
  expect(letter!.text).toContain('$30.00 is now free to spend')
  expect(letter!.html).toContain('<h1')

  const reader = await aPerson({ email: true })
  await dataSource.getRepository(UserEntity).update({ id: reader.userId }, { language: 'zh-CN' })
  await tell(reader.userId)
  expect(await finished(reader.userId)).toMatchObject({ status: 'delivered' })
  const [chinese] = mail.inbox.list().filter(({ to }) => to.includes(reader.email))
  expect(chinese).toMatchObject({ subject: '自动充值：已入账 $25.00' })
  expect(chinese!.headers).toMatchObject({ 'content-language': 'zh-CN' })
  expect(chinese!.text).toContain('可用余额现为 $30.00')
  expect(chinese!.html).toContain('<html lang="zh-CN">')

  mailRefusal = 550
  const stranger = await aPerson({ email: true })
  await tell(stranger.userId)
  const refused = await finished(stranger.userId)
  expect(refused).toMatchObject({ status: 'failed', tries: 1 })
  expect(await attemptsOf(refused.id)).toMatchObject([{ ok: false, responseStatus: 550 }])
})

async function aPerson({ webhook = false, email: hasEmail = false }) {
  receiver.forget()
  const [userId, endpointId] = [newId('user'), newId('webhookEndpoint')]
  const email = `${userId.toLowerCase()}@example.com`
  await dataSource.manager.insert(UserEntity, {
    id: userId,
    handle: userId,
    displayName: 'Ada',
    email: hasEmail ? email : null,
  })
  if (webhook) {
    await dataSource.manager.insert(WebhookEndpointEntity, {
      id: endpointId,
      userId,
      url: receiver.url,
      description: '',
      kinds: [],
      enabled: true,
      secret: sealSecret(NEW_SECRET!, { keys: KEYS, label: endpointId }),
    })
  }
  return { userId, endpointId, email }
}

const tell = (userId: string): Promise<void> =>
  recordNotice(dataSource.manager, {
    userId,
    kind: 'auto_top_up_paid',
    factKey: newId('topUp'),
    data: { amountMicros: 25_000_000, availableMicros: 30_000_000 },
  })

const deliveriesOf = (userId: string) =>
  dataSource.manager.find(NoticeDeliveryEntity, { where: { userId }, order: { id: 'ASC' } })

const attemptsOf = (deliveryId: string) =>
  dataSource.manager.find(DeliveryAttemptEntity, { where: { deliveryId }, order: { attempt: 'ASC' } })

/** The person's one delivery, once it is over. */
async function finished(userId: string) {
  await until(async () => (await deliveriesOf(userId)).every(({ status }) => status !== 'pending'))
  const [delivery] = await deliveriesOf(userId)
  return delivery!
}
