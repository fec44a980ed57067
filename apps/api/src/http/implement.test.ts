import { endpoint } from '@berth/contract/endpoint'
import { endpoints } from '@berth/contract/endpoints'
import express from 'express'
import request from 'supertest'
import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { type HandlerContext, implement } from './implement.ts'
import { mountRoutes } from './mount-routes.ts'

const group = {
  echo: endpoint({
    method: 'GET',
    path: '/v1/echo/:id',
    summary: '',
    auth: 'public',
    params: z.object({ id: z.string() }),
    query: z.object({ times: z.coerce.number().default(1) }),
    status: 200,
    response: z.object({ text: z.string() }),
    problems: [],
  }),
}

test('a group is answered by its handlers, parsed on the way in and stripped on the way out', async () => {
  const app = appOf(
    implement(group)({
      echo: async ({ params, query }) => {
        const answer = { text: `${params.id} ${query.times + 1}`, secret: 'not in the contract' }
        return answer
      },
    }),
  )
  const answer = await request(app).get('/v1/echo/a%20b?times=2').expect(200)
  expect(answer.body).toEqual({ text: 'a b 3' })
})

test('an answer that breaks the contract never leaves', async () => {
  const app = appOf(implement(group)({ echo: async () => ({ text: 7 as unknown as string }) }))
  expect((await request(app).get('/v1/echo/a')).status).toBe(500)
})

test('a missing handler and a wrong answer do not compile', () => {
  // @ts-expect-error `remove` and `create` are missing
  implement(endpoints.sshKeys)({ list: async () => ({ items: [] }) })
  // @ts-expect-error the answer lacks `text`
  implement(group)({ echo: async () => ({}) })
  expectTypeOf<HandlerContext<typeof endpoints.auth.me>['user']>().not.toBeNullable()
  expectTypeOf<HandlerContext<typeof endpoints.catalog.facets>['claim']>().toBeNull()
  expectTypeOf<HandlerContext<typeof endpoints.rentals.create>['claim']>().not.toBeNull()
})

function appOf(routes: Parameters<typeof mountRoutes>[0]) {
  return express().use(
    mountRoutes(routes, {
      authenticate: async () => null,
      idempotency: { claim: neverAsked, settle: neverAsked, release: neverAsked },
      rateLimits: { general: 1, tight: 1, signIn: 1 },
      tight: [],
    }),
  )
}

const neverAsked = () => Promise.reject(new Error('no endpoint of this test is idempotent'))
