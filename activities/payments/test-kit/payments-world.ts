import { newId } from '@berth/contract/ids'
import { micros } from '@berth/contract/money'
import type { RentalPhase } from '@berth/contract/rental-status'
import { createDataSource } from '@berth/entities/data-source'
import { AutoTopUpEntity } from '@berth/entities/auto-top-up'
import { LedgerTransactionEntity } from '@berth/entities/ledger-transaction'
import { NoticeEntity, type Notice } from '@berth/entities/notice'
import { SavedCardEntity } from '@berth/entities/saved-card'
import { TopUpEntity, type TopUp } from '@berth/entities/top-up'
import { UserEntity } from '@berth/entities/user'
import { WalletEntity } from '@berth/entities/wallet'
import { WebhookEffectEntity } from '@berth/entities/webhook-effect'
import { WebhookEventEntity } from '@berth/entities/webhook-event'
import { startStripeEmulator, type StartedStripeEmulator } from '@berth/upstreams/stripe/start'
import { WorkflowNotFoundError } from '@temporalio/client'
import { IsNull, type DataSource } from 'typeorm'
import { createTestDatabase } from '../../../tests/support/database.ts'
import { createBilling } from '../../billing/billing.ts'
import { createPaymentActivities, type PaymentActivities, type PaymentActivitiesDeps } from '../activities.ts'
import { createStripeClient } from '../stripe-client.ts'

type StripeControl = StartedStripeEmulator['control']
export type PaymentsWorld = Awaited<ReturnType<typeof createPaymentsWorld>>

/** Real activities over a real PostgreSQL and the emulated Stripe, and the moves that people and clouds make in it. */
export async function createPaymentsWorld(
  { temporal = nobodyThere }: Partial<PaymentActivitiesDeps> = {},
  before: (emulatorUrl: string) => Promise<string> = async (emulatorUrl) => emulatorUrl,
) {
  const database = await createTestDatabase()
  const owner = await connect(database.ownerUrl)
  const dataSource = await connect(database.applicationUrl)
  const emulator = await startStripeEmulator()
  const { control } = emulator
  const stripe = createStripeClient({
    secretKey: emulator.apiKey,
    apiBase: await before(emulator.baseUrl),
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

  const people = peopleIn(dataSource)
  return {
    activities,
    billing,
    control,
    dataSource,
    owner,
    stripe,
    ...people,
    ...cardsIn({ people, dataSource, control, activities }),
    /** Opens the page of a new top-up and pays it; nobody has heard of it yet. */
    async aPaidCheckout(input: { cents?: number; card?: string } = {}) {
      const topUp = await people.aTopUp(input)
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
    async aTopUp({
      cents = 2500,
      createdAt,
      saveCard = false,
      ...known
    }: { cents?: number; createdAt?: Date; saveCard?: boolean; walletId?: string } = {}): Promise<
      Pick<TopUp, 'id' | 'walletId'>
    > {
      const [id, walletId] = [newId('topUp'), known.walletId ?? newId('wallet')]
      if (known.walletId === undefined) {
        const owner = newId('user')
        await manager.insert(UserEntity, { id: owner, handle: owner, displayName: owner })
        await manager.insert(WalletEntity, { id: walletId, userId: owner })
      }
      const { userId } = await manager.findOneByOrFail(WalletEntity, { id: walletId })
      await manager.insert(TopUpEntity, {
        id,
        userId,
        walletId,
        amount: micros(cents * 10_000),
        status: 'created',
        saveCard,
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

interface CardsDeps {
  people: ReturnType<typeof peopleIn>
  dataSource: DataSource
  control: StripeControl
  activities: PaymentActivities
}

/** Cards that are kept, and what may be charged to them. */
function cardsIn({ people, dataSource, control, activities }: CardsDeps) {
  const { manager } = dataSource
  const savedCard = (walletId: string) =>
    manager.findOneBy(SavedCardEntity, { walletId, removedAt: IsNull() })
  /** Pays a checkout that keeps the card, as far as Stripe is concerned. */
  async function aCheckoutThatSaves({ walletId, card }: { walletId?: string; card?: string } = {}) {
    const topUp = await people.aTopUp({ saveCard: true, ...(walletId !== undefined && { walletId }) })
    await activities.createCheckout({ topUpId: topUp.id })
    control.pay(sessionOf(control, topUp.id).id, card)
    return topUp
  }
  return {
    savedCard,
    aCheckoutThatSaves,
    autoTopUp: (walletId: string) => manager.findOneByOrFail(AutoTopUpEntity, { walletId }),
    /** A wallet with $25 and a saved card, topped up with $50 as soon as less than $30 is available: that is, now. */
    async aWalletThatRunsLow({ card, ...rules }: { card?: string; monthlyCap?: bigint } = {}) {
      const { id, walletId } = await aCheckoutThatSaves()
      await activities.settleCheckout({ topUpId: id })
      const { paymentMethodId } = (await savedCard(walletId)) ?? { paymentMethodId: '' }
      if (card !== undefined) control.changeCard(paymentMethodId, card)
      await manager.insert(AutoTopUpEntity, {
        walletId,
        enabled: true,
        threshold: micros(30_000_000),
        amount: micros(50_000_000),
        monthlyCap: micros(rules.monthlyCap ?? 500_000_000n),
      })
      return { walletId, paymentMethodId }
    },
    /** An hour passes, as far as automatic charges know. */
    async anHourPasses(walletId: string) {
      await manager.query(
        `UPDATE auto_top_ups SET last_attempt_at = last_attempt_at - interval '61 minutes' WHERE wallet_id = $1`,
        [walletId],
      )
    },
    autoTopUpsOf: (walletId: string) =>
      manager.find(TopUpEntity, { where: { walletId, origin: 'auto' }, order: { createdAt: 'ASC' } }),
    /** What the wallet's owner was told, oldest first. */
    async toldTo(walletId: string): Promise<Pick<Notice, 'kind' | 'data'>[]> {
      const { userId } = await people.wallet(walletId)
      return manager.find(NoticeEntity, {
        select: { kind: true, data: true },
        where: { userId },
        order: { id: 'ASC' },
      })
    },
  }
}

export function sessionOf(control: StripeControl, topUpId: string) {
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
