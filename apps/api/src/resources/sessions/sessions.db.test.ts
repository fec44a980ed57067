import { randomBytes } from 'node:crypto'
import { SessionEntity } from '@berth/entities/session'
import express from 'express'
import pg from 'pg'
import { pino } from 'pino'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSessions } from '../../http/sessions.ts'
import { openSession, signInAs } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'
import { sessionIdOf } from './session-id.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

test('all that are signed in are listed, last seen first, with the one that asks marked', async () => {
  const { person, list } = await setup()
  const other = await openSession(api, person.user.id)
  await api.owner.query(`UPDATE sessions SET seen_at = now() - interval '2 hours' WHERE sid = $1`, [
    other.sessionId,
  ])
  await openSession(api, person.user.id, { expire: new Date(Date.now() - 1_000) })
  const [here, there, ...more] = await list()
  expect(more).toEqual([])
  expect(here).toMatchObject({
    id: sessionIdOf(person.sessionId),
    current: true,
    browser: null,
    network: null,
  })
  expect(there).toMatchObject({ id: sessionIdOf(other.sessionId), current: false })
})

test('that a session was used is written down once a minute at most', async () => {
  const { person, list } = await setup()
  const seenAt = async () =>
    (await api.dataSource.getRepository(SessionEntity).findOneByOrFail({ sid: person.sessionId })).seenAt
  const first = await seenAt()
  await list()
  expect(await seenAt()).toEqual(first)
  await api.owner.query(`UPDATE sessions SET seen_at = now() - interval '61 seconds' WHERE sid = $1`, [
    person.sessionId,
  ])
  await list()
  expect((await seenAt()).getTime()).toBeGreaterThan(first.getTime())
})

test('one is signed out elsewhere, at once, and nobody else is', async () => {
  const { person, as, list } = await setup()
  const stranger = await setup()
  const other = await openSession(api, person.user.id)
  await as('delete', `/v1/sessions/${sessionIdOf(stranger.person.sessionId)}`).expect(404)
  await as('delete', `/v1/sessions/${sessionIdOf(other.sessionId)}`).expect(204)
  await as('delete', `/v1/sessions/${sessionIdOf(other.sessionId)}`).expect(404)
  await request(api.app).get('/v1/auth/me').set('Cookie', other.cookie).expect(401)
  expect(await list()).toHaveLength(1)
  await stranger.as('get', '/v1/auth/me').expect(200)
})

test('all others are signed out at once, and this one stays', async () => {
  const { person, as, list } = await setup()
  const others = [await openSession(api, person.user.id), await openSession(api, person.user.id)]
  expect((await as('post', '/v1/sessions/end-others').expect(200)).body).toEqual({ ended: 2 })
  for (const { cookie } of others) await request(api.app).get('/v1/auth/me').set('Cookie', cookie).expect(401)
  expect((await list()).map(({ current }) => current)).toEqual([true])
})

test('a session that was ended while a request renewed it stays ended', async () => {
  const { person } = await setup()
  const pool = new pg.Pool({ connectionString: api.config.databaseUrl, max: 2 })
  const { middleware, close } = createSessions({
    pool,
    secrets: api.config.sessionSecrets,
    https: false,
    log: pino({ level: 'silent' }),
  })
  const app = express().use(middleware, async (incoming, response) => {
    await api.dataSource.getRepository(SessionEntity).delete({ sid: incoming.sessionID })
    incoming.session.renewedAt = Date.now() + 1
    response.end()
  })
  await request(app).get('/').set('Cookie', person.cookie).expect(200)
  expect(await api.dataSource.getRepository(SessionEntity).existsBy({ sid: person.sessionId })).toBe(false)
  close()
  await pool.end()
})

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  const as = (method: 'get' | 'post' | 'delete', path: string) =>
    request(api.app)[method](path).set('Cookie', person.cookie)
  return {
    person,
    as,
    list: async (): Promise<{ current: boolean }[]> =>
      (await as('get', '/v1/sessions').expect(200)).body.items,
  }
}
