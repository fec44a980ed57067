import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../../tests/support/database.ts'
import { TEST_ENVIRONMENT } from './test-support/start-test-api.ts'

test('the process serves, and at SIGTERM finishes what is under way and exits clean', async () => {
  const database = await createTestDatabase()
  const port = await freePort()
  const process = start({
    ...TEST_ENVIRONMENT,
    LOG_LEVEL: 'info',
    DATABASE_URL: database.applicationUrl,
    TEMPORAL_ADDRESS: '127.0.0.1:9',
    API_PORT: String(port),
  })
  try {
    await process.logged('the API listens')
    const health = await fetch(`http://127.0.0.1:${port}/v1/health`)
    expect(await health.json()).toMatchObject({ status: 'ok' })
    // Under way: answering takes until the check of Temporal gives up.
    const ready = fetch(`http://127.0.0.1:${port}/v1/ready`)
    await process.logged('/v1/health')
    await new Promise((resolve) => setTimeout(resolve, 300))
    process.child.kill('SIGTERM')
    expect((await ready).status).toBe(503)
    expect(await process.exit).toBe(0)
    expect(process.output()).toContain('the API has stopped')
    expect(process.output()).not.toContain(TEST_ENVIRONMENT.SESSION_SECRET)
    await expect(fetch(`http://127.0.0.1:${port}/v1/health`)).rejects.toThrow('fetch failed')
  } finally {
    process.child.kill('SIGKILL')
    await database.drop()
  }
})

test('a process that lacks settings says which, and ends', async () => {
  const process = start({ SESSION_SECRET: 'short' })
  expect(await process.exit).not.toBe(0)
  for (const name of ['DATABASE_URL', 'SESSION_SECRET', 'GITHUB_CLIENT_ID'])
    expect(process.output()).toContain(name)
})

function start(env: Record<string, string>) {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const { PATH = '' } = globalThis.process.env
  const child: ChildProcess = spawn('node', ['--import', 'tsx', 'apps/api/src/main.ts'], {
    cwd: root,
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  }
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  return {
    child,
    exit,
    output: () => text,
    logged: async (words: string): Promise<void> => {
      const deadline = Date.now() + 30_000
      while (!text.includes(words)) {
        if (Date.now() > deadline) throw new Error(`the process never said "${words}":\n${text}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
