import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ProviderError, ProviderErrorKind } from '../provider-error.ts'
import { createHttpClient, type Classify, type HttpAnswer, type HttpCall } from './client.ts'
import { createPacer } from './pacer.ts'

const SECRET = 'sk-very-secret-key'
const closers: (() => Promise<void>)[] = []

describe('http client', () => {
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })

  it('drops unknown fields and says which one is missing', async () => {
    const { read } = await setup((_, response) => response.end('{"name":"a","extra":1}'))
    expect(await read()).toEqual({ name: 'a' })
    const { read: readMissing } = await setup((_, response) => response.end('{"nom":"a"}'))
    expect(await failure(readMissing())).toMatchObject({
      kind: 'protocol',
      words: expect.stringMatching(/name/),
    })
  })

  it('calls an accepted create ambiguous when its answer does not read, since the thing exists', async () => {
    const { create } = await setup((_, response) => response.writeHead(201).end('<html>'))
    expect(await failure(create())).toMatchObject({ kind: 'ambiguous', status: 201 })
  })

  it('hands plain text to the schema where the body is no JSON', async () => {
    const { client, call } = await setup((_, response) => response.end('4f6b-plain-id'))
    expect(await client.request({ ...call('POST'), schema: z.string() })).toBe('4f6b-plain-id')
  })

  const byStatus: [number, ProviderErrorKind, ProviderErrorKind][] = [
    [400, 'invalid_request', 'invalid_request'],
    [401, 'auth', 'auth'],
    [402, 'upstream_funds', 'upstream_funds'],
    [408, 'unavailable', 'ambiguous'],
    [409, 'not_yet', 'protocol'],
    [418, 'protocol', 'protocol'],
    [422, 'invalid_request', 'invalid_request'],
    [429, 'rate_limited', 'rate_limited'],
    [500, 'unavailable', 'ambiguous'],
    [503, 'unavailable', 'ambiguous'],
  ]
  it.each(byStatus)('takes %i for %s on a read and for %s on a create', async (status, onRead, onCreate) => {
    const { read, create } = await setup((_, response) => response.writeHead(status).end('no'))
    expect((await failure(read())).kind).toBe(onRead)
    const { create: createAgain } =
      status === 429 ? await setup((_, r) => r.writeHead(429).end()) : { create }
    expect((await failure(createAgain())).kind).toBe(onCreate)
  })

  it('calls a connection cut after the body was sent ambiguous for a create, and worth repeating for the rest', async () => {
    const { read, create, client, call } = await setup((request) => request.socket.destroy())
    expect((await failure(create())).kind).toBe('ambiguous')
    expect((await failure(read())).kind).toBe('unavailable')
    expect((await failure(client.request(call('DELETE')))).kind).toBe('unavailable')
  })

  it('knows that a refused connection and an unknown host did nothing', async () => {
    const { create, close } = await setup((_, response) => response.end())
    await close()
    expect((await failure(create())).kind).toBe('unavailable')
    const { create: createNowhere } = await setup(() => undefined, { baseUrl: 'http://no-such-host.invalid' })
    expect((await failure(createNowhere())).kind).toBe('unavailable')
  })

  it('calls a create that was not answered in time ambiguous', async () => {
    const { create } = await setup(() => undefined, { timeoutMs: 50 })
    expect(await failure(create())).toMatchObject({
      kind: 'ambiguous',
      words: expect.stringMatching(/in time/),
    })
  })

  it('bounds a body that trickles in for ever by the same timeout', async () => {
    const { read } = await setup((_, response) => void response.writeHead(200).write('{'), { timeoutMs: 80 })
    expect((await failure(read())).kind).toBe('unavailable')
  })

  it('calls a create ambiguous that its caller called off under way', async () => {
    const stop = new AbortController()
    const { client, call } = await setup(() => stop.abort(new Error('worker shutting down')))
    expect((await failure(client.request({ ...call('POST'), signal: stop.signal }))).kind).toBe('ambiguous')
  })

  it('stops reading an answer that is too large', async () => {
    const { read } = await setup((_, response) => response.end('x'.repeat(2_000)), { maxBodyBytes: 1_000 })
    expect(await failure(read())).toMatchObject({ kind: 'protocol', words: expect.stringMatching(/larger/) })
  })

  it('passes Retry-After on and makes the whole account wait', async () => {
    const { read, pacer } = await setup((_, response) =>
      response.writeHead(429, { 'retry-after': '120' }).end(),
    )
    expect(await failure(read())).toMatchObject({ kind: 'rate_limited', retryAfterMs: 120_000 })
    await expect(pacer.acquire(new AbortController().signal)).rejects.toMatchObject({ kind: 'rate_limited' })
  })

  it('keeps the limit of an endpoint besides the account’s', async () => {
    const { client, call, read } = await setup((_, response) => response.end('{"name":"a"}'))
    const limits = [{ requests: 1, windowMs: 60_000 }]
    const endpoint = { ...call('POST'), pacer: createPacer({ provider: 'p', limits, maxWaitMs: 0 }) }
    await client.request(endpoint)
    expect(await failure(client.request(endpoint))).toMatchObject({ kind: 'rate_limited' })
    expect(await read()).toEqual({ name: 'a' })
  })

  it('never repeats the credentials that a provider echoes, nor follows a redirect with them', async () => {
    const { read } = await setup((_, response) => response.writeHead(401).end(`bad token ${SECRET}`))
    const error = await failure(read())
    expect(JSON.stringify([error.message, error.details])).not.toContain(SECRET)
    const { read: readElsewhere } = await setup((_, r) => r.writeHead(302, { location: '/elsewhere' }).end())
    expect(await failure(readElsewhere())).toMatchObject({ kind: 'protocol', status: 302 })
  })

  it('lets the adapter judge first, and answers null for what is absent', async () => {
    const classify: Classify = ({ json }) =>
      json === undefined ? null : { kind: 'no_capacity', words: 'sold out' }
    const { create } = await setup((_, response) => response.writeHead(400).end('{}'), { classify })
    expect(await failure(create())).toMatchObject({ kind: 'no_capacity', status: 400 })
    const { client, call } = await setup((_, response) => response.writeHead(404).end())
    expect(await client.requestOrAbsent(call('GET'))).toBeNull()
  })

  it('takes a refusal within a 200 for what it is, whatever it refuses', async () => {
    const statusOf = ({ json }: HttpAnswer): number => (json as { status: number }).status
    const { read, client, call } = await setup((_, response) => response.end('{"status":404}'), { statusOf })
    expect(await failure(read())).toMatchObject({ kind: 'protocol', status: 404 })
    expect(await client.requestOrAbsent(call('GET'))).toBeNull()
    const { create } = await setup((_, response) => response.end('{"status":500}'), { statusOf })
    expect((await failure(create())).kind).toBe('ambiguous')
    const limited = await setup((_, response) => response.end('{"status":429}'), { statusOf })
    expect((await failure(limited.create())).kind).toBe('rate_limited')
    await expect(limited.pacer.acquire(AbortSignal.timeout(20))).rejects.toMatchObject({
      kind: 'unavailable',
    })
  })

  it('sends the query, the body and the credentials it was given', async () => {
    const seen: string[] = []
    const { client, call } = await setup((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`)
      request.setEncoding('utf8').on('data', (chunk: string) => seen.push(chunk))
      request.on('end', () => response.end('{"name":"a"}'))
    })
    await client.request({ ...call('POST'), query: { count: 2, none: undefined }, body: { gpu: 'L4' } })
    expect(seen).toEqual([`POST /v2/things?count=2 Bearer ${SECRET}`, '{"gpu":"L4"}'])
  })
})

type Options = Partial<Parameters<typeof createHttpClient>[0]>

async function setup(
  serve: (request: IncomingMessage, response: ServerResponse) => unknown,
  options: Options = {},
) {
  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const pacer = createPacer({ provider: 'test', limits: [{ requests: 1_000, windowMs: 1_000 }] })
  closers.push(async () => {
    pacer.close()
    await close()
  })
  const client = createHttpClient({
    provider: 'test',
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`,
    headers: () => ({ authorization: `Bearer ${SECRET}` }),
    timeoutMs: 2_000,
    pacer,
    classify: () => null,
    ...options,
  })
  const call = (method: HttpCall<unknown>['method']): HttpCall<{ name: string }> => ({
    method,
    path: '/things',
    schema: z.object({ name: z.string() }),
    signal: new AbortController().signal,
  })
  return {
    client,
    call,
    pacer,
    close,
    read: () => client.request(call('GET')),
    create: () => client.request({ ...call('POST'), body: { a: 1 } }),
  }
}

const failure = (outcome: Promise<unknown>): Promise<ProviderError> =>
  outcome.then(
    (value) => Promise.reject(new Error(`expected a failure, got ${JSON.stringify(value)}`)),
    (error: unknown) => error as ProviderError,
  )
