import { randomBytes } from 'node:crypto'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDevServerEnvironment } from '../../../../../tests/support/temporal.ts'
import { aRental, listOffer } from '../../test-support/fixtures.ts'
import { signInAs } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

const logged: Record<string, unknown>[] = []
let temporal: TestWorkflowEnvironment
let api: TestApi
beforeAll(async () => {
  temporal = await createDevServerEnvironment()
  api = await startTestApi({ temporal: temporal.client, logTo: (line) => logged.push(JSON.parse(line)) })
})
afterAll(async () => {
  await api.close()
  await temporal.teardown()
})

test('orders reach the rental’s workflow while no worker runs, and the log says who gave them', async () => {
  const { rental, act, operator, renter } = await setup()
  const order = { kind: 'force_end', reason: 'the host is on fire' }
  expect((await act('retry').expect(202)).body).toMatchObject({ id: rental.id, phase: 'stopping' })
  await act('force-end', { reason: order.reason }).expect(202)
  expect(await signalsOf(`rental/${rental.id}`)).toEqual([
    { name: 'retryNow', input: null },
    { name: 'forceEnd', input: { reason: order.reason } },
  ])
  expect(logged).toContainEqual(
    expect.objectContaining({
      msg: 'operator acts on a rental',
      operator: 'operator-ada',
      operatorId: operator.user.id,
      rentalId: rental.id,
      order,
    }),
  )
  const description = await rentalHandle(rental.id).describe()
  expect(description.searchAttributes).toMatchObject({ RentalUser: [renter.user.id] })
  expect(await description.staticSummary()).toContain(`for ${renter.user.handle}`)
})

test('an order for a workflow that is over is not passed off as given', async () => {
  const { rental, act } = await setup()
  await act('retry').expect(202)
  await rentalHandle(rental.id).terminate('by accident')
  for (const answer of [await act('retry'), await act('force-end', { reason: 'clean up' })]) {
    expect([answer.status, answer.body.code]).toEqual([409, 'not_stoppable'])
    expect(answer.body.detail).toContain('Its workflow is over')
  }
})

test('a reconciliation asked for twice reaches the one nightly workflow, which it starts where there is none', async () => {
  const { operator } = await setup()
  const ask = () =>
    request(api.app).post('/v1/operator/reconciliation/runs').set('Cookie', operator.cookie).expect(202)
  expect((await ask()).body).toEqual({ lastRun: null })
  await ask()
  const order = { name: 'reconcileNow', input: { requestedBy: operator.user.id } }
  expect(await signalsOf('reconciliation')).toEqual([order, order])
})

const rentalHandle = (rentalId: string) => temporal.client.workflow.getHandle(`rental/${rentalId}`)

async function signalsOf(workflowId: string): Promise<{ name: string; input: unknown }[]> {
  const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory()
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    if (!signal) return []
    const data = signal.input?.payloads?.[0]?.data
    return [{ name: signal.signalName ?? '', input: data ? JSON.parse(Buffer.from(data).toString()) : null }]
  })
}

async function setup() {
  const operator = await signInAs(api, 'operator-ada')
  const renter = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  await listOffer(api)
  const rental = await aRental(api, renter, { phase: 'stopping', health: 'stuck' })
  return {
    operator,
    renter,
    rental,
    act: (order: 'retry' | 'force-end', body: object = {}) =>
      request(api.app)
        .post(`/v1/operator/rentals/${rental.id}/${order}`)
        .set('Cookie', operator.cookie)
        .send(body),
  }
}
