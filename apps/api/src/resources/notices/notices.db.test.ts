import { randomBytes } from 'node:crypto'
import { CHOOSABLE_NOTICE_KINDS } from '@berth/contract/notices'
import { newId } from '@berth/contract/ids'
import { NoticeEntity, type Notice } from '@berth/entities/notice'
import { UserEntity } from '@berth/entities/user'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signInAs } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

test('notices come newest first, page by page, with how many are unread', async () => {
  const { tell, list } = await setup()
  const ids = [await tell(), await tell(), await tell()]
  const first = await list('?pageSize=2')
  expect(first.items.map(({ id }: { id: string }) => id)).toEqual([ids[2], ids[1]])
  expect(first.items[0]).toMatchObject({
    kind: 'auto_top_up_paid',
    title: 'Automatic top-up: $25.00 was added',
    message: expect.stringContaining('$30.00 is now free to spend'),
    read: false,
  })
  expect(first.unreadCount).toBe(3)
  const second = await list(`?pageSize=2&cursor=${first.nextCursor}`)
  expect(second).toMatchObject({ items: [{ id: ids[0] }], nextCursor: null })
})

test('reading up to what was seen leaves unread what came later; reading again changes nothing', async () => {
  const { tell, list, read } = await setup()
  const [, seen, later] = [await tell(), await tell(), await tell()]
  expect((await read({ upTo: seen })).body).toEqual({ unreadCount: 1 })
  expect((await read({ upTo: seen })).body).toEqual({ unreadCount: 1 })
  expect((await list('?unread=true')).items).toMatchObject([{ id: later, read: false }])
  expect((await read({ ids: [later] })).body).toEqual({ unreadCount: 0 })
  expect((await list('')).items.every((notice: { read: boolean }) => notice.read)).toBe(true)
})

test('nobody marks another person’s notices', async () => {
  const [ada, bob] = [await setup(), await setup()]
  const id = await ada.tell()
  await bob.read({ ids: [id] })
  await bob.read({ upTo: id })
  expect((await ada.list('')).unreadCount).toBe(1)
})

test('a cursor that is not ours, and a body that says nothing, are refused with what to do', async () => {
  const { get, read } = await setup()
  expect((await get('/v1/notices?cursor=nonsense')).body).toMatchObject({ code: 'invalid_request' })
  expect((await read({})).body).toMatchObject({ code: 'invalid_request', status: 400 })
})

test('everything is told until somebody chooses otherwise, and a muted kind leaves list and count', async () => {
  const { tell, list, get, put } = await setup()
  const before = (await get('/v1/notices/preferences')).body
  expect(before.email).toBeNull()
  expect(before.choices).toEqual(
    CHOOSABLE_NOTICE_KINDS.map((kind) => ({ kind, dashboard: true, email: true })),
  )
  const choices = [{ kind: 'auto_top_up_paid', dashboard: false, email: false }]
  const after = (await put({ choices }).expect(200)).body
  expect(after.choices.filter(({ email }: { email: boolean }) => !email)).toEqual(choices)
  await tell()
  expect(await list('')).toMatchObject({ items: [], unreadCount: 0 })
  await put({ choices: [{ ...choices[0], dashboard: true }] }).expect(200)
  expect(await list('')).toMatchObject({ items: [{ kind: 'auto_top_up_paid' }], unreadCount: 1 })
})

test('preferences name the address that e-mails go to', async () => {
  const { person, get } = await setup()
  await api.dataSource.getRepository(UserEntity).update({ id: person.user.id }, { email: 'ada@example.com' })
  expect((await get('/v1/notices/preferences')).body.email).toBe('ada@example.com')
})

test('a kind named twice is refused', async () => {
  const { put } = await setup()
  const choice = { kind: 'rental_ended', dashboard: true, email: true }
  expect((await put({ choices: [choice, choice] })).body).toMatchObject({ code: 'invalid_request' })
})

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  const as = (method: 'get' | 'post' | 'put', path: string) =>
    request(api.app)[method](path).set('Cookie', person.cookie)
  return {
    person,
    get: (path: string) => as('get', path),
    list: async (query: string) => (await as('get', `/v1/notices${query}`).expect(200)).body,
    read: (body: object) => as('post', '/v1/notices/read').send(body),
    put: (body: object) => as('put', '/v1/notices/preferences').send(body),
    tell: async (changes: Partial<Notice> = {}): Promise<string> => {
      const id = newId('notice', lastMs())
      await api.dataSource.getRepository(NoticeEntity).insert({
        id,
        userId: person.user.id,
        kind: 'auto_top_up_paid',
        factKey: id,
        data: { amountMicros: 25_000_000, availableMicros: 30_000_000 } as never,
        ...(changes as object),
      })
      return id
    },
  }
}

let ms = Date.now()
/** Later with every call, so that ids rise. */
const lastMs = (): number => (ms += 1)
