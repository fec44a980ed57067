import { expect, test } from 'vitest'
import { stackAddresses } from './addresses.ts'
import { stackEnvironments, type StackEnvironments } from './environments.ts'
import { readSettings } from './settings.ts'

test('the API gets no key that spends money, the worker gets them all', () => {
  const { api, worker } = setup({ LAMBDA_API_KEY: 'lambda-key', STRIPE_SECRET_KEY: 'sk_live_1' })
  expect(api).not.toHaveProperty('LAMBDA_API_KEY')
  expect(api).not.toHaveProperty('RUNPOD_API_KEY')
  expect(api).not.toHaveProperty('STRIPE_SECRET_KEY')
  expect(worker).toMatchObject({ LAMBDA_API_KEY: 'lambda-key', STRIPE_SECRET_KEY: 'sk_live_1' })
  expect(worker.RUNPOD_API_KEY).toBeTruthy()
})

test('the emulators let in the keys the product was given, and see none of the real ones', () => {
  const { upstreams, worker } = setup({ LAMBDA_API_KEY: 'lambda-key' })
  expect(upstreams.RUNPOD_EMULATOR_API_KEY).toBe(worker.RUNPOD_API_KEY)
  expect(upstreams.STRIPE_EMULATOR_SECRET_KEY).toBe(worker.STRIPE_SECRET_KEY)
  expect(`${worker.RUNPOD_API_BASE}`).toBe(`http://127.0.0.1:${upstreams.RUNPOD_EMULATOR_PORT}/v2`)
  expect(upstreams).not.toHaveProperty('LAMBDA_API_KEY')
})

test('only migrations know the owner of the schema', () => {
  const own = 'postgres://berth_owner:x@db.example/berth'
  const { api, worker, upstreams } = setup({
    DATABASE_OWNER_URL: own,
    DATABASE_URL: 'postgres://berth_app@db/berth',
  })
  for (const env of [api, worker, upstreams]) {
    expect(env).not.toHaveProperty('DATABASE_OWNER_URL')
    expect(env.DATABASE_URL).toBe('postgres://berth_app@db/berth')
  }
})

test('the session secret stays with the API', () => {
  const { api, worker, upstreams } = setup({})
  expect(api.SESSION_SECRET).toBe('session')
  expect(worker).not.toHaveProperty('SESSION_SECRET')
  expect(upstreams).not.toHaveProperty('SESSION_SECRET')
})

test('the API and the worker share the secret of the pod gateway, and nobody else has it', () => {
  const { api, worker, upstreams } = setup({})
  expect([api.POD_GATEWAY_SECRET, worker.POD_GATEWAY_SECRET]).toEqual(['gateway', 'gateway'])
  expect(api.POD_GATEWAY_URL).toBe(`http://127.0.0.1:${worker.WORKER_HEALTH_PORT}`)
  expect(upstreams).not.toHaveProperty('POD_GATEWAY_SECRET')
})

test('both ends of the webhook share its secret', () => {
  const { api, upstreams } = setup({})
  expect(api.STRIPE_WEBHOOK_SECRET).toBe('whsec_local')
  expect(upstreams.STRIPE_WEBHOOK_SECRET).toBe('whsec_local')
})

test('API and worker seal and open the secrets of webhook endpoints with one key', () => {
  const { api, worker, upstreams } = setup({})
  expect([api.SECRETS_KEY, worker.SECRETS_KEY]).toEqual(['sealing', 'sealing'])
  expect(upstreams).not.toHaveProperty('SECRETS_KEY')
})

test('mail is caught until the person brings a mail server, whose password stays with the worker', () => {
  const { worker, api, upstreams } = setup({ SMTP_PORT: '4399' })
  expect(worker.SMTP_URL).toBe('smtp://127.0.0.1:4399')
  expect(upstreams).toMatchObject({ MAIL_CATCHER_SMTP_PORT: '4399', MAIL_CATCHER_WEB_PORT: '4303' })
  expect(api).not.toHaveProperty('SMTP_URL')
  const real = setup({ SMTP_URL: 'smtps://berth:secret@mail.example' })
  expect(real.worker.SMTP_URL).toBe('smtps://berth:secret@mail.example')
  expect(real.upstreams).not.toHaveProperty('MAIL_CATCHER_SMTP_PORT')
  for (const env of [real.api, real.upstreams]) expect(env).not.toHaveProperty('SMTP_URL')
})

test('webhooks reach this machine only from a stack that nobody else can open', () => {
  expect(setup({}).worker.WEBHOOK_ALLOW_LOCAL).toBe('true')
  expect(setup({ PUBLIC_URL: 'https://berth.example' }).worker.WEBHOOK_ALLOW_LOCAL).toBe('false')
  expect(setup({ PUBLIC_URL: 'https://berth.example' }).api.WEBHOOK_ALLOW_LOCAL).toBe('false')
})

test('an emulator is used until the person brings a key for the real service', () => {
  expect(setup({}).worker.RUNPOD_API_BASE).toMatch(/^http:\/\/127\.0\.0\.1:43\d\d/)
  const real = setup({ RUNPOD_API_KEY: 'rpa_real' }).worker
  expect(real.RUNPOD_API_KEY).toBe('rpa_real')
  expect(real).not.toHaveProperty('RUNPOD_API_BASE')
  expect(real.STRIPE_API_BASE).toMatch(/^http:\/\/127\.0\.0\.1:43\d\d/)
})

test('Docker is on where an engine answers, and the person has the last word', () => {
  expect(setup({}, true).worker.DOCKER_ENABLED).toBe('true')
  expect(setup({}, false).worker.DOCKER_ENABLED).toBe('false')
  expect(setup({ DOCKER_ENABLED: 'false' }, true).worker.DOCKER_ENABLED).toBe('false')
})

function setup(env: NodeJS.ProcessEnv, dockerEnabled = false): StackEnvironments {
  const settings = readSettings([], env)
  const secrets = {
    postgresPassword: 'pg',
    sessionSecret: 'session',
    stripeWebhookSecret: 'whsec_local',
    secretsKey: 'sealing',
    podGatewaySecret: 'gateway',
  }
  return stackEnvironments({ settings, secrets, addresses: stackAddresses(settings, secrets), dockerEnabled })
}
