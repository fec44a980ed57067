import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { postWebhook } from './post-webhook.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

async function receiver(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const post = (url: string, options: { allowLocal?: boolean; timeoutMs?: number } = {}) =>
  postWebhook({ url, headers: { 'webhook-id': 'ntc_1' }, body: '{"ä":1}', allowLocal: true, ...options })

test('body and headers arrive as they are', async () => {
  let heard = ''
  const url = await receiver((request, response) => {
    request.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk))
    request.on('end', () =>
      response.end(`${request.headers['webhook-id']} ${request.headers['content-type']}`),
    )
  })
  expect(await post(url)).toEqual({ status: 200, answer: 'ntc_1 application/json; charset=utf-8' })
  expect(heard).toBe('{"ä":1}')
})

test('a redirect is an answer, never a way', async () => {
  let visits = 0
  const inside = await receiver((_request, response) => {
    visits += 1
    response.end()
  })
  const url = await receiver((_request, response) => response.writeHead(307, { location: inside }).end())
  expect((await post(url)).status).toBe(307)
  expect(visits).toBe(0)
})

test('an answer without end is read only at its beginning', async () => {
  const url = await receiver((_request, response) => {
    const flood = setInterval(() => response.write('x'.repeat(10_000)), 1)
    response.on('close', () => clearInterval(flood))
  })
  const { status, answer } = await post(url)
  expect([status, answer.length]).toEqual([200, 1_024])
})

test('silence ends after the time-out', async () => {
  const url = await receiver(() => undefined)
  await expect(post(url, { timeoutMs: 200 })).rejects.toThrow('no answer within 0.2 s')
})

test('a name that resolves to this machine is not called from a public installation', async () => {
  let visits = 0
  const url = await receiver((_request, response) => {
    visits += 1
    response.end()
  })
  const byName = url.replace('127.0.0.1', 'localhost')
  await expect(post(byName, { allowLocal: false })).rejects.toThrow(/is not called/)
  expect(visits).toBe(0)
})
