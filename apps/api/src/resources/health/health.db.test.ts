import { endpoints } from '@berth/contract/endpoints'
import type { Endpoint } from '@berth/contract/endpoint'
import { securityOf } from '@berth/contract/openapi-security'
import { PROBLEMS } from '@berth/contract/problems'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

test('the process is healthy whatever is down; ready names what is', async () => {
  await request(api.app).get('/v1/health').expect(200, { status: 'ok', version: '0.0.0-test' })
  const ready = await request(api.app).get('/v1/ready').expect(503)
  expect(ready.body).toEqual({ status: 'not_ready', checks: { database: 'up', temporal: 'down' } })
})

test('the OpenAPI document has every endpoint with its input, its answer and its problems', async () => {
  const { body } = await request(api.app).get('/v1/openapi.json').expect(200)
  expect(body).toMatchObject({ openapi: '3.1.0', info: { title: 'Berth', version: '0.0.0-test' } })
  const all = Object.entries(endpoints).flatMap(([tag, group]) =>
    (Object.entries(group) as [string, Endpoint][]).map(([name, endpoint]) => ({
      id: `${tag}.${name}`,
      endpoint,
    })),
  )
  for (const { id, endpoint } of all) {
    const operation = body.paths[endpoint.path.replace(/:(\w+)/g, '{$1}')][endpoint.method.toLowerCase()]
    expect(operation).toMatchObject({
      operationId: id,
      responses: { [endpoint.status]: expect.anything() },
      security: securityOf(endpoint),
    })
    expect(operation.requestBody !== undefined).toBe(endpoint.body !== undefined)
    expect(operation.parameters.map(({ name }: { name: string }) => name)).toEqual([
      ...Object.keys(endpoint.params?.shape ?? {}),
      ...Object.keys(endpoint.query?.shape ?? {}),
      ...(endpoint.idempotency ? ['Idempotency-Key'] : []),
    ])
    for (const code of endpoint.problems) {
      expect(operation.responses[PROBLEMS[code].status].description).toContain(`\`${code}\``)
    }
  }
  expect(body.paths['/v1/rentals'].post.security).toEqual([{ session: [] }, { apiKey: ['full'] }])
  expect(body.paths['/v1/api-keys'].post.security).toEqual([{ session: [] }])
  expect(body.paths['/v1/events'].get).toBeDefined()
  const ids = Object.values(body.paths as Record<string, Record<string, { operationId: string }>>).flatMap(
    (path) => Object.values(path).map(({ operationId }) => operationId),
  )
  expect(new Set(ids).size).toBe(ids.length)
})

test('every reference in the document leads somewhere', async () => {
  const { body, text } = await request(api.app).get('/v1/openapi.json').expect(200)
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target ?? '')
  expect(references.length).toBeGreaterThan(20)
  for (const target of new Set(references)) {
    const found = target
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], body)
    expect({ target, found }).toMatchObject({ target, found: expect.anything() })
  }
  expect(text).not.toContain('#/$defs/')
})
