import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, describe, expect, it } from 'vitest'
import { createPodSchema } from './requests.ts'
import { startRunPodEmulator, type StartedRunPodEmulator } from './start.ts'

/** Schemas of the vendor's own document for the paths emulated here, prose and examples left out. */
const document: { components: { schemas: object } } = JSON.parse(
  readFileSync(new URL('./fixtures/openapi-schemas.json', import.meta.url), 'utf8'),
)
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addFormat('float', true).addFormat('double', true).addSchema(document, 'runpod')

const NEW_POD = {
  name: 'rent_01JD0000000000000000000000-1',
  image: 'x',
  gpu: { id: 'NVIDIA H100 80GB HBM3', count: 2, minCudaVersion: '12.4' },
  ports: ['22/tcp', '8888/http'],
  mounts: { persistent: { size: 20, path: '/workspace' } },
  globalNetworking: true,
}

describe('answers have the shape of the vendor document', () => {
  it('for a pod in every state of its life', async () => {
    const { call } = await setup()
    const created = await call('POST', '/pods', NEW_POD)
    expectShape('Pod', created.body)
    const { id } = created.body
    await expect.poll(async () => (await call('GET', `/pods/${id}`)).body.status).toBe('RUNNING')
    expectShape('Pod', (await call('GET', `/pods/${id}`)).body)
    expectShape('ListPodsResponse', (await call('GET', '/pods')).body)
    expectShape('Pod', (await call('PATCH', `/pods/${id}`, { name: 'other', locked: true })).body)
    expectShape('ErrorResponse', (await call('POST', `/pods/${id}/action`, { action: 'stop' })).body)
    await call('PATCH', `/pods/${id}`, { locked: false })
    expectShape('Pod', (await call('POST', `/pods/${id}/action`, { action: 'stop' })).body)
  })

  it.each([
    ['ListGpuTypesResponse', '/catalog/gpus'],
    ['ListGpuTypesResponse', '/catalog/gpus?include=AVAILABILITY&product=POD&cloud=COMMUNITY&count=4'],
    [
      'ListGpuTypesResponse',
      '/catalog/gpus?include=AVAILABILITY&product=POD&countryCodes=RO,CZ&minCudaVersion=12.8',
    ],
    ['ListDataCentersResponse', '/catalog/datacenters?include=GPU_AVAILABILITY&regions=EUROPE'],
    ['ListPodBillingResponse', '/billing/pods?bucketSize=day&lastN=2'],
    ['SshKeys', '/account/ssh-keys'],
  ])('for %s at %s', async (schema, path) => {
    const { call } = await setup()
    await call('POST', '/pods', NEW_POD)
    const answer = await call('GET', path)
    expect(answer.status).toBe(200)
    expectShape(schema, answer.body)
  })

  it.each([
    ['/catalog/gpus?include=AVAILABILITY', 400],
    ['/catalog/gpus?count=2', 400],
    ['/catalog/gpus?include=AVAILABILITY&product=POD&countryCodes=romania', 422],
    ['/catalog/gpus/none', 404],
    ['/billing/pods?lastN=2&startTime=2026-01-01T00:00:00Z', 400],
    ['/pods/none', 404],
    ['/nowhere', 404],
  ])('for the refusal of %s', async (path, status) => {
    const { call } = await setup()
    const answer = await call('GET', path)
    expect(answer.status).toBe(status)
    expectShape('ErrorResponse', answer.body)
  })

  it('sells a couple of dozen GPU types in many places, the same in every run', async () => {
    const { call } = await setup()
    const other = await setup()
    const path = '/catalog/gpus?include=AVAILABILITY&product=POD'
    const { body } = await call('GET', path)
    expect(body).toEqual((await other.call('GET', path)).body)
    const available = body.gpus.filter(
      ({ availability }: { availability: string }) => availability !== 'NONE',
    )
    expect(body.gpus.length).toBeGreaterThanOrEqual(25)
    expect(available.length).toBeGreaterThanOrEqual(15)
  })
})

describe('requests are held to the vendor document', () => {
  it.each([
    NEW_POD,
    { ...NEW_POD, spot: true },
    { ...NEW_POD, gpu: { count: 1 } },
    { ...NEW_POD, gpu: { id: 'x', kind: 'y' } },
    { ...NEW_POD, mounts: { persistent: { size: 5, path: '/' } } },
    { ...NEW_POD, image: undefined },
    { ...NEW_POD, image: undefined, templateId: 't' },
    { ...NEW_POD, disk: 0 },
    { ...NEW_POD, cloud: 'SPOT' },
    { ...NEW_POD, env: { A: 1 } },
  ])('alike: %j', (body) => {
    const wire: unknown = JSON.parse(JSON.stringify(body))
    expect(createPodSchema.safeParse(wire).success).toBe(ajv.validate(refTo('CreatePodRequest'), wire))
  })
})

const refTo = (schema: string): { $ref: string } => ({ $ref: `runpod#/components/schemas/${schema}` })

function expectShape(schema: string, body: unknown): void {
  ajv.validate(refTo(schema), body)
  expect(ajv.errors ?? []).toEqual([])
}

const started: StartedRunPodEmulator[] = []
afterAll(async () => {
  await Promise.all(started.map((emulator) => emulator.close()))
})

async function setup() {
  const emulator = await startRunPodEmulator()
  started.push(emulator)
  async function call(method: string, path: string, body?: unknown) {
    const answer = await fetch(emulator.baseUrl + path, {
      method,
      headers: { Authorization: `Bearer ${emulator.apiKey}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: JSON.parse(await answer.text()) }
  }
  return { call }
}
