import { describeNotice } from '@berth/contract/describe-notice'
import { newId } from '@berth/contract/ids'
import { CHOOSABLE_NOTICE_KINDS, type NoticeData } from '@berth/contract/notices'
import type { RentalEventData, RentalEventKind } from '@berth/contract/rental-events'
import type { ApiKey } from '@berth/contract/schemas/access'
import type { Notice } from '@berth/contract/schemas/notices'
import { balanceOf } from './wallet.ts'
import { sendToEndpoints } from './webhooks.ts'
import { isoAt, type MockRental, type World, type WorldState } from './world.ts'

const THRESHOLDS = [120, 600, 3_600, 86_400]

type Kind = Notice['kind']

/** What a fresh account has of all this. */
export const noNotices = (): Pick<
  WorldState,
  'notices' | 'choices' | 'webhooks' | 'deliveries' | 'warnedBelowSeconds'
> => ({
  notices: [],
  choices: CHOOSABLE_NOTICE_KINDS.map((kind) => ({ kind, dashboard: true, email: true })),
  webhooks: [],
  deliveries: [],
  warnedBelowSeconds: null,
})

function tell<K extends Kind>(
  world: World,
  atMs: number,
  kind: K,
  data: NoticeData[K],
  rentalId: string | null,
): void {
  const id = newId('notice', atMs)
  const plain: Record<string, unknown> = { ...data }
  const notice = {
    id,
    kind,
    rentalId,
    ...describeNotice(kind, plain),
    data: plain,
    read: false,
    at: isoAt(atMs),
  }
  world.state.notices.push(notice)
  sendToEndpoints(world, atMs, notice)
  world.tell({ id: null, event: { type: 'notice.created', noticeId: id, kind, at: isoAt(atMs) } })
}

/** Turns what happens to a rental into a notice, where it is one. */
export function noticeOfRentalEvent<K extends RentalEventKind>(
  world: World,
  { view }: MockRental,
  atMs: number,
  kind: K,
  data: RentalEventData[K],
): void {
  const facts = {
    name: view.name,
    gpuModel: view.gpu.model,
    gpuCount: view.gpuCount,
    provider: view.providerName,
    region: view.region.code,
    priceMicrosPerHour: view.meter.priceMicrosPerHour,
  }
  if (kind === 'running') {
    tell(world, atMs, 'rental_running', { ...facts, ...(data as RentalEventData['running']) }, view.id)
  } else if (kind === 'ended') {
    tell(world, atMs, 'rental_ended', { ...facts, ...(data as RentalEventData['ended']) }, view.id)
  } else if (kind === 'stopping' && (data as RentalEventData['stopping']).reason === 'interrupted') {
    tell(world, atMs, 'rental_interrupted', facts, view.id)
  }
}

/** Someone made a key: this browser, from nowhere in particular. */
export function noticeOfApiKey(
  world: World,
  atMs: number,
  { name, prefix, scope, expiresAt }: Pick<ApiKey, 'name' | 'prefix' | 'scope' | 'expiresAt'>,
): void {
  const place = { network: '203.0.113.*', browser: 'Firefox', system: 'Linux' }
  tell(world, atMs, 'api_key_created', { name, prefix, scope, expiresAt, ...place }, null)
}

/** A payment was disputed after some of it had been spent. */
export function noticeOfDebt(world: World, atMs: number, amountMicros: number): void {
  const { availableMicros, receivableMicros } = world.state.wallet
  const left = { availableMicros, receivableMicros }
  tell(world, atMs, 'dispute_opened', { ...left, amountMicros }, null)
  tell(world, atMs, 'wallet_in_debt', left, null)
}

/** Each threshold once on the way down, and once when the wallet has recovered from all. (The product remembers longer.) */
export function noticeOfRunway(world: World, atMs: number): void {
  const { runwaySeconds, dayLimit, availableMicros, heldMicros, burnMicrosPerHour } = balanceOf(world)
  if (burnMicrosPerHour === 0) return
  const figures = { runwaySeconds, availableMicros, heldMicros, burnMicrosPerHour }
  const below = THRESHOLDS.find((threshold) => (runwaySeconds ?? Infinity) < threshold) ?? null
  const before = world.state.warnedBelowSeconds
  world.state.warnedBelowSeconds = below
  if (below !== null && below < (before ?? Infinity)) {
    tell(world, atMs, 'runway_low', { ...figures, thresholdSeconds: below, dayLimit }, null)
  } else if (below === null && before !== null) {
    tell(world, atMs, 'runway_recovered', figures, null)
  }
}
