import { randomBytes } from 'node:crypto'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newId } from '@berth/contract/ids'
import { RentalEventEntity } from '@berth/entities/rental-event'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anApiKey, aRental, fund } from '../../test-support/fixtures.ts'
import { signInAs, type TestPerson } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

let api: TestApi
let server: ReturnType<typeof createServer>
beforeAll(async () => {
  api = await startTestApi({ streamRecheckMs: 100 })
  server = createServer(api.app).listen(0, '127.0.0.1')
  await until(() => api.notifications.isConnected())
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await api.close()
})

test('what happens to one’s own rentals and wallet arrives live, with an id to resume from', async () => {
  const { person, open, happen } = await setup()
  const stream = await open()
  const id = await happen('stopping')
  await fund(api, person, 1_000_000)
  await until(() => stream.events().length === 2)
  const [rental, wallet] = stream.events()
  expect(rental).toMatchObject({
    id,
    event: 'rental.updated',
    data: { type: 'rental.updated', kind: 'stopping' },
  })
  expect(wallet).toMatchObject({ id: null, data: { type: 'wallet.updated', walletId: person.walletId } })
})

test('another name of one’s pod arrives live as news of the pod', async () => {
  const { person, open } = await setup()
  const { id } = await aRental(api, person)
  const stream = await open()
  await request(api.app)
    .patch(`/v1/rentals/${id}`)
    .set('Cookie', person.cookie)
    .send({ name: 'night train' })
    .expect(200)
  await until(() => stream.events().length === 1)
  expect(stream.events()[0]).toMatchObject({
    id: null,
    data: { type: 'rental.updated', rentalId: id, kind: 'renamed' },
  })
})

test('nobody hears of anybody else', async () => {
  const [ada, bob] = [await setup(), await setup()]
  const bobs = await bob.open()
  await ada.happen('stopping')
  await fund(api, ada.person, 1_000_000)
  await bob.happen('ended')
  await until(() => bobs.events().length > 0)
  await until(() => bobs.events().length === 2)
  expect(bobs.events().map(({ data }) => data['kind'])).toEqual(['rental_ended', 'ended'])
})

test('a new notice is announced to its person', async () => {
  const { person, open } = await setup()
  const stream = await open()
  const notice = [newId('notice'), person.user.id]
  await api.dataSource.query(
    `INSERT INTO notices (id, user_id, kind, fact_key, data) VALUES ($1, $2, 'auto_top_up_paused', $1, '{"words": "declined"}')`,
    notice,
  )
  await until(() => stream.events().length === 1)
  expect(stream.events()[0]!.data).toMatchObject({
    type: 'notice.created',
    noticeId: notice[0],
    kind: 'auto_top_up_paused',
  })
})

test('what a person has read in one tab, the others hear of, once', async () => {
  const { person, open } = await setup()
  const notice = newId('notice')
  await api.dataSource.query(
    `INSERT INTO notices (id, user_id, kind, fact_key, data) VALUES ($1, $2, 'auto_top_up_paused', $1, '{"words": "declined"}')`,
    [notice, person.user.id],
  )
  const stream = await open()
  const read = () =>
    request(api.app).post('/v1/notices/read').set('Cookie', person.cookie).send({ upTo: notice }).expect(200)
  await read()
  await read()
  await api.dataSource.query(`SELECT pg_notify('offers', '{"account":"acme"}')`)
  const types = () => stream.events().map(({ data }) => data['type'])
  await until(() => types().includes('offers.updated'))
  expect(types().filter((type) => type !== 'notice.created')).toEqual(['notices.read', 'offers.updated'])
})

test('everybody hears that the market changed', async () => {
  const { open } = await setup()
  const stream = await open()
  await api.dataSource.query(`SELECT pg_notify('offers', '{"account":"acme"}')`)
  await until(() => stream.events().length === 1)
  expect(stream.events()[0]!.data).toMatchObject({ type: 'offers.updated', provider: 'acme' })
})

