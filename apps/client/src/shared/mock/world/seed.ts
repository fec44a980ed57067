import { newId } from '@berth/contract/ids'
import { toWire } from '@berth/contract/money'
import type { WebhookEndpoint } from '@berth/contract/schemas/notices'
import type { NewRental } from '@berth/contract/schemas/rentals'
import { exampleApiKeys, exampleSessions } from './access.ts'
import { bigMarket } from './big-market.ts'
import { aNewCard, noAutoTopUp } from './card.ts'
import { lastReconciliation } from './last-reconciliation.ts'
import { marketOffers, providerAccounts } from './market-offers.ts'
import { noNotices, noticeOfDebt } from './notices.ts'
import { othersRentals } from './others-rentals.ts'
import { aColleague, otherPeople } from './people.ts'
import { advance } from './pod-story.ts'
import { examplePromotions } from './promotions.ts'
import { rentPod, stopPod } from './rent.ts'
import { openTopUp, payTopUp } from './top-ups.ts'
import { post } from './wallet.ts'
import { createWorld, isoAt, type World, type WorldState } from './world.ts'

/** `?mock=<scenario>` in the address of any page. */
export const SCENARIOS = [
  'usual',
  'new',
  'visitor',
  'low-balance',
  'in-debt',
  'operator',
  'empty-market',
  'big-market',
] as const
export type Scenario = (typeof SCENARIOS)[number]

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * A world with a past. The past is lived through by the same rules as the present, on a clock that is moved by hand,
 * so that every figure of it adds up.
 */
export function seedWorld(scenario: Scenario, presentMs: () => number = Date.now): World {
  const startMs = presentMs()
  let pastMs: number | null = startMs - 30 * HOUR
  const world = createWorld(bareState(startMs), () => pastMs ?? presentMs())
  const wait = (ms: number): void => {
    pastMs = (pastMs ?? startMs) + ms
    advance(world)
  }
  if (scenario !== 'new') livePast(world, wait, scenario)
  wait(startMs - (pastMs ?? startMs))
  pastMs = null
  const { state } = world
  if (scenario === 'visitor') state.signedIn = false
  if (scenario === 'operator') state.user.isOperator = true
  if (scenario === 'in-debt') disputeMoreThanIsLeft(world, startMs)
  if (scenario === 'empty-market') state.offers = []
  if (scenario === 'big-market') state.offers = bigMarket(startMs)
  return world
}

/** A payment is disputed of which $12.50 are spent already. */
function disputeMoreThanIsLeft(world: World, atMs: number): void {
  const { wallet } = world.state
  const left = BigInt(wallet.availableMicros)
  post(world, atMs, { kind: 'dispute', availableChange: -left, heldChange: 0n, owedChange: 12_500_000n })
  noticeOfDebt(world, atMs, toWire(left) + wallet.receivableMicros)
}

function livePast(world: World, wait: (ms: number) => void, scenario: Scenario): void {
  const { state } = world
  state.sshKeys.push({
    id: newId('sshKey', world.nowMs()),
    name: 'ada@laptop',
    type: 'ssh-ed25519',
    fingerprint: 'SHA256:Q1x3v0nq2mYt5F3k9ZpVb7Lr8sWc4uHd6TjEa1oGiKs',
    publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGr2Xd0kq0qk1m6yQm4r1eZr7zv5t9w3n2b8c6d4f0a1 ada@laptop',
    createdAt: isoAt(world.nowMs()),
  })
  state.card = aNewCard(world)
  payTopUp(world, openTopUp(world, scenario === 'low-balance' ? 6_000 : 10_000).id)
  wait(2 * HOUR)
  const tuning = rent(world, 'verda:FIN-02/a100/1', 'lora-sweep')
  wait(95 * MINUTE)
  stopPod(world, tuning)
  wait(14 * HOUR)
  rent(world, 'vast:us-west-3/a100/1', 'batch-embeddings')
  wait(20 * MINUTE)
  rent(world, 'tensordock:DE-FRA/rtx-4090/1', 'blender', { kind: 'for', seconds: 3600 })
  wait(7 * HOUR + 12 * MINUTE)
  rent(world, 'runpod:US-KS-2/h100/1', 'llama-finetune')
  wait(HOUR + 10 * MINUTE)
  const budget = { kind: 'budget', spendLimitMicros: 6_000_000 } as const
  rent(world, 'vast:JP-TYO/rtx-4090/1', 'whisper-batch', budget)
  wait(2 * HOUR)
  for (const notice of world.state.notices.slice(0, -3)) notice.read = true
  world.state.webhooks.push(exampleWebhook(world))
  world.state.apiKeys.push(...exampleApiKeys(world))
  if (scenario === 'low-balance') rent(world, 'runpod:US-KS-2/h100/8', 'last-run')
}

function rent(
  world: World,
  offerId: string,
  name: string,
  duration: NewRental['duration'] = { kind: 'until_stopped' },
) {
  const offer = world.state.offers.find(({ id }) => id === offerId)
  if (!offer) throw new Error(`the mock market has no offer ${offerId}`)
  return rentPod(world, {
    offerId,
    name,
    image: 'pytorch/pytorch:2.5.1-cuda12.4-cudnn9-devel',
    sshKeyIds: world.state.sshKeys.map(({ id }) => id),
    duration,
    priceMicrosPerHour: offer.priceMicrosPerHour,
  })
}

const exampleWebhook = (world: World): WebhookEndpoint => ({
  id: newId('webhookEndpoint', world.nowMs()),
  url: 'https://ci.example.com/hooks/berth',
  description: 'Build server',
  kinds: ['rental_running', 'rental_ended'],
  enabled: true,
  failingSince: null,
  switchedOffAt: null,
  previousSecretExpiresAt: null,
  lastDelivery: null,
  createdAt: isoAt(world.nowMs()),
})

const bareState = (nowMs: number): WorldState => {
  const rentals = othersRentals(nowMs)
  const mary = aColleague(nowMs)
  return {
    user: {
      id: newId('user', nowMs - 60 * DAY),
      handle: 'ada',
      displayName: 'Ada Lovelace',
      avatarUrl: null,
      isOperator: false,
      language: null,
      createdAt: isoAt(nowMs - 60 * DAY),
    },
    signedIn: true,
    wallet: {
      walletId: newId('wallet', nowMs - 60 * DAY),
      availableMicros: 0,
      heldMicros: 0,
      receivableMicros: 0,
    },
    promotions: examplePromotions(nowMs, mary),
    limits: { perHourMicros: null, perDayMicros: null },
    ledger: [],
    offers: marketOffers(nowMs),
    providers: providerAccounts(nowMs),
    rentals: [],
    events: [],
    othersRentals: rentals,
    people: otherPeople(nowMs, rentals[0]?.owner ?? mary, mary),
    lastReconciliation: lastReconciliation(nowMs),
    topUps: [],
    card: null,
    autoTopUp: noAutoTopUp(),
    sshKeys: [],
    apiKeys: [],
    sessions: exampleSessions(nowMs),
    ...noNotices(),
    told: [],
    eventCount: 0,
  }
}
