import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, describe, expect, it } from 'vitest'
import { closeAll, NEW_VM, PATH, setup, SSH_RULE } from './emulator.test-support.ts'
import { createVmsSchema } from './requests.ts'

/**
 * Schemas of the vendor's own document for the paths emulated here, prose and examples left out. It requires no field of an
 * answer, so they are held to it the other way round: a field that it does not name is wrong.
 */
const document: unknown = JSON.parse(
  readFileSync(new URL('./fixtures/openapi-schemas.json', import.meta.url), 'utf8'),
)
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema(closed(document) as object, 'answers').addSchema(document as object, 'requests')

afterAll(closeAll)

describe('answers have the shape of the vendor document', () => {
  it('for a machine in every state of its life', async () => {
    const { call, create, until } = await setup({ teardownMs: 60_000 })
    const created = await call('POST', PATH, { ...NEW_VM, name: 'first', labels: ['a'] })
    expectShape('CreateInstancesResponse', created.body)
    const id = await create()
    expectShape('Instance', (await call('GET', `${PATH}/${id}`)).body)
    await until(id, { status: 'ACTIVE', floating_ip_status: 'ATTACHED' })
    expectShape('Instance', (await call('GET', `${PATH}/${id}`)).body)
    expectShape('Security_Group_Rule', (await call('POST', `${PATH}/${id}/sg-rules`, SSH_RULE)).body)
    for (const [order, status] of [
      ['hibernate', 'HIBERNATED'],
      ['hibernate-restore', 'ACTIVE'],
      ['stop', 'SHUTOFF'],
      ['start', 'ACTIVE'],
    ] as const) {
      expectShape('ResponseModel', (await call('GET', `${PATH}/${id}/${order}`)).body)
      await until(id, { status })
    }
    expectShape('ResponseModel', (await call('DELETE', `${PATH}/${id}`)).body)
    const list = await call('GET', PATH)
    expect(list.body.instances).toHaveLength(2)
    expectShape('Instances', list.body)
    const history = await call('GET', `/billing/billing/history/virtual-machine/${id}`)
    expectShape('ResourceLevelVMBillingDetailsResponseModel', history.body)
  })

  it('for the catalog', async () => {
    const { call } = await setup()
    const flavors = await call('GET', '/core/flavors?region=CANADA-1')
    expect(flavors.body.data.length).toBeGreaterThan(4)
    expectShape('Flavor_List_Response', flavors.body)
    expectShape('New_Stock_Retrive_Response', (await call('GET', '/core/stocks')).body)
    expectShape('Images', (await call('GET', '/core/images')).body)
    const prices = await call('GET', '/pricebook')
    for (const price of prices.body) expectShape('PricebookModel', price)
  })

  it('for environments and key pairs', async () => {
    const { call } = await setup()
    expectShape('Environment', (await call('POST', '/core/environments', { name: 'x', region: 'US-1' })).body)
    expectShape('Environments', (await call('GET', '/core/environments')).body)
    const key = { name: 'k', environment_name: 'x', public_key: 'ssh-ed25519 AAAA' }
    const imported = await call('POST', '/core/keypairs', key)
    expectShape('Import_Keypair_Response', imported.body)
    expectShape('Keypairs', (await call('GET', '/core/keypairs?search=k')).body)
    const removed = await call('DELETE', `/core/keypair/${imported.body.keypair.id}`)
    expectShape('ResponseModel', removed.body)
    expect(removed.body.status).toBe(true)
  })

  it('for its refusals', async () => {
    const { call, control } = await setup()
    expectShape('ErrorResponseModel', (await call('POST', PATH, {})).body)
    expectShape('ErrorResponseModel', (await call('GET', `${PATH}/7`)).body)
    for (const kind of ['no_capacity', 'no_credit', 'quota_exceeded', 'unauthorized'] as const) {
      control.faults.add({ fault: { kind } })
      const refused = await call('POST', PATH, NEW_VM)
      expectShape('ErrorResponseModel', refused.body)
      expect(refused.body.status).toBe(false)
    }
  })
})

describe('requests are held to the vendor document', () => {
  it.each([
    NEW_VM,
    { ...NEW_VM, count: undefined },
    { ...NEW_VM, key_name: undefined },
    { ...NEW_VM, environment_name: 7 },
    { ...NEW_VM, name: 'x'.repeat(51) },
    { ...NEW_VM, labels: 'one' },
    { ...NEW_VM, security_rules: undefined, user_data: '#cloud-config\n{}' },
  ])('alike: %j', (body) => {
    const wire = JSON.parse(JSON.stringify(body))
    // Why: the document wants the machine's id within each rule, of a machine that is still to be made.
    const rules = (wire.security_rules ?? []).map((rule: object) => ({ ...rule, virtual_machine_id: 1 }))
    const asDocumented = { ...wire, security_rules: rules }
    expect(createVmsSchema.safeParse(wire).success).toBe(
      ajv.validate({ $ref: 'requests#/components/schemas/Create_Instances_Payload' }, asDocumented),
    )
  })
})

describe('a restart of the process', () => {
  it('keeps running machines with their door, their costs, and what is registered', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'hyperstack-'))
    const first = await setup({ stateDir })
    const id = await first.create()
    const door = await first.door(id)
    const keypairs = first.control.environments.keypairs()
    await closeAll()
    const second = await setup({ stateDir })
    expect(await second.door(id)).toEqual(door)
    expect(second.control.environments.keypairs()).toEqual(keypairs)
    expect(second.control.meter.aliveNow()).toMatchObject([{ instanceId: String(id) }])
    await closeAll()
    rmSync(stateDir, { recursive: true })
  })
})

/** The same schemas with no room for a field they do not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inside = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]))
  const named = Object.keys(inside['properties'] ?? {}).length > 0 && inside['type'] === 'object'
  return named ? { ...inside, additionalProperties: false } : inside
}

function expectShape(schema: string, body: unknown): void {
  ajv.validate({ $ref: `answers#/components/schemas/${schema}` }, body)
  expect(ajv.errors ?? []).toEqual([])
}
