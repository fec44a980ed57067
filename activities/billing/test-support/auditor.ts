import type { ChargingTerms } from '@berth/contract/charging'
import { expect } from 'vitest'
import { NOON, type BillingWorld } from './billing-world.ts'
import { mostSeconds, owedSeconds, worth } from './owed.ts'
import { readSnapshot, type SegmentRow, type Snapshot, type WindowRow } from './read-snapshot.ts'

/** What the auditor knows of a pod from the commands alone. */
export interface AuditedPod {
  rentalId: string
  charging: ChargingTerms
  /** Its end is not the renter's doing. */
  ourFault: boolean
  priceMicros: bigint
  startedAtMs: number | null
  /** When the meter was ordered to end: the earlier of the stop and the clock at the close. */
  endedAtMs: number | null
  /** A limit may have been moved below what was spent already. */
  limitMoved: boolean
}

interface WalletLimits {
  burnLimit: number | null
  dayLimit: number | null
}

/** What the auditor remembers of a meter from its last look. */
interface Seen {
  nextLookMs: number | null
  fundedMs: number
  soldSeconds: number
  short: boolean
  closed: boolean
}

/**
 * An independent book-keeper for one wallet: knows the commands and the clock, reads the tables as they are, and has its
 * own arithmetic. It shares no code with billing.
 */
export function createAuditor(world: BillingWorld, walletId: string, limits: WalletLimits) {
  const pods = new Map<string, AuditedPod>()
  const postings = new Map<string, bigint>()
  const seen = new Map<string, Seen>()
  let clockMs = NOON
  let lastSeq = 0

  return {
    pods,
    /** A credit (positive) or taking (negative) from outside; a key counts once. */
    posted: (key: string, amount: bigint): void => void (postings.has(key) || postings.set(key, amount)),
    async audit(nowMs: number): Promise<void> {
      clockMs = Math.max(clockMs, nowMs)
      const snapshot = await readSnapshot(world, walletId)
      balancesHold(snapshot, postings)
      limitsHold(snapshot, limits)
      for (const segment of snapshot.segments) {
        const pod = pods.get(segment.rental_id)
        if (pod === undefined) throw new Error(`the auditor never heard of ${segment.rental_id}`)
        const before = seen.get(segment.id)
        metersHold(segment, pod, snapshot, clockMs)
        if (pod.charging.strategy !== 'tick') promisesHold(segment, before, nowMs)
        if (segment.state === 'closed' && !before?.closed && limits.dayLimit === null) {
          nothingPayableUnpaid(segment, pod, { snapshot, lastSeq, before })
        }
        seen.set(segment.id, rememberedOf(segment, before))
      }
      lastSeq = Math.max(lastSeq, ...snapshot.entries.map(({ seq }) => seq))
    },
  }
}

function rememberedOf(segment: SegmentRow, before: Seen | undefined): Seen {
  const nextLookMs = segment.next_renewal_at?.getTime() ?? null
  const samePromise = before !== undefined && before.nextLookMs === nextLookMs
  return {
    nextLookMs,
    fundedMs: samePromise ? before.fundedMs : (segment.funded_until?.getTime() ?? 0),
    soldSeconds: segment.charged_seconds,
    short: ['depleting', 'exhausted', 'day_limit_reached'].includes(segment.state),
    closed: segment.state === 'closed',
  }
}

/** I1, I2, I3, I10 and that no money came from nowhere. */
function balancesHold({ wallet, entries, segments }: Snapshot, postings: Map<string, bigint>): void {
  const total = (account: string): bigint => sum(entries.filter((entry) => entry.account === account))
  for (const balance of Object.values(wallet)) expect(balance).toBeGreaterThanOrEqual(0n)
  const perTransaction = new Map<string, bigint>()
  for (const { transactionId, amount } of entries) {
    perTransaction.set(transactionId, (perTransaction.get(transactionId) ?? 0n) + amount)
  }
  expect([...perTransaction.values()].filter((amount) => amount !== 0n)).toEqual([])
  expect(wallet).toEqual({
    available: total('available'),
    held: total('held'),
    receivable: -total('receivable'),
  })
  expect(wallet.held).toBe(segments.reduce((held, segment) => held + BigInt(segment.held), 0n))
  const outside = [...postings.values()].reduce((all, amount) => all + amount, 0n)
  const charged = segments.reduce((all, segment) => all + BigInt(segment.charged), 0n)
  expect(wallet.available + wallet.held - wallet.receivable).toBe(outside - charged)
  expect(-total('stripe_clearing')).toBe(outside)
  expect(total('revenue') + total('write_off')).toBe(charged)
}

/** No day's charges above the limit of the day, and never pods that cost more an hour than was allowed. */
function limitsHold({ entries, segments }: Snapshot, { burnLimit, dayLimit }: WalletLimits): void {
  if (burnLimit !== null) {
    const live = segments.filter(({ state }) => state !== 'closed')
    expect(live.reduce((all, { price }) => all + BigInt(price), 0n)).toBeLessThanOrEqual(BigInt(burnLimit))
  }
  if (dayLimit === null) return
  const spent = new Map<string, bigint>()
  let today = ''
  for (const { kind, account, amount, postedAt } of entries) {
    if (account !== 'revenue' || (kind !== 'charge' && kind !== 'charge_reversal')) continue
    // A clock that stepped back over midnight has not brought the day before back.
    const day = postedAt.toISOString().slice(0, 10)
    if (day > today) today = day
    spent.set(today, (spent.get(today) ?? 0n) + amount)
  }
  for (const amount of spent.values()) expect(amount).toBeLessThanOrEqual(BigInt(dayLimit))
}

