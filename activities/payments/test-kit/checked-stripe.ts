import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from '@berth/stack/process/ports'
import { resolveStripeMock } from '@berth/stack/stripe-mock/resolve-stripe-mock'

/** One request as stripe-mock judged it. */
export interface JudgedRequest {
  /** "POST /v1/checkout/sessions/:id/expire". */
  route: string
  status: number
  /** What it found wrong; null where the request conforms. */
  words: string | null
}

export interface CheckedStripe {
  /** Stands before an emulator: hands every request on, and to stripe-mock as well. */
  before: (emulatorUrl: string) => Promise<string>
  judged: JudgedRequest[]
  close: () => Promise<void>
}

/** Stripe's own judgement of our requests, while the emulator answers them. */
export async function startCheckedStripe(): Promise<CheckedStripe> {
  const { program, spec } = await resolveStripeMock(process.env)
  const port = await findFreePort()
  const child = spawn(program, ['-http-addr', `127.0.0.1:${port}`, '-spec', spec], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  const mockUrl = `http://127.0.0.1:${port}`
  await untilAnswering(mockUrl)
  const judged: JudgedRequest[] = []
  const closers: (() => void)[] = []
  return {
    judged,
    async before(emulatorUrl) {
      const server = createServer(async (request, response) => {
        const body = await bodyOf(request)
        judged.push(await judge(mockUrl, request, body))
        const answer = await forward(emulatorUrl, request, body)
        response.writeHead(answer.status, Object.fromEntries(answer.headers))
        response.end(Buffer.from(await answer.arrayBuffer()))
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      closers.push(() => {
        server.closeAllConnections()
        server.close()
      })
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    async close() {
      for (const close of closers) close()
      child.kill()
      await ended
    },
  }
}

async function judge(mockUrl: string, request: IncomingMessage, body: Buffer): Promise<JudgedRequest> {
  const answer = await forward(mockUrl, request, body)
  const text = await answer.text()
  const path = new URL(request.url ?? '/', mockUrl).pathname
  return {
    route: `${request.method} ${path.replace(/\/(cs|pi|pm|re|dp|cus|ch)_[^/]+/g, '/:id')}`,
    status: answer.status,
    words: answer.ok ? null : text,
  }
}

function forward(base: string, request: IncomingMessage, body: Buffer): Promise<Response> {
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers
  return fetch(new URL(request.url ?? '/', base), {
    method: request.method ?? 'GET',
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  })
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function untilAnswering(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answered) return
    await sleep(100)
  }
  throw new Error('stripe-mock did not start within half a minute')
}
