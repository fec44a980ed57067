import { endpoints } from '@berth/contract/endpoints'
import type { Endpoint } from '@berth/contract/endpoint'
import { TopUpEntity } from '@berth/entities/top-up'
import { RentalEntity } from '@berth/entities/rental'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sessionIdOf } from './resources/sessions/session-id.ts'
import { addSshKey, anApiKey, aRental, aTriedEndpoint, listOffer } from './test-support/fixtures.ts'
import { signInAs, type TestPerson } from './test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from './test-support/start-test-api.ts'

/** Every operation on one thing of a signed-in person; new ones join by standing in the endpoint table. */
const OWNED = Object.values(endpoints)
  .flatMap((group): Endpoint[] => Object.values(group))
  .filter(({ auth, path }) => auth === 'session' && path.includes(':id'))

/** A body that the operation would accept. */
const BODIES: Record<string, object> = {
  '/v1/rentals/:id': { name: 'mine now' },
  '/v1/ssh-keys/:id': { name: 'mine now' },
  '/v1/rentals/:id/extend': { by: 'seconds', seconds: 600 },
  '/v1/webhook-endpoints/:id': { enabled: false },
  '/v1/webhook-endpoints/:id/rotate-secret': { overlapHours: 0 },
}

let api: TestApi
let ada: TestPerson
let mallory: TestPerson
const things = new Map<string, string>()
beforeAll(async () => {
  api = await startTestApi()
  ada = await signInAs(api, 'ada')
  mallory = await signInAs(api, 'operator-ada')
  things.set('/v1/rentals/', (await aRental(api, ada)).id)
  things.set('/v1/ssh-keys/', await addSshKey(api, ada))
  things.set('/v1/sessions/', sessionIdOf(ada.sessionId))
  things.set('/v1/api-keys/', (await anApiKey(api, ada)).id)
  const id = 'top_01ARZ3NDEKTSV4RRFFQ69G5FAV'
  const { walletId, user } = ada
  await api.dataSource.getRepository(TopUpEntity).insert({
    id,
    walletId,
    userId: user.id,
    amount: 5_000_000n as never,
    status: 'created',
    idempotencyKey: 'k',
  })
  things.set('/v1/billing/top-ups/', id)
  const { endpointId, deliveryId } = await aTriedEndpoint(api, ada)
  things.set('/v1/webhook-endpoints/', endpointId)
  things.set('/v1/webhook-deliveries/', deliveryId)
})
afterAll(() => api.close())

test('the table holds the operations this test is about', () => {
  expect(OWNED.length).toBeGreaterThanOrEqual(7)
})

test.for(OWNED.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
  '%s answers nobody but the owner',
  async ([, endpoint]) => {
    expect((await call(endpoint, mallory)).body).toMatchObject({ code: 'not_found', status: 404 })
    expect((await call(endpoint, null)).body).toMatchObject({ code: 'not_signed_in', status: 401 })
  },
)

test('nothing was changed by those who tried, and the owner still finds it all', async () => {
  const rental = await api.dataSource
    .getRepository(RentalEntity)
    .findOneByOrFail({ id: things.get('/v1/rentals/') ?? '' })
  expect(rental).toMatchObject({ name: 'my pod', phase: 'running', stopRequestedAt: null, version: 1 })
  for (const endpoint of OWNED.filter(({ method }) => method === 'GET')) {
    expect([endpoint.path, (await call(endpoint, ada)).status]).toEqual([endpoint.path, 200])
  }
  const keys = await request(api.app).get('/v1/ssh-keys').set('Cookie', ada.cookie)
  expect(keys.body.items).toHaveLength(1)
})

test('lists hold only one’s own, and a foreign cursor or rental opens nothing', async () => {
  const as = (path: string) => request(api.app).get(path).set('Cookie', mallory.cookie)
  for (const path of [
    '/v1/rentals',
    '/v1/ssh-keys',
    '/v1/api-keys',
    '/v1/billing/ledger',
    '/v1/notices',
    '/v1/webhook-endpoints',
  ]) {
    expect((await as(path).expect(200)).body.items).toEqual([])
  }
  const rentalId = things.get('/v1/rentals/')
  await as(`/v1/rentals?cursor=${rentalId}`).expect(400)
  expect((await as(`/v1/billing/ledger?rentalId=${rentalId}`).expect(200)).body.items).toEqual([])
})

test('nobody rents with another person’s key', async () => {
  const offer = await listOffer(api)
  const answer = await request(api.app)
    .post('/v1/rentals')
    .set({ Cookie: mallory.cookie, 'Idempotency-Key': 'someone-elses' })
    .send({
      offerId: offer.id,
      image: 'a',
      sshKeyIds: [things.get('/v1/ssh-keys/')],
      duration: { kind: 'until_stopped' },
      priceMicrosPerHour: 9_000_000,
    })
  expect(answer.body.code).toBe('unknown_ssh_key')
})

function call({ method, path }: Endpoint, person: TestPerson | null) {
  const prefix = [...things.keys()].find((start) => path.startsWith(start)) ?? ''
  const id = things.get(prefix)
  if (id === undefined) throw new Error(`this test has nothing to try ${path} on: add one`)
  const verb = method.toLowerCase() as 'get' | 'post' | 'patch' | 'delete'
  const attempt = request(api.app)[verb](path.replace(/:\w+/, id)).set('Idempotency-Key', 'try-this-one')
  if (person) attempt.set('Cookie', person.cookie)
  return BODIES[path] ? attempt.send(BODIES[path]) : attempt
}
