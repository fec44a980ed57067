// @vitest-environment node
import type { Endpoint } from '@berth/contract/endpoint'
import { endpoints } from '@berth/contract/endpoints'
import { buildOpenApi, problemsOf } from '@berth/contract/openapi'
import { PROBLEMS } from '@berth/contract/problems'
import { liveEventSchema } from '@berth/contract/schemas/events'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { readServerEvents } from '../live/read-server-events.ts'
import { parseFaults } from './faults.ts'
import { exampleInputs } from './example-inputs.ts'
import { startMockApi, type MockApi } from './testing.ts'

interface Operation {
  operationId: string
  path: string
  method: string
  responses: Record<string, { content?: Record<string, { schema: unknown }> }>
}

const document = buildOpenApi({ version: 'test', serverUrl: 'http://mock.test' })
const operations = operationsOf(document)
const STREAMS = ['events.stream', 'rentals.logs']
const json = operations.filter(({ operationId }) => !STREAMS.includes(operationId))

describe('the mock against the OpenAPI document of the API', () => {
  it.each(json)('answers $operationId as documented', async (operation) => {
    const mock = startMockApi({ scenario: 'operator' })
    const response = await call(mock, operation)
    const documented = Object.keys(operation.responses).filter((status) => status.startsWith('2'))
    expect([String(response.status), response.ok ? '' : await response.text()]).toEqual([...documented, ''])
    await expectDocumented(operation, response)
  })

  it.each(json)('answers every problem that $operationId documents', async (operation) => {
    for (const code of problemsOf(definitionOf(operation))) {
      const faults = parseFaults(`${operation.operationId}:${code}`)
      const response = await call(startMockApi({ scenario: 'operator', faults }), operation)
      expect([code, response.status]).toEqual([code, PROBLEMS[code].status])
      await expectDocumented(operation, response)
    }
  })

  it('knows of no operation that the document leaves out, and of each that it has', () => {
    const table = Object.entries(endpoints).flatMap(([group, each]) =>
      Object.keys(each).map((name) => `${group}.${name}`),
    )
    expect(json.map(({ operationId }) => operationId).sort()).toEqual(table.sort())
  })

  it('refuses a visitor what needs a session, and hides from renters what is for operators', async () => {
    for (const operation of json) {
      const { auth, status } = definitionOf(operation)
      const visitor = await call(startMockApi({ scenario: 'visitor' }), operation)
      const renter = await call(startMockApi(), operation)
      const expected = { public: [status, status], session: [401, status], operator: [404, 404] }[auth]
      expect([operation.operationId, visitor.status, renter.status]).toEqual([
        operation.operationId,
        ...expected,
      ])
    }
  })

  it('refuses a fault that an operation can never answer', () => {
    expect(() => parseFaults('auth.me:offer_gone')).toThrow('auth.me cannot answer')
    expect(() => parseFaults('auth.mee:internal')).toThrow('no such operation')
  })
})

describe('the live stream of the mock', () => {
  it('tells what happens, and after a cut what was missed, in order and once', async () => {
    const { fetch, wait, world } = startMockApi()
    const last = String(world.state.eventCount)
    const pod = world.state.rentals.find(({ view }) => view.phase === 'running')
    await fetch(`/v1/rentals/${pod?.view.id}/stop`, { method: 'POST' })
    const left = new AbortController()
    const response = await fetch('/v1/events', { headers: { 'last-event-id': last }, signal: left.signal })
    wait(5)
    const ids: string[] = []
    const kinds: string[] = []
    for await (const message of readServerEvents(response.body as ReadableStream<Uint8Array>)) {
      if (!message) continue
      const event = liveEventSchema.parse(JSON.parse(message.data))
      if (event.type !== 'rental.updated' || event.rentalId !== pod?.view.id) continue
      ids.push(message.id ?? '')
      kinds.push(event.kind)
      if (event.kind === 'ended') break
    }
    left.abort()
    expect(kinds).toEqual(['stop_requested', 'stopping', 'absence_proved', 'ended'])
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => Number(a) - Number(b)))
  })

  it('is for those who are signed in', async () => {
    expect((await startMockApi({ scenario: 'visitor' }).fetch('/v1/events')).status).toBe(401)
  })
})

function operationsOf(openApi: Record<string, unknown>): Operation[] {
  const paths = openApi['paths'] as Record<string, Record<string, Operation>>
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase(),
    })),
  )
}

function definitionOf({ operationId }: Operation): Endpoint {
  const [group = '', name = ''] = operationId.split('.')
  const definition = (endpoints as Record<string, Record<string, Endpoint>>)[group]?.[name]
  if (!definition) throw new Error(`the table has no ${operationId}`)
  return definition
}

const NO_CONTENT = { '': { schema: { type: 'null' } } }

/** The body against the very schema that the document has for this status. */
async function expectDocumented(operation: Operation, response: Response): Promise<void> {
  const content = operation.responses[String(response.status)]?.content
  const [[type, { schema }]] = Object.entries(content ?? NO_CONTENT) as [[string, { schema: unknown }]]
  expect(response.headers.get('content-type') ?? '').toContain(type)
  const validate = validatorOf(schema)
  const text = await response.text()
  const valid = validate(text === '' ? null : JSON.parse(text))
  expect(valid ? [] : validate.errors).toEqual([])
}

const ajv = new Ajv2020({ strict: false, validateFormats: false })
const validators = new Map<string, ReturnType<typeof ajv.compile>>()

function validatorOf(schema: unknown): ReturnType<typeof ajv.compile> {
  const name = JSON.stringify(schema)
  const known = validators.get(name)
  if (known) return known
  const validator = ajv.compile({ ...(schema as object), components: document['components'] })
  validators.set(name, validator)
  return validator
}

/** Calls an operation with what `exampleInputs` has for it; the id is otherwise that of a running rental. */
async function call({ fetch, world }: MockApi, operation: Operation): Promise<Response> {
  const running = world.state.rentals.find(({ view }) => view.phase === 'running')?.view
  const {
    params = { id: running?.id ?? '' },
    query,
    body,
  } = exampleInputs(world)[operation.operationId] ?? {}
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  )
  return fetch(query ? `${path}?${new URLSearchParams(query)}` : path, {
    method: operation.method,
    headers: { 'idempotency-key': 'one-intent', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}
