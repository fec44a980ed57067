import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, describe, expect, it } from 'vitest'
import { ASK, closeAll, setup } from './emulator.test-support.ts'

/**
 * Schemas of the vendor's own document for the paths emulated here, prose and examples left out. One instance alone is held
 * to the schema of the list: the older one has ports as numbers, which no client has ever seen.
 */
const document: { components: { schemas: object } } = JSON.parse(
  readFileSync(new URL('./fixtures/openapi-schemas.json', import.meta.url), 'utf8'),
)
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addFormat('float', true).addSchema(document, 'vast')

afterAll(closeAll)

describe('answers have the shape of the vendor document', () => {
  it('for an instance in every state of its life', async () => {
    const { call, created, create, show, running } = await setup()
    const id = await created({ env: { A: '1', '-p 80:80': '1' } })
    expectShape('ListedInstance', await show(id))
    await running(id)
    expectShape('ListedInstance', await show(id))
    expectShape('ShowInstancesResponse', (await call('GET', '/api/v1/instances/')).body)
    const path = `/api/v0/instances/${id}/`
    expectShape('SimpleBooleanSuccessResponse', (await call('PUT', path, { state: 'stopped' })).body)
    expectShape('ListedInstance', await show(id))
    expectShape('AttachSshKeyResponse', (await call('POST', `${path}ssh/`, { ssh_key: 'x' })).body)
    expectShape('ShowSshKeysResponse', (await call('GET', `${path}ssh/`)).body)
    expectShape('DestroyInstanceResponse', (await call('DELETE', path)).body)
    expectShape('CreateInstanceResponse', (await create()).body)
    expect(await show(id)).toBeNull()
  })

  it('for offers, charges and refusals', async () => {
    const { call, create, control } = await setup()
    const offers = await call('POST', '/api/v0/bundles/', { limit: 3, order: [['dph_total', 'asc']] })
    expect(offers.body.offers).toHaveLength(3)
    expectShape('SearchOffersResponse', offers.body)
    const refusal = async (status: number, change: object = {}, askId = ASK.id): Promise<void> => {
      const answer = await create(change, askId)
      expect(answer.status).toBe(status)
      expectShape(`CreateInstanceRefusal${status}`, answer.body)
    }
    await refusal(400, { disk: 1 })
    await refusal(400, { price: 0.001 })
    await refusal(404, {}, 7)
    control.faults.add({ fault: { kind: 'no_such_ask' } })
    await refusal(410)
    control.faults.add({ fault: { kind: 'rate_limited' } })
    await refusal(429)
    expectShape('Error', (await call('DELETE', '/api/v0/instances/7/')).body)
    const filter = encodeURIComponent(JSON.stringify({ day: { gte: 0, lte: 9e9 } }))
    const charges = await call('GET', `/api/v0/charges/?select_filters=${filter}`)
    expect(charges.body.results).toHaveLength(1)
    expectShape('ShowChargesResponse', charges.body)
    expect((await call('GET', '/api/v0/users/current/')).body.balance).toBeGreaterThan(0)
  })
})

function expectShape(schema: string, body: unknown): void {
  ajv.validate({ $ref: `vast#/components/schemas/${schema}` }, body)
  expect(ajv.errors ?? []).toEqual([])
}
