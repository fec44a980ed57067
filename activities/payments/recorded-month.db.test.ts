import { createDataSource } from '@berth/entities/data-source'
import { WalletEntity } from '@berth/entities/wallet'
import { seededRandom } from '@berth/upstreams/kit/seeded-random'
import { In, type DataSource } from 'typeorm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../tests/support/database.ts'
import { createBilling } from '../billing/billing.ts'
import { verifyLedger } from '../billing/verify/verify-ledger.ts'
import { createPaymentActivities, type PaymentActivities } from './activities.ts'
import { createPaymentsWorld, type PaymentsWorld } from './test-kit/payments-world.ts'
import { recordMonth, type RecordedMonth } from './test-kit/record-month.ts'

/** Another month and other orders at every run; the seed that is printed brings a run back. */
const SEED = Number(process.env['PAYMENTS_SEED'] ?? Math.floor(Math.random() * 1_000_000))
const AT_ONCE = 4
const TRIES = 60
/** Everything of the recording that the product itself had written when the events came in. */
const TABLES = ['users', 'wallets', 'stripe_customers', 'top_ups']

let world: PaymentsWorld
let month: RecordedMonth
beforeAll(async () => {
  process.stderr.write(`recorded month: PAYMENTS_SEED=${SEED}\n`)
  world = await createPaymentsWorld()
  month = await recordMonth(world, SEED)
})
afterAll(() => world.close())

test('the month holds something of everything', () => {
  const types = new Set(world.control.events().map(({ type }) => type))
  expect([...types]).toEqual(
    expect.arrayContaining(['checkout.session.completed', 'payment_intent.succeeded', 'refund.created']),
  )
  expect(world.control.events().length).toBeGreaterThan(100)
})

test.for([1, 2])(
  'every event of a month, twice, in random order and with crashes, gives the same balances (order %i)',
  { timeout: 180_000 },
  async (order) => {
    const replay = await aReplay()
    const { events } = replay
    const shuffled = [...events, ...events]
      .map((id, index) => ({ id, rank: seededRandom('order', SEED, order, index) }))
      .sort((a, b) => a.rank - b.rank)
    const path = '^/v1/(refunds|disputes|payment_intents|checkout/sessions)/.*[a-m]$'
    world.control.faults.add({ match: { path }, times: 40, fault: { kind: 'cut' } })
    const queue = shuffled.map(({ id }) => id)
    await Promise.all(Array.from({ length: AT_ONCE }, () => work(replay.activities, queue)))

    const wallets = await replay.dataSource.manager.findBy(WalletEntity, { id: In(month.walletIds) })
    const owned = new Map(wallets.map(({ id, available, receivable }) => [id, available - receivable]))
    expect({ seed: SEED, owned }).toEqual({ seed: SEED, owned: month.owned })
    for (const { available, receivable } of wallets) expect(available === 0n || receivable === 0n).toBe(true)
    expect((await verifyLedger(replay)).problems).toEqual([])
    expect(await replay.crashes()).toBeGreaterThan(10)
    const [done] = await replay.dataSource.query<{ count: string }[]>('SELECT count(*) FROM webhook_effects')
    expect(Number(done?.count)).toBe(events.length)
    await replay.close()
  },
)

/** As Temporal would: again until it is done. What can never be done is a failure of this test. */
async function work(activities: PaymentActivities, queue: string[]): Promise<void> {
  for (let eventId = queue.pop(); eventId !== undefined; eventId = queue.pop()) {
    for (let tries = 1; ; tries += 1) {
      try {
        await activities.processStripeEvent({ eventId })
        break
      } catch (error) {
        const isFinal =
          typeof error === 'object' && error !== null && 'nonRetryable' in error && error.nonRetryable
        if (isFinal === true || tries === TRIES) throw error
      }
    }
  }
}

/** A database as it was before anything was heard, in which every sixth transaction dies at its last statement. */
async function aReplay() {
  const database = await createTestDatabase()
  const connect = (url: string) =>
    createDataSource({ url, poolSize: 8, applicationName: 'month' }).initialize()
  const [owner, dataSource] = await Promise.all([
    connect(database.ownerUrl),
    connect(database.applicationUrl),
  ])
  for (const table of TABLES) await copy(world.owner, owner, table)
  const events = world.control.events()
  for (const { id, type, object } of events) {
    await dataSource.query(
      `INSERT INTO webhook_events (id, source, type, livemode, payload) VALUES ($1, 'stripe', $2, false, $3)`,
      [id, type, JSON.stringify({ id, type, data: { object } })],
    )
  }
  await owner.query('CREATE SEQUENCE transactions')
  await owner.query('GRANT USAGE ON SEQUENCE transactions TO PUBLIC')
  await owner.query(`CREATE FUNCTION power_cut() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF nextval('transactions') % 6 = 0 THEN RAISE EXCEPTION 'power cut'; END IF; RETURN NEW; END $$`)
  await owner.query(
    'CREATE TRIGGER power_cut BEFORE INSERT ON webhook_effects FOR EACH ROW EXECUTE FUNCTION power_cut()',
  )
  return {
    dataSource,
    events: events.map(({ id }) => id),
    activities: createPaymentActivities({
      dataSource,
      stripe: world.stripe,
      billing: createBilling({ dataSource }),
      temporal: { getHandle: unused, withDeadline: unused },
      settings: { publicUrl: 'https://berth.test' },
      clock: world.control.clock,
    }),
    async crashes(): Promise<number> {
      const [row] = await owner.query<{ n: string }[]>('SELECT last_value / 6 AS n FROM transactions')
      return Number(row?.n)
    },
    async close() {
      await Promise.all([owner.destroy(), dataSource.destroy()])
      await database.drop()
    },
  }
}

async function copy(from: DataSource, to: DataSource, table: string): Promise<void> {
  const [row] = await from.query<{ rows: unknown }[]>(
    `SELECT coalesce(jsonb_agg(t), '[]') AS rows FROM ${table} t`,
  )
  await to.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`, [
    JSON.stringify(row?.rows),
  ])
}

function unused(): never {
  throw new Error('no rental is told here')
}
