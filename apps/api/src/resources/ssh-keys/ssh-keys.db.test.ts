import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomBytes } from 'node:crypto'
import { signInAs } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

test('a key is added, listed newest first, and removed', async () => {
  const { add, list, remove } = await setup()
  const first = await add({ name: ' laptop ', publicKey: `${aKey()} ada@laptop\n` }).expect(201)
  expect(first.body).toMatchObject({ name: 'laptop', type: 'ssh-ed25519' })
  expect(first.body.publicKey).toMatch(/^ssh-ed25519 \S+ ada@laptop$/)
  const second = await add({ name: 'desk', publicKey: aKey() }).expect(201)
  expect((await list()).map(({ id }) => id)).toEqual([second.body.id, first.body.id])
  await remove(first.body.id).expect(204)
  await remove(first.body.id).expect(404)
  expect(await list()).toHaveLength(1)
})

test('a key is called by another name, by the rules of a new one', async () => {
  const { add, list, rename } = await setup()
  const { body: key } = await add({ name: 'laptop', publicKey: aKey() }).expect(201)
  const renamed = { ...key, name: 'desk' }
  for (let time = 1; time <= 2; time += 1) {
    expect((await rename(key.id, ' desk ').expect(200)).body).toEqual(renamed)
  }
  const refused = await rename(key.id, '  ').expect(400)
  expect(refused.body.errors).toMatchObject([{ pointer: '/name', code: 'required' }])
  expect((await rename(key.id, 'x'.repeat(65)).expect(400)).body.errors).toMatchObject([{ code: 'too_long' }])
  expect(await list()).toEqual([renamed])
})

test('the same key twice is a conflict that names the first, also under another comment', async () => {
  const { add, list } = await setup()
  const key = aKey()
  await add({ name: 'laptop', publicKey: key }).expect(201)
  const again = await add({ name: 'other', publicKey: `${key} comment` }).expect(409)
  expect(again.body).toMatchObject({ code: 'duplicate_key', detail: expect.stringContaining('"laptop"') })
  expect(await list()).toHaveLength(1)
})

test('of two uploads of one key at once, one wins', async () => {
  const { add } = await setup()
  const key = aKey()
  const answers = await Promise.all([1, 2, 3, 4].map((n) => add({ name: `n${n}`, publicKey: key })))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
})

test('two people may have the same key', async () => {
  const [ada, bob] = [await setup(), await setup()]
  const key = aKey()
  const answers = [await ada.add({ name: 'a', publicKey: key }), await bob.add({ name: 'b', publicKey: key })]
  expect(answers.map(({ status }) => status)).toEqual([201, 201])
})

test('a refused key says why, at the field', async () => {
  const { add } = await setup()
  const answer = await add({ name: 'x', publicKey: 'ssh-dss AAAA' }).expect(422)
  expect(answer.body).toMatchObject({
    code: 'weak_ssh_key',
    errors: [{ pointer: '/publicKey', code: 'dsa_key' }],
  })
  expect((await add({ name: 'x', publicKey: 'rubbish' })).body.code).toBe('invalid_ssh_key')
})

test('a person keeps fifty keys at most', async () => {
  const { add } = await setup()
  for (let i = 0; i < 50; i += 1) await add({ name: `k${i}`, publicKey: aKey() }).expect(201)
  expect((await add({ name: 'one more', publicKey: aKey() }).expect(422)).body.code).toBe('limit_reached')
})

function aKey(): string {
  const header = Buffer.from('0000000b7373682d6564323535313900000020', 'hex')
  return `ssh-ed25519 ${Buffer.concat([header, randomBytes(32)]).toString('base64')}`
}

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  return {
    add: (body: { name: string; publicKey: string }) =>
      request(api.app).post('/v1/ssh-keys').set('Cookie', person.cookie).send(body),
    list: async (): Promise<{ id: string }[]> => {
      const answer = await request(api.app).get('/v1/ssh-keys').set('Cookie', person.cookie).expect(200)
      return answer.body.items
    },
    rename: (id: string, name: string) =>
      request(api.app).patch(`/v1/ssh-keys/${id}`).set('Cookie', person.cookie).send({ name }),
    remove: (id: string) => request(api.app).delete(`/v1/ssh-keys/${id}`).set('Cookie', person.cookie),
  }
}
