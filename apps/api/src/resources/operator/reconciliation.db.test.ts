import { newId } from '@berth/contract/ids'
import type { Rental } from '@berth/entities/rental'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { appendToLedger } from '../../test-support/append-to-ledger.ts'
import { aRental, fund, listOffer } from '../../test-support/fixtures.ts'
import { signInAs, type TestPerson } from '../../test-support/sign-in-as.ts'
import { startTestApi, type TestApi } from '../../test-support/start-test-api.ts'

let api: TestApi
let operator: TestPerson
let renter: TestPerson
let runId: string
beforeAll(async () => {
  api = await startTestApi()
  operator = await signInAs(api, 'operator-ada')
  renter = await signInAs(api, 'grace')
  await fund(api, renter, 100_000_000)
  await listOffer(api)
})
afterAll(() => api.close())
beforeEach(async () => {
  await api.owner.query('DELETE FROM pod_costs')
  await api.owner.query('DELETE FROM reconciliation_runs')
  runId = newId('reconciliationRun')
  await api.owner.query(
    `INSERT INTO reconciliation_runs (id, day, requested_by, from_at, until_at, finished_at, pods, unanswered, flagged)
     VALUES ($1, '2026-03-02', $2, '2026-03-01', '2026-03-02', now(), 3, 1, 1)`,
    [runId, operator.user.id],
  )
})

const read = async (query = '') =>
  (
    await request(api.app)
      .get(`/v1/operator/reconciliation?${query}`)
      .set('Cookie', operator.cookie)
      .expect(200)
  ).body

test('a rental is told with what it was charged, what it cost by whose word, margin and difference', async () => {
  const rental = await aReconciled({ bill: 1_200_000, estimate: 1_000_000, deviation: 'above' })
  const { items, lastRun } = await read()
  expect(items).toEqual([
    {
      rentalId: rental.id,
      name: rental.name,
      account: 'acme',
      providerName: 'Acme Cloud',
      endedAt: null,
      chargedMicros: 2_000_000,
      upstreamCostMicros: 1_200_000,
      marginMicros: 800_000,
      source: 'bill',
      estimateMicros: 1_000_000,
      differenceMicros: 200_000,
      deviation: 'above',
      unanswered: 0,
      words: null,
      reconciledAt: expect.any(String),
    },
  ])
  expect(lastRun).toMatchObject({
    id: runId,
    requestedBy: 'operator-ada',
    from: '2026-03-01T00:00:00.000Z',
    until: '2026-03-02T00:00:00.000Z',
    finishedAt: expect.any(String),
    pods: 3,
    unanswered: 1,
    flagged: 1,
  })
})

test('flagged ones come first, then those that nobody told of, page by page and once each', async () => {
  const quiet = await aReconciled({ bill: 1 })
  const unanswered = await aReconciled({ answer: 'unanswered', words: 'HTTP 503' })
  const flagged = await aReconciled({ bill: 1, deviation: 'below' })
  const newest = await aReconciled({ answer: 'no_readout' })
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: { rentalId: string }[]; nextCursor: string | null } = await read(
      `pageSize=1${cursor && `&cursor=${cursor}`}`,
    )
    seen.push(...page.items.map(({ rentalId }) => rentalId))
    cursor = page.nextCursor
  }
  expect(seen).toEqual([flagged, unanswered, newest, quiet].map(({ id }) => id))
  const { items } = await read('state=attention')
  expect(items).toMatchObject([
    { rentalId: flagged.id },
    { rentalId: unanswered.id, source: 'estimate', differenceMicros: null, words: 'HTTP 503' },
  ])
  await request(api.app)
    .get('/v1/operator/reconciliation?cursor=3.nothing')
    .set('Cookie', operator.cookie)
    .expect(400)
})

test('a provider’s pods add up, whoever the rental ended up with', async () => {
  const rental = await aReconciled({ bill: 1_200_000, estimate: 1_000_000, deviation: 'above' })
  await cost(rental, { account: 'elsewhere', answer: 'unanswered', estimate: 70_000 })
  const { providers, items } = await read()
  expect(items).toMatchObject([{ source: 'mixed', estimateMicros: 1_070_000, differenceMicros: 200_000 }])
  expect(providers).toEqual([
    {
      account: 'acme',
      displayName: 'Acme Cloud',
      pods: 1,
      chargedMicros: 2_000_000,
      billedMicros: 1_200_000,
      estimatedMicros: 0,
      marginMicros: 800_000,
      differenceMicros: 200_000,
      flagged: 1,
      unanswered: 0,
    },
    {
      account: 'elsewhere',
      displayName: 'elsewhere',
      pods: 1,
      chargedMicros: 0,
      billedMicros: 0,
      estimatedMicros: 70_000,
      marginMicros: -70_000,
      differenceMicros: 0,
      flagged: 0,
      unanswered: 1,
    },
  ])
})

test('what ended more than a month ago is left out', async () => {
  const { id } = await aReconciled({ bill: 1 })
  await api.owner.query(`UPDATE rentals SET ended_at = now() - interval '31 days' WHERE id = $1`, [id])
  expect(await read()).toMatchObject({ items: [], providers: [] })
})

test('the same list is a file for operators alone', async () => {
  const rental = await aReconciled({ bill: 1_200_000, estimate: 1_000_000, deviation: 'above' })
  const file = (cookie: string) =>
    request(api.app).get('/v1/operator/reconciliation.csv').set('Cookie', cookie)
  const { headers, text } = await file(operator.cookie).expect(200)
  expect(headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(text.split('\r\n')[1]).toMatch(
    `${rental.id},${rental.name},acme,,2.000000,1.200000,0.800000,bill,1.000000,0.200000,above,0,`,
  )
  const answer = await file(renter.cookie).expect(404)
  expect(answer.body.code).toBe('not_found')
})

test('a run that Temporal does not hear of is told as such', async () => {
  const answer = await request(api.app)
    .post('/v1/operator/reconciliation/runs')
    .set('Cookie', operator.cookie)
  expect([answer.status, answer.body.code]).toEqual([503, 'orchestrator_unavailable'])
})

interface Cost {
  account?: string
  answer?: 'billed' | 'no_readout' | 'unanswered'
  bill?: number
  estimate?: number
  deviation?: 'above' | 'below'
  words?: string
}

/** Charged $2.00, with one pod that cost this. */
async function aReconciled(found: Cost): Promise<Rental> {
  const rental = await aRental(api, renter)
  await appendToLedger(api, rental, 'charge', { available: -2_000_000, revenue: 2_000_000 })
  const booked = found.bill ?? found.estimate ?? 1_000_000
  await appendToLedger(api, rental, 'upstream_cost', { upstream_cost: -booked, upstream_payable: booked })
  await cost(rental, found)
  return rental
}

const cost = ({ id }: Rental, { account = 'acme', answer = 'billed', ...found }: Cost) =>
  api.owner.query(
    `INSERT INTO pod_costs (account, pod_id, rental_id, run_id, answer, estimate, bill, words, deviation)
     VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8)`,
    [
      account,
      id,
      runId,
      answer,
      found.estimate ?? 1_000_000,
      found.bill ?? null,
      found.words ?? null,
      found.deviation ?? null,
    ],
  )
