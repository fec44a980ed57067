import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const ENOUGH = {
  DATABASE_URL: 'postgres://berth_app@127.0.0.1/berth',
  SESSION_SECRET: 'x'.repeat(32),
  GITHUB_CLIENT_ID: 'id',
  GITHUB_CLIENT_SECRET: 'secret',
  STRIPE_WEBHOOK_SECRET: 'whsec_new, whsec_old',
  POD_GATEWAY_SECRET: 'y'.repeat(32),
  SECRETS_KEY: 'z'.repeat(32),
}

test('what is not said has a local default', () => {
  expect(readConfig(ENOUGH)).toMatchObject({
    listen: { host: '127.0.0.1', port: 4301 },
    temporal: { address: '127.0.0.1:7233', namespace: 'default', uiUrl: null },
    publicOrigin: 'http://localhost:4300',
    https: false,
    podGateway: { url: 'http://127.0.0.1:4302', secret: 'y'.repeat(32) },
    github: { baseUrl: 'https://github.com', apiUrl: 'https://api.github.com' },
    stripe: { webhookSecrets: ['whsec_new', 'whsec_old'], livemode: false },
  })
})

test('an https dashboard makes cookies secure, and paths and slashes of addresses do not matter', () => {
  const config = readConfig({
    ...ENOUGH,
    PUBLIC_URL: 'https://berth.example/app/',
    GITHUB_BASE_URL: 'http://127.0.0.1:4330/github/',
    OPERATORS: 'Ada, bob',
  })
  expect(config).toMatchObject({ https: true, publicOrigin: 'https://berth.example' })
  expect(config.github.baseUrl).toBe('http://127.0.0.1:4330/github')
  expect([...config.operators]).toEqual(['ada', 'bob'])
})

test('everything that is wrong is told at once, by name', () => {
  const wrong = {
    SESSION_SECRET: 'short',
    API_PORT: '70000',
    PUBLIC_URL: 'ftp://x',
    STRIPE_WEBHOOK_SECRET: ',',
  }
  for (const name of [...Object.keys(wrong), 'DATABASE_URL', 'GITHUB_CLIENT_ID', 'POD_GATEWAY_SECRET']) {
    expect(() => readConfig(wrong)).toThrow(name)
  }
})

test('no secret stands in the complaint', () => {
  expect(() => readConfig({ ...ENOUGH, SESSION_SECRET: 'hunter2' })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
  )
})
