import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { takenPorts } from './preflight.ts'
import { findFreePortRange } from './process/ports.ts'
import { portVariables, readSettings } from './settings.ts'

test('names the port that is taken and the setting that moves it', async () => {
  const { env, port, close } = await setup('API_PORT')
  expect(await takenPorts(readSettings([], env))).toEqual([
    `Port ${port} (api) is taken. Free it, or set API_PORT to another one.`,
  ])
  await close()
  expect(await takenPorts(readSettings([], env))).toEqual([])
})

test('does not look at the ports of servers the person brings along', async () => {
  const { env, close } = await setup('POSTGRES_PORT')
  const DATABASE_OWNER_URL = 'postgres://db.example/berth'
  expect(await takenPorts(readSettings([], { ...env, DATABASE_OWNER_URL }))).toEqual([])
  await close()
})

async function setup(takenVariable: string) {
  const env: NodeJS.ProcessEnv = {}
  const parts = Object.values(portVariables)
  const first = await findFreePortRange(parts.length)
  parts.forEach(({ variable }, index) => (env[variable] = String(first + index)))
  const port = Number(env[takenVariable])
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { env, port, close: () => new Promise((resolve) => server.close(resolve)) }
}
