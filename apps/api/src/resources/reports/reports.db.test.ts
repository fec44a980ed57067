import { randomBytes } from 'node:crypto'
import type { RentalUsage } from '@berth/contract/schemas/rental-usage'
import type { Statement, Usage } from '@berth/contract/schemas/reports'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRental, fund } from '../../test-support/fixtures.ts'
import { signInAs, type TestPerson } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

const PRICE = 3_700_001
const DAY_MS = 86_400_000
/** Over two midnights whatever the time of day. */
const LONG_SECONDS = 2 * 86_400 + 4_321

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

describe('usage', () => {
  it('is cut at midnight, and its days sum to what was charged', async () => {
    const { get, aRun } = await setup()
    const { charged, seconds } = await aRun({ seconds: LONG_SECONDS })
    const usage: Usage = (await get(`/v1/reports/usage?${period()}`).expect(200)).body
    expect(usage.rows.map(({ key }) => key)).toEqual(usage.rows.map(({ key }) => key).toSorted())
    expect(usage.rows.length).toBeGreaterThanOrEqual(3)
    const [, ...whole] = usage.rows.slice(0, -1)
    for (const row of whole) expect(row.seconds).toBe(86_400)
    expect([usage.totalSeconds, usage.totalMicros]).toEqual([seconds, charged])
    expect(sumOf(usage, 'seconds')).toBe(seconds)
    expect(sumOf(usage, 'chargedMicros')).toBe(charged)
  })

  it('asked day by day is the same as asked at once', async () => {
    const { get, aRun } = await setup()
    const { charged } = await aRun({ seconds: LONG_SECONDS })
    const usage: Usage = (await get(`/v1/reports/usage?${period()}`).expect(200)).body
    let sum = 0
    for (const { key, chargedMicros } of usage.rows) {
      const one: Usage = (await get(`/v1/reports/usage?from=${key}&to=${key}`).expect(200)).body
      expect(one.totalMicros).toBe(chargedMicros)
      sum += one.totalMicros
    }
    expect(sum).toBe(charged)
  })

  it('of one pod goes hour by hour, or day by day when it is older, and sums to its charge', async () => {
    const { get, aRun } = await setup()
    for (const [length, step, whole] of [
      [10_000, 'hour', 3_600],
      [LONG_SECONDS + 7_200, 'day', 86_400],
    ] as const) {
      const { id, charged, seconds } = await aRun({ seconds: length })
      const usage: RentalUsage = (await get(`/v1/rentals/${id}/usage`).expect(200)).body
      expect(usage.step).toBe(step)
      const [, ...inner] = usage.rows.slice(0, -1)
      for (const row of inner) expect(row.seconds).toBe(whole)
      expect(usage.rows.reduce((sum, row) => sum + row.seconds, 0)).toBe(seconds)
      expect(usage.rows.reduce((sum, row) => sum + row.chargedMicros, 0)).toBe(charged)
    }
    const stranger = await setup()
    const { id } = await aRun({ seconds: 60 })
    await stranger.get(`/v1/rentals/${id}/usage`).expect(404)
  })

  it('sums up by pod, GPU and provider, what cost most first', async () => {
    const { get, aRun } = await setup()
    const small = await aRun({ seconds: 60, name: 'small' })
    const large = await aRun({ seconds: 600, name: 'large' })
    const by = async (group: string) =>
      (await get(`/v1/reports/usage?${period()}&by=${group}`).expect(200)).body as Usage
    expect((await by('pod')).rows.map(({ key, label }) => [key, label])).toEqual([
      [large.id, 'large'],
      [small.id, 'small'],
    ])
    const [gpu] = (await by('gpu')).rows
    expect(gpu).toMatchObject({ key: 'nvidia-h100-80gb-sxm', label: 'H100 80 GB', rentals: 2 })
    expect((await by('provider')).rows).toMatchObject([{ key: 'acme', rentals: 2 }])
    expect(gpu?.chargedMicros).toBe(small.charged + large.charged)
  })

  it('is one’s own only', async () => {
    const { aRun } = await setup()
    await aRun({ seconds: 60 })
    const other = await setup()
    const usage: Usage = (await other.get(`/v1/reports/usage?${period()}`).expect(200)).body
    expect(usage.rows).toEqual([])
    await request(api.app).get(`/v1/reports/usage?${period()}`).expect(401)
  })

  it.each([
    ['from=2026-03-02&to=2026-03-01', 'to'],
    ['from=2020-03-01&to=2026-03-01', 'from'],
    ['from=2026-02-30&to=2026-03-01', 'from'],
    ['to=2026-03-01', 'from'],
  ])('refuses the period %s, and says which part is wrong', async (query, pointer) => {
    const { get } = await setup()
    for (const path of ['usage', 'usage.csv', 'ledger.csv']) {
      const { body } = await get(`/v1/reports/${path}?${query}`).expect(400)
      expect(body.errors.map((error: { pointer: string }) => error.pointer.replace('/', ''))).toContain(
        pointer,
      )
    }
  })
})

