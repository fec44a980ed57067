import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { findFreePort, findFreePortRange, isPortFree } from './ports.ts'

test('a port somebody listens on is not free, and is again when they stop', async () => {
  const { port, close } = await listenSomewhere()
  expect(await isPortFree(port)).toBe(false)
  await close()
  expect(await isPortFree(port)).toBe(true)
})

test('a port that was found can be listened on', async () => {
  expect(await isPortFree(await findFreePort())).toBe(true)
})

test('a range is free from its first to its last port', async () => {
  const first = await findFreePortRange(5)
  const free = await Promise.all([0, 1, 2, 3, 4].map((offset) => isPortFree(first + offset)))
  expect(free).toEqual([true, true, true, true, true])
})

async function listenSomewhere(): Promise<{ port: number; close: () => Promise<unknown> }> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return { port: address.port, close: () => new Promise((resolve) => server.close(resolve)) }
}
