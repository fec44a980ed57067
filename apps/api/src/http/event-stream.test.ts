import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterEach, expect, test } from 'vitest'
import { type EventStream, openEventStream } from './event-stream.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

test('events arrive framed, with and without an id, whatever their text', async () => {
  const { stream, text } = await setup()
  stream.send({ id: '7', type: 'rental.updated', data: { note: 'a\nb\r\nevent: forged' } })
  stream.send({ type: 'wallet.updated', data: 1 })
  await until(() => text().includes('wallet.updated'))
  expect(text()).toBe(
    'retry: 2000\n\n' +
      'id: 7\nevent: rental.updated\ndata: {"note":"a\\nb\\r\\nevent: forged"}\n\n' +
      'event: wallet.updated\ndata: 1\n\n',
  )
})

test('a silent stream beats its heart, so that nothing between takes it for dead', async () => {
  const { text } = await setup({ heartbeatMs: 20 })
  await until(() => text().split(': still here\n\n').length > 3)
  expect(text().replaceAll(': still here\n\n', '')).toBe('retry: 2000\n\n')
})

test('a reader who goes away ends the stream on our side', async () => {
  const { stream, response } = await setup()
  let closed = 0
  stream.onClose(() => (closed += 1))
  response.destroy()
  await until(() => closed === 1)
  stream.close()
  stream.send({ type: 'late', data: null })
  expect(closed).toBe(1)
  stream.onClose(() => (closed += 1))
  expect(closed).toBe(2)
})

test('a reader who does not read is cut off instead of filling our memory', async () => {
  const { stream, response } = await setup()
  response.pause()
  let closed = false
  stream.onClose(() => (closed = true))
  const data = 'x'.repeat(64 * 1024)
  for (let sent = 0; sent < 500; sent += 1) {
    stream.send({ type: 'flood', data })
    if (sent % 50 === 0) await new Promise(setImmediate)
  }
  await until(() => closed)
  expect(response.complete).toBe(false)
})

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !holds(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(holds()).toBe(true)
}

async function setup(options: { heartbeatMs?: number } = {}) {
  let open: (stream: EventStream) => void = () => undefined
  const opened = new Promise<EventStream>((resolve) => (open = resolve))
  const app = express()
  app.get('/', (_request, response) => open(openEventStream(response, options)))
  const server = createServer(app).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  closers.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  const { port } = server.address() as AddressInfo
  const response = await new Promise<IncomingMessage>((resolve) => get({ host: '127.0.0.1', port }, resolve))
  let text = ''
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  response.on('error', () => undefined)
  return { stream: await opened, response, text: () => text }
}