test('a reader that comes back is told what it missed, in order, before anything new', async () => {
  const { open, happen } = await setup()
  const first = await open()
  const seen = await happen('requested')
  await until(() => first.events().length === 1)
  first.close()
  const missed = [await happen('reserved'), await happen('stopping')]
  const second = await open({ 'Last-Event-ID': seen })
  const live = await happen('ended')
  await until(() => second.events().some(({ id }) => id === live))
  // What has no id is told live only; the page asks for it anew after a break.
  const ids = second.events().flatMap(({ id }) => id ?? [])
  expect(ids.slice(-3)).toEqual([...missed, live])
  expect(ids).toEqual([...ids].sort((a, b) => Number(a) - Number(b)))
})

test('a listening connection that the database cuts is made anew, and what happened meanwhile is told', async () => {
  const { open, happen } = await setup()
  const stream = await open()
  await happen('requested')
  await until(() => stream.events().length === 1)
  await api.dataSource.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'berth-api-listen' AND datname = current_database()`,
  )
  await until(() => !api.notifications.isConnected())
  const lost = await happen('stopping')
  await until(() => stream.events().length > 1)
  expect(stream.events().map(({ id }) => id)).toContain(lost)
})

test('signing out ends the stream, here at once and elsewhere soon', async () => {
  const here = await setup()
  const stream = await here.open()
  await request(api.app).post('/v1/auth/logout').set('Cookie', here.person.cookie).expect(204)
  await until(() => stream.ended())
  const elsewhere = await setup()
  const other = await elsewhere.open()
  await api.dataSource.query('DELETE FROM sessions WHERE sid = $1', [elsewhere.person.sessionId])
  await until(() => other.ended())
  expect(other.events()).toEqual([])
})

test('an API key opens a stream, which ends when the key does, here at once and elsewhere soon', async () => {
  const { person, open, happen } = await setup()
  const [here, elsewhere] = [await anApiKey(api, person, { scope: 'read' }), await anApiKey(api, person)]
  const streams = [await open(here.bearer), await open(elsewhere.bearer)]
  await happen('stopping')
  await until(() => streams.every((stream) => stream.events().length > 0))
  await request(api.app).delete(`/v1/api-keys/${here.id}`).set('Cookie', person.cookie).expect(204)
  await until(() => streams[0]!.ended())
  expect(streams[1]!.ended()).toBe(false)
  await api.dataSource.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [elsewhere.id])
  await until(() => streams[1]!.ended())
})

test('a visitor gets no stream, and one person twenty at most', async () => {
  await request(api.app).get('/v1/events').expect(401)
  const { person, open } = await setup()
  const streams = await Promise.all(Array.from({ length: 20 }, () => open()))
  const refused = await request(api.app).get('/v1/events').set('Cookie', person.cookie).expect(429)
  expect(refused.body.code).toBe('rate_limited')
  streams[0]!.close()
  await until(async () => {
    const again = await open().catch(() => null)
    return again !== null
  })
})

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`never happened: ${holds.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

interface Heard {
  id: string | null
  event: string
  data: Record<string, unknown>
}

async function openStream(person: TestPerson, headers: Record<string, string>) {
  const { port } = server.address() as AddressInfo
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get(
      { host: '127.0.0.1', port, path: '/v1/events', headers: { Cookie: person.cookie, ...headers } },
      resolve,
    ).on('error', reject),
  )
  if (response.statusCode !== 200) {
    response.destroy()
    throw new Error(`refused with ${response.statusCode}`)
  }
  let text = ''
  let ended = false
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  response.on('close', () => (ended = true)).on('error', () => undefined)
  await until(() => text.startsWith('retry:'))
  return { close: () => response.destroy(), ended: () => ended, events: () => parse(text) }
}

function parse(text: string): Heard[] {
  return text
    .split('\n\n')
    .filter((frame) => frame.includes('data: '))
    .map((frame) => ({
      id: /^id: (.*)$/m.exec(frame)?.[1] ?? null,
      event: /^event: (.*)$/m.exec(frame)?.[1] ?? '',
      data: JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? 'null') as Record<string, unknown>,
    }))
}

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  const rental = await aRental(api, person)
  return {
    person,
    open: (headers: Record<string, string> = {}) => openStream(person, headers),
    happen: async (kind: string): Promise<string> => {
      const { identifiers } = await api.dataSource
        .getRepository(RentalEventEntity)
        .insert({ rentalId: rental.id, userId: person.user.id, kind, data: {} })
      return String(identifiers[0]?.['id'])
    },
  }
}
