import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, describe, expect, it } from 'vitest'
import { closeAll, NEW_INSTANCE, setup } from './emulator.test-support.ts'
import { launchSchema } from './requests.ts'

/** Schemas of the vendor's own document for the paths emulated here, prose and examples left out. */
const document: { components: { schemas: object } } = JSON.parse(
  readFileSync(new URL('./fixtures/openapi-schemas.json', import.meta.url), 'utf8'),
)
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addFormat('password', true).addSchema(document, 'lambda')

afterAll(closeAll)

describe('answers have the shape of the vendor document', () => {
  it('for an instance in every state of its life', async () => {
    const { call, launch, get, active } = await setup({ lingerMs: 60_000 })
    const launched = await call('POST', '/instance-operations/launch', NEW_INSTANCE)
    expectShape('InstanceLaunchResponse', launched.body.data)
    const id = await launch()
    expectShape('Instance', (await get(id)).body.data)
    await active(id)
    expectShape('Instance', (await get(id)).body.data)
    const order = { instance_ids: [id] }
    expectShape(
      'InstanceRestartResponse',
      (await call('POST', '/instance-operations/restart', order)).body.data,
    )
    expectShape(
      'InstanceTerminateResponse',
      (await call('POST', '/instance-operations/terminate', order)).body.data,
    )
    await expect.poll(async () => (await get(id)).body.data.status).toBe('terminated')
    for (const instance of (await call('GET', '/instances')).body.data) expectShape('Instance', instance)
  })

  it('for the catalog, images and SSH keys', async () => {
    const { call } = await setup()
    const types = await call('GET', '/instance-types')
    expect(types.status).toBe(200)
    expectShape('InstanceTypes', types.body.data)
    for (const image of (await call('GET', '/images')).body.data) expectShape('Image', image)
    for (const key of (await call('GET', '/ssh-keys')).body.data) expectShape('SSHKey', key)
    const made = await call('POST', '/ssh-keys', { name: 'made' })
    expectShape('GeneratedSSHKey', made.body.data)
    expectShape('EmptyResponse', (await call('DELETE', `/ssh-keys/${made.body.data.id}`)).body.data)
  })

  it('for its refusals', async () => {
    const { call, control } = await setup()
    const refusal = async (change: object) =>
      (await call('POST', '/instance-operations/launch', { ...NEW_INSTANCE, ...change })).body.error
    expectShape('ApiErrorInvalidParameters', await refusal({ ssh_key_names: [] }))
    expectShape('ApiErrorLaunchResourceNotFound', await refusal({ ssh_key_names: ['nobody'] }))
    expectShape('ApiErrorInstanceNotFound', (await call('GET', '/instances/none')).body.error)
    expectShape('ApiErrorDuplicate', (await call('POST', '/ssh-keys', { name: 'berth' })).body.error)
    for (const [kind, schema] of [
      ['no_capacity', 'ApiErrorInsufficientCapacity'],
      ['quota_exceeded', 'ApiErrorQuotaExceeded'],
      ['account_inactive', 'ApiErrorAccountInactive'],
    ] as const) {
      control.faults.add({ fault: { kind } })
      expectShape(schema, await refusal({}))
    }
    control.faults.add({ fault: { kind: 'unauthorized' } })
    expect((await call('GET', '/instances')).body.error.code).toBe('global/invalid-api-key')
  })
})

describe('requests are held to the vendor document', () => {
  it.each([
    NEW_INSTANCE,
    { ...NEW_INSTANCE, image: { family: 'lambda-stack-24-04' } },
    { ...NEW_INSTANCE, image: { name: 'x' } },
    { ...NEW_INSTANCE, name: 'x'.repeat(65) },
    { ...NEW_INSTANCE, ssh_key_names: undefined },
    { ...NEW_INSTANCE, instance_type_name: 7 },
    { ...NEW_INSTANCE, user_data: '#cloud-config\n{}' },
  ])('alike: %j', (body) => {
    const wire: unknown = JSON.parse(JSON.stringify(body))
    expect(launchSchema.safeParse(wire).success).toBe(ajv.validate(refTo('InstanceLaunchRequest'), wire))
  })
})

describe('a restart of the process', () => {
  it('keeps running instances with their door, their costs, and the registered keys', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'lambda-'))
    const first = await setup({ stateDir })
    const id = await first.launch()
    const door = await first.active(id)
    const keys = first.control.sshKeys.list()
    await closeAll()
    const second = await setup({ stateDir })
    expect(await second.active(id)).toEqual(door)
    expect(second.control.sshKeys.list()).toEqual(keys)
    expect(second.control.meter.aliveNow()).toMatchObject([{ instanceId: id }])
    await closeAll()
    rmSync(stateDir, { recursive: true })
  })
})

const refTo = (schema: string): { $ref: string } => ({ $ref: `lambda#/components/schemas/${schema}` })

function expectShape(schema: string, body: unknown): void {
  ajv.validate(refTo(schema), body)
  expect(ajv.errors ?? []).toEqual([])
}
