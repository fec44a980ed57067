import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Call {
  headers: IncomingHttpHeaders
  body: string
}

export interface WebhookReceiver {
  url: string
  /** Since it was last told to forget, oldest first. */
  calls: () => Call[]
  forget: () => void
  /** The status of each visit from now on, counted from 1. */
  answerWith: (status: (visit: number) => number) => void
  isFromUs: (call: Call, secret: string) => boolean
  close: () => Promise<void>
}

/** Somebody's own program that listens for webhooks. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  let calls: Call[] = []
  let answer: (visit: number) => number = () => 200
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      calls.push({ headers: request.headers, body })
      const status = answer(calls.length)
      response.writeHead(status).end(status < 300 ? 'thanks' : 'no')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    calls: () => calls,
    forget: () => void (calls = []),
    answerWith: (status) => void (answer = status),
    isFromUs: ({ headers, body }, secret) => {
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
      const expected = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
      return String(headers['webhook-signature']).split(' ').includes(expected)
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
