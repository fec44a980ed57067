import { randomBytes } from 'node:crypto'
import { PodEnvironmentEntity } from '@berth/entities/pod-environment'
import { RentalEntity } from '@berth/entities/rental'
import { openSecret } from '@berth/entities/seal-secret'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addSshKey, aRental, fund, listOffer } from '../../test-support/fixtures.ts'
import { signInAs } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

const SECRET = 'hf_a-token-nobody-may-read'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

test('values are sealed under their rental, and a rental shows their names alone', async () => {
  const { rent, as } = await setup()
  await keepRentals()
  const { body } = await rent({ env: { HF_TOKEN: SECRET, MODE: 'fast' }, ports: [8888] }).expect(201)
  await api.owner.query('DROP FUNCTION claim CASCADE')
  expect(body).toMatchObject({ envNames: ['HF_TOKEN', 'MODE'], ports: [{ port: 8888, address: null }] })
  const { sealed } = await environmentOf(body.id)
  expect(sealed).not.toContain(SECRET)
  const opened = openSecret(sealed, { keys: api.config.secretsKeys, label: body.id })
  expect(JSON.parse(opened)).toEqual({ HF_TOKEN: SECRET, MODE: 'fast' })
  const answers = [
    body,
    (await as('get', `/v1/rentals/${body.id}`)).body,
    (await as('get', '/v1/rentals')).body,
  ]
  expect(JSON.stringify(answers)).not.toContain(SECRET)
  const kept = await api.owner.query('SELECT response_body FROM idempotency_keys')
  expect(JSON.stringify(kept.rows)).toContain('HF_TOKEN')
  expect(JSON.stringify(kept.rows)).not.toContain(SECRET)
})

test('values are erased when the start is called off, and as soon as the pod runs or its rental ends', async () => {
  const { rent, person } = await setup()
  await rent({ env: { HF_TOKEN: SECRET } }).expect(503)
  const calledOff = await api.dataSource
    .getRepository(RentalEntity)
    .findOneByOrFail({ userId: person.user.id })
  expect(calledOff).toMatchObject({ phase: 'ended', envNames: ['HF_TOKEN'] })
  expect(await hasEnvironment(calledOff.id)).toBe(false)
  for (const [phase, kept] of [
    ['launching', true],
    ['verifying', true],
    ['running', false],
    ['stopping', false],
    ['ended', false],
  ] as const) {
    const { id } = await aRental(api, person, { phase: 'reserving' })
    await api.dataSource.getRepository(PodEnvironmentEntity).insert({ rentalId: id, sealed: 'x' })
    await api.dataSource.getRepository(RentalEntity).update({ id }, { phase })
    expect([phase, await hasEnvironment(id)]).toEqual([phase, kept])
  }
})

test('what could not reach the pod is refused by name before anything is rented', async () => {
  const { rent, person } = await setup()
  const refused = async (change: object) => (await rent(change).expect(400)).body
  expect((await refused({ env: { PATH: SECRET } })).errors).toMatchObject([
    { detail: expect.stringContaining('taken') },
  ])
  expect((await refused({ ports: [22] })).errors).toMatchObject([
    { detail: expect.stringContaining('open anyway') },
  ])
  await api.owner.query(
    `UPDATE provider_accounts SET terms = terms || '{"environment": "lines"}' WHERE id = 'acme'`,
  )
  const several = await refused({ env: { CERT: `${SECRET}\nmore`, FINE: 'x' } })
  expect(several).toMatchObject({
    code: 'invalid_request',
    detail: expect.stringContaining('Acme Cloud cannot hand CERT to a pod'),
    errors: [{ pointer: '/env/CERT' }],
  })
  expect(JSON.stringify(several)).not.toContain(SECRET)
  expect(await api.dataSource.getRepository(RentalEntity).countBy({ userId: person.user.id })).toBe(0)
})

test('a port shows where it answers: where it was published, at the machine itself, or only through SSH', async () => {
  const { as, person } = await setup()
  const running = { phase: 'running', sshHost: '203.0.113.5', sshPort: 2222, sshUser: 'root' } as const
  const { id } = await aRental(api, person, {
    ...running,
    ports: [8888, 8000],
    publishedPorts: [{ privatePort: 8888, host: '203.0.113.9', publicPort: 41_000 }],
  })
  const ports = async () => (await as('get', `/v1/rentals/${id}`).expect(200)).body.ports
  const published = { port: 8888, address: { host: '203.0.113.9', port: 41_000 } }
  expect(await ports()).toEqual([published, { port: 8000, address: null }])
  await api.owner.query(`UPDATE provider_accounts SET terms = terms || '{"ports": "open"}' WHERE id = 'acme'`)
  expect(await ports()).toEqual([published, { port: 8000, address: { host: '203.0.113.5', port: 8000 } }])
  await api.dataSource.getRepository(RentalEntity).update({ id }, { phase: 'ended' })
  expect(await ports()).toEqual([
    { port: 8888, address: null },
    { port: 8000, address: null },
  ])
})

const environmentOf = (rentalId: string) =>
  api.dataSource.getRepository(PodEnvironmentEntity).findOneByOrFail({ rentalId })
const hasEnvironment = (rentalId: string) =>
  api.dataSource.getRepository(PodEnvironmentEntity).existsBy({ rentalId })

/** As if a workflow had taken every new rental up: there is no Temporal here, and a start that fails is called off. */
async function keepRentals(): Promise<void> {
  await api.owner.query(`CREATE FUNCTION claim() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.workflow_claimed_at := now(); RETURN NEW; END $$`)
  await api.owner.query(`CREATE TRIGGER claim BEFORE INSERT ON rentals FOR EACH ROW EXECUTE FUNCTION claim()`)
}

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  await fund(api, person, 10_000_000)
  const as = (method: 'get' | 'post', path: string) =>
    request(api.app)[method](path).set('Cookie', person.cookie)
  const offer = await listOffer(api)
  const sshKeyId = await addSshKey(api, person)
  const rent = (change: object) =>
    as('post', '/v1/rentals')
      .set('Idempotency-Key', randomBytes(8).toString('hex'))
      .send({
        offerId: offer.id,
        image: 'berth/pytorch:2.5',
        sshKeyIds: [sshKeyId],
        duration: { kind: 'until_stopped' },
        priceMicrosPerHour: offer.priceMicrosPerHour,
        ...change,
      })
  return { person, as, rent }
}
