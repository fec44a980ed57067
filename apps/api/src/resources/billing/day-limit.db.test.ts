import { randomBytes } from 'node:crypto'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aRental, fund } from '../../test-support/fixtures.ts'
import { signInAs } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  // Noon, so that no midnight comes between.
  await api.owner.query(
    `CREATE OR REPLACE FUNCTION billing_now() RETURNS timestamptz LANGUAGE sql VOLATILE
     RETURN timestamptz '2026-03-01T12:00:00Z'`,
  )
})
afterAll(() => api.close())

test('a runway that the limit of the day ends says so, and until when; one that the money ends does not', async () => {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  await fund(api, person, 10_000_000)
  const { id } = await aRental(api, person)
  const price = 3_600_000
  await api.dataSource.query('SELECT * FROM billing_reserve($1, $2, $3, 0, NULL, NULL, NULL)', [
    id,
    `seg_${id}`,
    price,
  ])
  await api.dataSource.query('SELECT billing_start($1, $2, 0)', [id, price])
  const balance = async () =>
    (await request(api.app).get('/v1/billing/balance').set('Cookie', person.cookie).expect(200)).body
  const limit = async (perDayMicros: number | null) =>
    request(api.app)
      .put('/v1/billing/limits')
      .set('Cookie', person.cookie)
      .send({ perHourMicros: null, perDayMicros })
      .expect(200)

  expect(await balance()).toMatchObject({ runwaySeconds: 10_000, dayLimit: null })
  await limit(2_000_000)
  expect(await balance()).toMatchObject({
    runwaySeconds: 2_000,
    dayLimit: { limitMicros: 2_000_000, resetsAt: '2026-03-02T00:00:00.000Z' },
  })
  await limit(12_000_000)
  expect(await balance()).toMatchObject({ runwaySeconds: 10_000, dayLimit: null })
})
