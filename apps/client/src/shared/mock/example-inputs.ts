import { newId } from '@berth/contract/ids'
import { openTopUp } from './world/top-ups.ts'
import { deliver } from './world/webhooks.ts'
import type { World } from './world/world.ts'

export interface ExampleInput {
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
}

/** For tests: what each operation is called with, of things that are there in this world. */
export function exampleInputs(world: World): Record<string, ExampleInput> {
  const { state } = world
  const offer = state.offers.find(({ behaviour }) => behaviour === 'works')
  const sshKeyIds = state.sshKeys.map(({ id }) => id)
  const ownKey = { id: sshKeyIds[0] ?? '' }
  const duration = { kind: 'until_stopped' }
  const webhook = { id: state.webhooks[0]?.id ?? '' }
  const rental = {
    offerId: offer?.id,
    image: 'ubuntu:24.04',
    sshKeyIds,
    duration,
    priceMicrosPerHour: offer?.priceMicrosPerHour,
  }
  const sshKey = { name: 'desk', publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOther desk' }
  return {
    'catalog.offer': { params: { id: offer?.id ?? '' } },
    'rentals.preview': { body: { offerId: offer?.id, duration } },
    'rentals.create': { body: rental },
    'rentals.rename': { body: { name: 'night-train' } },
    'rentals.extend': { body: { by: 'until_stopped' } },
    'reports.usage': { query: { from: '2026-02-01', to: '2026-03-01', by: 'pod' } },
    'reports.statement': { params: { month: '2026-03' } },
    'auth.change': { body: { language: 'zh-CN' } },
    'sshKeys.create': { body: sshKey },
    'sshKeys.rename': { params: ownKey, body: { name: 'desk' } },
    'sshKeys.remove': { params: ownKey },
    ...accessInputs(world),
    'billing.checkout': { body: { amountCents: 2500 } },
    'billing.redeem': { body: { code: 'WELCOME' } },
    ...operatorInputs(world),
    'billing.setLimits': { body: { perHourMicros: 50_000_000, perDayMicros: null } },
    'billing.topUp': { params: { id: openTopUp(world, 2500).id } },
    'payments.setAutoTopUp': {
      body: { enabled: true, thresholdCents: 1000, amountCents: 5000, monthlyCapCents: 50_000 },
    },
    'notices.read': { body: { upTo: state.notices.at(-1)?.id } },
    'notices.choose': { body: { choices: [{ kind: 'rental_ended', dashboard: true, email: false }] } },
    'webhooks.create': { body: { url: 'https://example.com/hook' } },
    'webhooks.change': { params: webhook, body: { enabled: false } },
    'webhooks.remove': { params: webhook },
    'webhooks.rotateSecret': { params: webhook, body: {} },
    'webhooks.test': { params: webhook },
    'webhooks.deliveries': { params: webhook },
    'webhooks.redeliver': { params: { id: anyDelivery(world).id } },
  }
}

function anyDelivery(world: World) {
  const of = {
    endpointId: world.state.webhooks[0]?.id ?? '',
    eventId: newId('notice'),
    kind: 'webhook_test',
  } as const
  return deliver(world, world.nowMs(), of)
}

const accessInputs = ({ state }: World): Record<string, ExampleInput> => ({
  'apiKeys.create': { body: { name: 'ci', scope: 'read', expiresInDays: 90 } },
  'sessions.end': { params: { id: state.sessions[1]?.id ?? '' } },
  'apiKeys.revoke': { params: { id: state.apiKeys[0]?.id ?? '' } },
})

function operatorInputs({ state }: World): Record<string, ExampleInput> {
  const ownWallet = { id: state.wallet.walletId }
  const person = { params: { id: state.people[0]?.user.id ?? '' } }
  const other = { id: state.othersRentals[0]?.id ?? '' }
  return {
    'operatorBilling.adjust': {
      params: ownWallet,
      body: { kind: 'credit', amountMicros: 1_000_000, reason: 'It was our fault.' },
    },
    'operatorBilling.balanceAt': { params: ownWallet },
    'operatorBilling.setWalletCharging': { params: ownWallet, body: { charging: { strategy: 'tick' } } },
    'operatorBilling.setProviderCharging': { params: { account: 'runpod' }, body: { charging: null } },
    'operatorBilling.switchOffPromotion': { params: { code: 'WELCOME' }, body: { reason: 'It was posted.' } },
    'operatorPeople.read': person,
    'operatorPeople.ledger': person,
    'operatorBilling.createPromotion': {
      body: { code: 'SPRING', amountMicros: 5_000_000, maxRedemptions: 10, expiresAt: null, note: 'Spring.' },
    },
    'operator.retry': { params: other },
    'operator.forceEnd': { params: other, body: { reason: 'It is stuck.' } },
    'operator.switchProvider': {
      params: { account: 'runpod' },
      body: { status: 'drain', reason: 'Works there.' },
    },
  }
}
