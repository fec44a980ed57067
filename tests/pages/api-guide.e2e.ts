import { randomUUID } from 'node:crypto'
import type { OfferView } from '@berth/contract/schemas/catalog'
import type { RentalDetail } from '@berth/contract/schemas/rentals'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { commandsOf, runCommand } from '../support/guide.ts'
import { makeApiKey } from '../support/visitor.ts'
import { useVisitors } from '../support/visitors.ts'

const INTENT = randomUUID()

const { visit, origin } = useVisitors()

let page: Page
let login: string | null
let full: string
let readOnly: string
/** What the reader of the guide has noted down so far. */
const noted: Record<string, string> = { INTENT }

beforeAll(async () => {
  ;({ page, login } = await visit({ key: true, dollars: 25 }))
  full = await makeApiKey(page, { name: 'Nightly training', scope: 'Read and change' })
  readOnly = await makeApiKey(page, { name: 'Grafana', scope: 'Only read' })
})

test('what the guide to the API tells a reader to type does what it says', async () => {
  const [whoAmI, listOffers, listKeys, rent, look, watch, stop, ...more] = await commandsOf('api.md')
  expect(more).toEqual([])
  Object.assign(noted, { BERTH: origin(), BERTH_API_KEY: full })
  expect(await typed(whoAmI)).toMatchObject({ handle: login })

  const { items } = await typed<{ items: OfferView[] }>(listOffers)
  Object.assign(noted, { OFFER_ID: items[0]!.id, PRICE: String(items[0]!.priceMicrosPerHour) })
  noted['SSH_KEY_ID'] = (await typed<{ items: { id: string }[] }>(listKeys)).items[0]!.id
  noted['RENTAL_ID'] = (await typed<RentalDetail>(rent)).id
  const phase = async () => (await typed<RentalDetail>(look)).phase
  await expect.poll(phase, { timeout: 90_000, interval: 500 }).toBe('running')

  // A request sent again rents nothing more.
  expect((await typed<RentalDetail>(rent)).id).toBe(noted['RENTAL_ID'])
  const rentals = await call('/v1/rentals?state=all', full)
  expect((await rentals.json()) as object).toMatchObject({ items: [{ id: noted['RENTAL_ID'] }] })

  const told = await runCommand(watch!, noted, (printed) => printed.includes('"kind":"running"'))
  expect(told).toContain(`"rentalId":"${noted['RENTAL_ID']}"`)
  await typed(stop)
  await expect.poll(phase, { timeout: 60_000, interval: 500 }).toBe('ended')
})

test('a key that may only read sees the pod and rents none; no key pays in', async () => {
  expect((await call(`/v1/rentals/${noted['RENTAL_ID']}`, readOnly)).status).toBe(200)
  const body = {
    offerId: noted['OFFER_ID'],
    priceMicrosPerHour: Number(noted['PRICE']),
    image: 'ubuntu:24.04',
    sshKeyIds: [noted['SSH_KEY_ID']],
    duration: { kind: 'until_stopped' },
  }
  expect(await refusal('/v1/rentals', readOnly, body)).toEqual([403, 'scope_missing'])
  expect(await refusal('/v1/billing/checkout', full, { amountCents: 2500 })).toEqual([
    403,
    'session_required',
  ])
  expect(await refusal('/v1/api-keys', full, {})).toEqual([403, 'session_required'])
})

test('a key that was revoked is refused at once', async () => {
  await page.goto('/api-keys')
  const row = page.getByTestId('api-key-row').filter({ hasText: 'Nightly training' })
  await row.getByTestId('revoke-api-key').click()
  await page.getByTestId('confirm').click()
  await row.waitFor({ state: 'detached' })
  expect(await refusal('/v1/rentals', full, {})).toEqual([401, 'api_key_refused'])
  expect((await call('/v1/auth/me', readOnly)).status).toBe(200)
})

/** What a command of the guide prints, which is JSON. */
async function typed<T>(command: string | undefined): Promise<T> {
  return JSON.parse(await runCommand(command!, noted)) as T
}

const call = (path: string, key: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${origin()}${path}`, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${key}` },
  })

async function refusal(path: string, key: string, body: object): Promise<[number, string]> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
  const answer = await call(path, key, { method: 'POST', headers, body: JSON.stringify(body) })
  return [answer.status, ((await answer.json()) as { code: string }).code]
}
