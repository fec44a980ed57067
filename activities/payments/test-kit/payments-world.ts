import { newId } from '@berth/contract/ids'
import { micros } from '@berth/contract/money'
import type { RentalPhase } from '@berth/contract/rental-status'
import { createDataSource } from '@berth/entities/data-source'
import { LedgerTransactionEntity } from '@berth/entities/ledger-transaction'
import { TopUpEntity, type TopUp } from '@berth/entities/top-up'
import { UserEntity } from '@berth/entities/user'
import { WalletEntity } from '@berth/entities/wallet'
import { WebhookEffectEntity } from '@berth/entities/webhook-effect'
import { WebhookEventEntity } from '@berth/entities/webhook-event'
import { startStripeEmulator } from '@berth/upstreams/stripe/start'
import { WorkflowNotFoundError } from '@temporalio/client'
import type { DataSource } from 'typeorm'
import { createTestDatabase } from '../../../tests/support/database.ts'
import { createBilling } from '../../billing/billing.ts'
import { createPaymentActivities, type PaymentActivitiesDeps } from '../activities.ts'
import { createStripeClient } from '../stripe-client.ts'

export type PaymentsWorld = Awaited<ReturnType<typeof createPaymentsWorld>>

/** Real activities over a real PostgreSQL and the emulated Stripe, and the moves that people and clouds make in it. */
export async function createPaymentsWorld({ temporal = nobodyThere }: Partial<PaymentActivitiesDeps> = {}) {
  const database = await createTestDatabase()
  const owner = await connect(database.ownerUrl)
  const dataSource = await connect(database.applicationUrl)
  const emulator = await startStripeEmulator()
  const { control } = emulator
  const stripe = createStripeClient({
    secretKey: emulator.apiKey,
    apiBase: emulator.baseUrl,
    timeoutMs: 5_000,
  })
  const billing = createBilling({ dataSource })
  const activities = createPaymentActivities({
    dataSource,
    stripe,
    temporal,
    billing,
    settings: { publicUrl: 'https://berth.test' },
    clock: control.clock,
  })

  return {
    activities,
    billing,
    control,
    dataSource,
    owner,
    stripe,
    ...peopleIn(dataSource),
    /** Opens the page of a new top-up and pays it; nobody has heard of it yet. */
    async aPaidCheckout(input: { cents?: number; card?: string } = {}) {
      const topUp = await peopleIn(dataSource).aTopUp(input)
      await activities.createCheckout({ topUpId: topUp.id })
      const session = sessionOf(control, topUp.id)
      control.pay(session.id, input.card)
      const paymentIntentId = sessionOf(control, topUp.id).paymentIntent ?? ''
      return { ...topUp, sessionId: session.id, paymentIntentId }
    },
    /** The newest event of this type, recorded as the webhook's endpoint would; answers its id. */
    async hear(type: string, id = `evt_${newId('request')}`): Promise<string> {
      const event = control.events().findLast((candidate) => candidate.type === type)
      if (event === undefined) throw new Error(`Stripe has not said ${type}`)
      return record(dataSource, { id, type, data: { object: event.object } })
    },
    /** Any event at all, recorded. */
    record: (event: { id: string; type: string; data: object }) => record(dataSource, event),
    /** What Stripe answers to the next request of this path, whatever it knows. */
    forge: (path: string, body: object) =>
      control.faults.add({ match: { method: 'GET', path }, fault: { kind: 'status', status: 200, body } }),
    async close() {
      await Promise.all([emulator.close(), dataSource.destroy(), owner.destroy()])
      await database.drop()
    },
  }
}

function peopleIn(dataSource: DataSource) {
  const { manager } = dataSource
  return {
    async aTopUp({ cents = 2500, createdAt }: { cents?: number; createdAt?: Date } = {}): Promise<
      Pick<TopUp, 'id' | 'walletId'>
    > {
      const [id, userId, walletId] = [newId('topUp'), newId('user'), newId('wallet')]
      await manager.insert(UserEntity, { id: userId, handle: userId, displayName: userId })
      await manager.insert(WalletEntity, { id: walletId, userId })
      await manager.insert(TopUpEntity, {
        id,
        userId,
        walletId,
        amount: micros(cents * 10_000),
        status: 'created',
        idempotencyKey: id,
        ...(createdAt && { createdAt }),
      })
      return { id, walletId }
    },
    /** A rental as far as its wallet cares. */
    async aRental({
      id = newId('rental'),
      walletId,
      phase,
    }: {
      id?: string
      walletId: string
      phase: RentalPhase
    }) {
      await manager.query(
        `INSERT INTO rentals (id, user_id, wallet_id, name, phase, offer, provider, account, gpu_model, gpu_count, region,
           price_micros_per_hour, image, disk_gib, ssh_key_ids, ssh_public_keys)
         SELECT $1, user_id, id, 'pod', $3, '{}', 'emulated', 'emulated', 'H100', 1, 'US', 1, 'ubuntu', 10, '{}', '{}'
         FROM wallets WHERE id = $2`,
        [id, walletId, phase],
      )
      return id
    },
    topUp: (id: string) => manager.findOneByOrFail(TopUpEntity, { id }),
    wallet: (id: string) => manager.findOneByOrFail(WalletEntity, { id }),
    /** The wallet's ledger, oldest first. */
    async ledgerOf(walletId: string): Promise<string[]> {
      const rows = await manager.find(LedgerTransactionEntity, { where: { walletId }, order: { seq: 'ASC' } })
      return rows.map(({ kind }) => kind)
    },
    effectOf: async (eventId: string) =>
      (await manager.findOneBy(WebhookEffectEntity, { eventId }))?.outcome ?? null,
  }
}

export function sessionOf(
  control: Awaited<ReturnType<typeof startStripeEmulator>>['control'],
  topUpId: string,
) {
  const session = control.sessions().find(({ metadata }) => metadata['topUpId'] === topUpId)
  if (session === undefined) throw new Error(`Stripe has no checkout of ${topUpId}`)
  return session
}

async function record(
  dataSource: DataSource,
  { id, type, data }: { id: string; type: string; data: object },
): Promise<string> {
  const payload = { id, type, data }
  await dataSource.manager.insert(WebhookEventEntity, {
    id,
    type,
    payload,
    source: 'stripe',
    livemode: false,
  })
  return id
}

async function connect(url: string): Promise<DataSource> {
  return createDataSource({ url, poolSize: 8, applicationName: 'payments-test' }).initialize()
}

/** A Temporal that has no rental. */
const nobodyThere: PaymentActivitiesDeps['temporal'] = {
  withDeadline: (_deadline, call) => call(),
  getHandle: (workflowId: string) => {
    throw new WorkflowNotFoundError('workflow not found', workflowId, undefined)
  },
}