/** I4, I5, I7, I8, I11. */
function metersHold(segment: SegmentRow, pod: AuditedPod, snapshot: Snapshot, clockMs: number): void {
  const windows = snapshot.windows.filter(({ segment_id }) => segment_id === segment.id)
  if (pod.startedAtMs === null) {
    expect({ windows, charged: segment.charged }).toEqual({ windows: [], charged: '0' })
    return
  }
  expect(segment.started_at?.getTime()).toBe(pod.startedAtMs)
  expect(BigInt(segment.price)).toBe(pod.priceMicros)

  let reached = 0
  for (const { start_ms, seconds } of windows.filter(({ kind }) => kind === 'usage')) {
    expect(start_ms).toBe(pod.startedAtMs + reached * 1000)
    reached += seconds
  }
  const sold = sumSeconds(windows, ['usage', 'returned'])
  expect(sold).toBe(segment.charged_seconds)
  const charged = windows.reduce((all, window) => all + BigInt(window.charged), 0n)
  expect(charged).toBe(worth(pod.priceMicros, sold))
  expect(BigInt(segment.charged)).toBe(charged)
  if (segment.spend_limit !== null && !pod.limitMoved)
    expect(charged).toBeLessThanOrEqual(BigInt(segment.spend_limit))

  const lived = wholeSeconds((pod.endedAtMs ?? clockMs) - pod.startedAtMs)
  const cap = capOf(segment, pod)
  if (segment.state !== 'closed') {
    const most = mostSeconds(pod.charging, { elapsed: lived, cap, teardown: segment.teardown })
    if (!pod.limitMoved) expect(sold).toBeLessThanOrEqual(most)
    return
  }
  expect(segment.held).toBe('0')
  if (!pod.limitMoved) {
    expect(sold).toBeLessThanOrEqual(owedSeconds(pod.charging, { lived, cap, ourFault: pod.ourFault }))
  }
  expect(sumSeconds(windows, ['overrun'])).toBe(Math.max(lived - sold, 0))
  expect(BigInt(segment.written_off)).toBe(
    sold < lived ? worth(pod.priceMicros, lived) - worth(pod.priceMicros, sold) : 0n,
  )
}

/** Where its term or its budget ends it. */
function capOf(segment: SegmentRow, { startedAtMs, priceMicros }: AuditedPod): number {
  const term =
    segment.ends_at && startedAtMs !== null ? wholeSeconds(segment.ends_at.getTime() - startedAtMs) : Infinity
  if (segment.spend_limit === null || priceMicros === 0n) return term
  const budget = BigInt(segment.spend_limit)
  let seconds = Number((budget * 3600n) / priceMicros)
  while (worth(priceMicros, seconds + 1) <= budget) seconds += 1
  return Math.min(term, seconds)
}

/**
 * I5, the other half: seconds that a pod owes go unpaid only where the wallet could not pay them, that is, where it was
 * down to less than the next second of its pods at some moment since the last look; or, for time that is bought
 * ahead, to less than what was left to buy.
 */
function nothingPayableUnpaid(
  segment: SegmentRow,
  pod: AuditedPod,
  { snapshot, lastSeq, before }: { snapshot: Snapshot; lastSeq: number; before: Seen | undefined },
): void {
  const { startedAtMs, endedAtMs } = pod
  if (startedAtMs === null || endedAtMs === null || pod.limitMoved) return
  const lived = wholeSeconds(endedAtMs - startedAtMs)
  const owed = owedSeconds(pod.charging, { lived, cap: capOf(segment, pod), ourFault: pod.ourFault })
  if (segment.charged_seconds >= owed) return
  const balances = snapshot.entries.filter(({ seq, account }) => seq > lastSeq && account === 'available')
  const poorest = balances
    .flatMap(({ balanceAfter, amount }) =>
      balanceAfter === null ? [] : [balanceAfter, balanceAfter - amount],
    )
    .reduce((least, balance) => (balance < least ? balance : least), snapshot.wallet.available)
  const oneSecondOfAll = snapshot.segments.reduce((all, { price }) => all + BigInt(price) / 3600n + 1n, 0n)
  const ahead = pod.charging.strategy === 'block' || pod.charging.strategy === 'term'
  if (ahead && before?.short) return
  const wanting = ahead ? worth(pod.priceMicros, owed) - worth(pod.priceMicros, before?.soldSeconds ?? 0) : 0n
  expect(poorest).toBeLessThan(oneSecondOfAll + wanting)
}

/** Nobody takes money from under a pod whose workflow sleeps: until its own next look it stays funded long enough to be ended. */
function promisesHold(segment: SegmentRow, before: Seen | undefined, nowMs: number): void {
  const { next_renewal_at, funded_until, started_at, teardown } = segment
  if (!next_renewal_at || !funded_until || !started_at || segment.state === 'closed') return
  const nextLookMs = next_renewal_at.getTime()
  if (before?.nextLookMs !== nextLookMs || nowMs > nextLookMs) return
  const needed =
    wholeSeconds(nextLookMs - started_at.getTime()) * 1000 + started_at.getTime() + teardown * 1000
  expect(funded_until.getTime()).toBeGreaterThanOrEqual(Math.min(before.fundedMs, needed))
}

const wholeSeconds = (ms: number): number => Math.max(Math.floor(ms / 1000), 0)

const sum = (entries: { amount: bigint }[]): bigint =>
  entries.reduce((total, { amount }) => total + amount, 0n)

const sumSeconds = (windows: WindowRow[], kinds: string[]): number =>
  windows.filter(({ kind }) => kinds.includes(kind)).reduce((total, { seconds }) => total + seconds, 0)
