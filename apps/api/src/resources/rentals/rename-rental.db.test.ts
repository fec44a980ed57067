import { randomBytes } from 'node:crypto'
import { RentalEventEntity } from '@berth/entities/rental-event'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anApiKey, aRental } from '../../test-support/fixtures.ts'
import { signInAs } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'
import type { Notification } from '../events/notifications.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

test('a pod is called by another name, in every phase and as often as one likes, and nothing else of it changes', async () => {
  const { person, rename } = await setup()
  for (const phase of ['reserving', 'running', 'ended'] as const) {
    const before = await aRental(api, person, { phase })
    for (let time = 1; time <= 2; time += 1) {
      const { body } = await rename(before.id, '  night train ').expect(200)
      expect(body).toMatchObject({ id: before.id, name: 'night train', phase, attempts: [] })
    }
    const [row] = await api.dataSource.query('SELECT name, version FROM rentals WHERE id = $1', [before.id])
    expect(row).toEqual({ name: 'night train', version: before.version + 1 })
    expect(await api.dataSource.getRepository(RentalEventEntity).existsBy({ rentalId: before.id })).toBe(
      false,
    )
  }
})

test('a name is one by the rules of a new pod', async () => {
  const { person, rename } = await setup()
  const { id } = await aRental(api, person)
  expect((await rename(id, ' ').expect(400)).body.errors).toMatchObject([
    { pointer: '/name', code: 'required' },
  ])
  expect((await rename(id, 'x'.repeat(65)).expect(400)).body.errors).toMatchObject([
    { pointer: '/name', code: 'too_long', limit: 64 },
  ])
  await rename(id, 'x'.repeat(64)).expect(200)
})

test('the renter hears of it, and nobody where the name was that one already', async () => {
  const { person, rename } = await setup()
  const { id } = await aRental(api, person)
  await expect.poll(() => api.notifications.isConnected(), { timeout: 30_000 }).toBe(true)
  const heard: Notification[] = []
  const unsubscribe = api.notifications.subscribe((each) => heard.push(each))
  await rename(id, 'my pod').expect(200)
  await rename(id, 'your pod').expect(200)
  await expect
    .poll(() => heard, { timeout: 30_000 })
    .toEqual([{ channel: 'rental_renamed', rentalId: id, userId: person.user.id }])
  unsubscribe()
})

test('a key that may only read renames nothing', async () => {
  const { person, rename } = await setup()
  const { id } = await aRental(api, person)
  const { bearer } = await anApiKey(api, person, { scope: 'read' })
  const refused = await request(api.app).patch(`/v1/rentals/${id}`).set(bearer).send({ name: 'mine' })
  expect([refused.status, (await rename(id, 'my pod')).body.name]).toEqual([403, 'my pod'])
})

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  return {
    person,
    rename: (id: string, name: string) =>
      request(api.app).patch(`/v1/rentals/${id}`).set('Cookie', person.cookie).send({ name }),
  }
}