describe('a statement', () => {
  it('adds up: opening, every movement, closing', async () => {
    const { get, aRun, person } = await setup()
    const { id, charged } = await aRun({ seconds: 600 })
    const statement: Statement = (await get(`/v1/reports/statements/${monthOf(0)}`).expect(200)).body
    const moved = statement.movements.reduce((sum, { amountMicros }) => sum + amountMicros, 0)
    expect(statement.openingMicros + moved).toBe(statement.closingMicros)
    const { totalMicros } = (await get('/v1/billing/balance').expect(200)).body
    expect(statement.closingMicros).toBe(totalMicros)
    expect(statement.movements).toMatchObject([
      { kind: 'charge', amountMicros: -charged },
      { kind: 'top_up', amountMicros: 1_000_000_000 },
    ])
    expect(statement).toMatchObject({ openingMicros: 0, name: person.user.displayName, final: false })
    expect(statement.pods[0]).toMatchObject({ rentalId: id, gpu: '2× H100 80 GB' })
    expect(statement.ledgerHash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('of a month in which nothing happened is empty and final', async () => {
    const { get } = await setup()
    const { body } = await get(`/v1/reports/statements/${monthOf(-2)}`).expect(200)
    expect(body).toMatchObject({ openingMicros: 0, closingMicros: 0, movements: [], pods: [], final: true })
    await get('/v1/reports/statements/2026-13').expect(404)
  })
})

describe('CSV', () => {
  it('of the ledger has every transaction in its order, and sums to the balances', async () => {
    const { get, aRun } = await setup()
    await aRun({ seconds: 600 })
    const answer = await get(`/v1/reports/ledger.csv?${period()}`).expect(200)
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="berth-ledger-/)
    const rows = rowsOf(answer.text)
    expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, index) => index + 1))
    const { availableMicros, heldMicros } = (await get('/v1/billing/balance').expect(200)).body
    const total = (column: string) =>
      rows.reduce((sum, row) => sum + BigInt((row[column] ?? '').replace('.', '')), 0n)
    expect(total('usd_available')).toBe(BigInt(availableMicros))
    expect(total('usd_held')).toBe(BigInt(heldMicros))
  })

  it('of the ledger is filtered as the ledger on screen is', async () => {
    const { get, aRun } = await setup()
    const { id, charged } = await aRun({ seconds: 600 })
    await aRun({ seconds: 60 })
    const file = async (filter: string) =>
      rowsOf((await get(`/v1/reports/ledger.csv?${period()}&${filter}`).expect(200)).text)
    const charges = await file(`kind=charge&rentalId=${id}`)
    expect(charges.length).toBeGreaterThan(0)
    for (const row of charges) expect(row).toMatchObject({ kind: 'charge', rental_id: id })
    const owned = charges.flatMap((row) => [row['usd_available'] ?? '', row['usd_held'] ?? ''])
    expect(owned.reduce((sum, usd) => sum + BigInt(usd.replace('.', '')), 0n)).toBe(-BigInt(charged))
    expect((await file('kind=top_up')).map(({ kind }) => kind)).toEqual(['top_up'])
    await get(`/v1/reports/ledger.csv?${period()}&kind=bribe`).expect(400)
  })

  it('of usage sums to what was charged, and no pod’s name is a formula', async () => {
    const { get, aRun } = await setup()
    const { charged, seconds } = await aRun({ seconds: LONG_SECONDS, name: '=HYPERLINK("http://evil")' })
    const rows = rowsOf((await get(`/v1/reports/usage.csv?${period()}`).expect(200)).text)
    expect(rows.reduce((sum, row) => sum + Number(row['seconds']), 0)).toBe(seconds)
    expect(rows.reduce((sum, row) => sum + BigInt((row['usd'] ?? '').replace('.', '')), 0n)).toBe(
      BigInt(charged),
    )
    expect(rows[0]?.['name']).toMatch(/^"'=/)
  })
})

const dayOf = (daysAhead: number): string =>
  new Date(Date.now() + daysAhead * DAY_MS).toISOString().slice(0, 10)
/** Tomorrow is in it: midnight may pass while the test runs. */
const period = (): string => `from=${dayOf(-5)}&to=${dayOf(1)}`

function monthOf(monthsAhead: number): string {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + monthsAhead, 1))
    .toISOString()
    .slice(0, 7)
}

const sumOf = ({ rows }: Usage, field: 'seconds' | 'chargedMicros'): number =>
  rows.reduce((sum, row) => sum + row[field], 0)

/** No cell of these files holds a comma. */
function rowsOf(text: string): Record<string, string>[] {
  const [header = '', ...lines] = text.trimEnd().split('\r\n')
  const names = header.split(',')
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell])),
  )
}

/** A pod that ran for this long until now, through the functions that move money. */
async function run(person: TestPerson, { seconds, name = 'my pod' }: { seconds: number; name?: string }) {
  const { id } = await aRental(api, person, { name })
  const { dataSource, owner } = api
  const reserved = [id, `seg_${id}`, PRICE]
  await dataSource.query('SELECT * FROM billing_reserve($1, $2, $3, 0, NULL, NULL, NULL)', reserved)
  await dataSource.query('SELECT billing_start($1, $2, 0)', [id, PRICE])
  await owner.query(
    `UPDATE rental_segments SET started_at = started_at - make_interval(secs => $2),
       charged_until = charged_until - make_interval(secs => $2), funded_until = funded_until - make_interval(secs => $2)
     WHERE rental_id = $1`,
    [id, seconds],
  )
  await dataSource.query('SELECT billing_renew($1)', [id])
  await dataSource.query('SELECT billing_close($1, NULL, false)', [id])
  const [segment] = await dataSource.query<{ charged: string; charged_seconds: number }[]>(
    'SELECT charged, charged_seconds FROM rental_segments WHERE rental_id = $1',
    [id],
  )
  return { id, charged: Number(segment?.charged), seconds: segment?.charged_seconds ?? 0 }
}

async function setup() {
  const person = await signInAs(api, `user-${randomBytes(4).toString('hex')}`)
  await fund(api, person, 1_000_000_000)
  return {
    person,
    get: (path: string) => request(api.app).get(path).set('Cookie', person.cookie),
    aRun: (options: { seconds: number; name?: string }) => run(person, options),
  }
}
