import { expect } from 'vitest'
import { NOON, type BillingWorld } from './billing-world.ts'

/** What the auditor knows of a pod from the commands alone. */
export interface AuditedPod {
  rentalId: string
  priceMicros: bigint
  startedAtMs: number | null
  /** When the meter was ordered to end: the earlier of the stop and the clock at the close. */
  endedAtMs: number | null
  /** A limit may have been moved below what was spent already. */
  limitMoved: boolean
}

interface Snapshot {
  wallet: { available: bigint; held: bigint; receivable: bigint }
  entries: {
    transactionId: string
    seq: number
    account: string
    amount: bigint
    balanceAfter: bigint | null
  }[]
  segments: SegmentRow[]
  windows: WindowRow[]
}

interface SegmentRow {
  id: string
  rental_id: string
  state: string
  started_at: Date | null
  funded_until: Date | null
  next_renewal_at: Date | null
  ends_at: Date | null
  spend_limit: string | null
  price: string
  teardown: number
  charged: string
  held: string
  written_off: string
  charged_seconds: number
  written_off_seconds: number
}

interface WindowRow {
  segment_id: string
  kind: string
  start_ms: string
  seconds: number
  charged: string
  written_off: string
}

/**
 * An independent book-keeper for one wallet: knows the commands and the clock, reads the tables as they are, and has its
 * own arithmetic. It shares no code with billing.
 */
export function createAuditor(world: BillingWorld, walletId: string) {
  const pods = new Map<string, AuditedPod>()
  const postings = new Map<string, bigint>()
  const promises = new Map<string, { nextLookMs: number; fundedMs: number }>()
  const closed = new Set<string>()
  let clockMs = NOON
  let lastSeq = 0

  return {
    pods,
    /** A credit (positive) or taking (negative) from outside; a key counts once. */
    posted: (key: string, amount: bigint): void => void (postings.has(key) || postings.set(key, amount)),
    async audit(nowMs: number): Promise<void> {
      clockMs = Math.max(clockMs, nowMs)
      const seen = await read(world, walletId)
      balancesHold(seen, postings)
      for (const segment of seen.segments) {
        const pod = pods.get(segment.rental_id)
        if (pod === undefined) throw new Error(`the auditor never heard of ${segment.rental_id}`)
        metersHold(segment, pod, seen, clockMs)
        promisesHold(segment, promises, nowMs)
        if (segment.state === 'closed' && !closed.has(segment.id))
          nothingPayableUnpaid(segment, pod, seen, lastSeq)
        if (segment.state === 'closed') closed.add(segment.id)
      }
      lastSeq = Math.max(lastSeq, ...seen.entries.map(({ seq }) => seq))
    },
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

/** I4, I5, I7, I8, I11. */
function metersHold(segment: SegmentRow, pod: AuditedPod, seen: Snapshot, clockMs: number): void {
  const windows = seen.windows.filter(({ segment_id }) => segment_id === segment.id)
  if (pod.startedAtMs === null) {
    expect({ windows, charged: segment.charged }).toEqual({ windows: [], charged: '0' })
    return
  }
  expect(segment.started_at?.getTime()).toBe(pod.startedAtMs)
  expect(BigInt(segment.price)).toBe(pod.priceMicros)

  let reached = 0
  for (const { start_ms, seconds } of windows.filter(({ kind }) => kind === 'usage')) {
    expect(Number(start_ms)).toBe(pod.startedAtMs + reached * 1000)
    reached += seconds
  }
  const sold = sumSeconds(windows, ['usage', 'returned'])
  expect(sold).toBe(segment.charged_seconds)
  const charged = windows.reduce((all, window) => all + BigInt(window.charged), 0n)
  expect(charged).toBe(worth(pod.priceMicros, sold))
  expect(BigInt(segment.charged)).toBe(charged)

  const lastMs = pod.endedAtMs ?? clockMs
  expect(sold).toBeLessThanOrEqual(wholeSeconds(lastMs - pod.startedAtMs))
  if (segment.state !== 'closed') return
  expect(segment.held).toBe('0')
  const lived = wholeSeconds(lastMs - pod.startedAtMs)
  expect(sold + sumSeconds(windows, ['overrun'])).toBe(lived)
  expect(BigInt(segment.written_off)).toBe(worth(pod.priceMicros, lived) - worth(pod.priceMicros, sold))
  if (segment.spend_limit !== null && !pod.limitMoved)
    expect(charged).toBeLessThanOrEqual(BigInt(segment.spend_limit))
}

/**
 * I5, the other half: seconds that the pod lived within its limits go unpaid only where the wallet could not pay them, that
 * is, where it was down to less than the next second of its pods at some moment since the last look.
 */
function nothingPayableUnpaid(segment: SegmentRow, pod: AuditedPod, seen: Snapshot, lastSeq: number): void {
  const { startedAtMs, endedAtMs } = pod
  if (startedAtMs === null || endedAtMs === null || pod.limitMoved) return
  const lived = wholeSeconds(endedAtMs - startedAtMs)
  const term = segment.ends_at ? wholeSeconds(segment.ends_at.getTime() - startedAtMs) : Infinity
  const nextSecond = worth(pod.priceMicros, segment.charged_seconds + 1)
  const inBudget = segment.spend_limit === null || nextSecond <= BigInt(segment.spend_limit)
  if (segment.charged_seconds >= Math.min(lived, term) || !inBudget) return
  const balances = seen.entries.filter(({ seq, account }) => seq > lastSeq && account === 'available')
  const poorest = balances.reduce(
    (least, { balanceAfter }) => (balanceAfter !== null && balanceAfter < least ? balanceAfter : least),
    seen.wallet.available,
  )
  const oneSecondOfAll = seen.segments.reduce((all, { price }) => all + BigInt(price) / 3600n + 1n, 0n)
  expect(poorest).toBeLessThan(oneSecondOfAll)
}

/** Nobody takes money from under a pod whose workflow sleeps: until its own next look it stays funded long enough to be ended. */
function promisesHold(
  segment: SegmentRow,
  promises: Map<string, { nextLookMs: number; fundedMs: number }>,
  nowMs: number,
): void {
  const { next_renewal_at, funded_until, started_at, teardown } = segment
  if (!next_renewal_at || !funded_until || !started_at || segment.state === 'closed') return
  const known = promises.get(segment.id)
  const nextLookMs = next_renewal_at.getTime()
  if (known?.nextLookMs !== nextLookMs) {
    promises.set(segment.id, { nextLookMs, fundedMs: funded_until.getTime() })
    return
  }
  if (nowMs > nextLookMs) return
  const needed =
    wholeSeconds(nextLookMs - started_at.getTime()) * 1000 + started_at.getTime() + teardown * 1000
  expect(funded_until.getTime()).toBeGreaterThanOrEqual(Math.min(known.fundedMs, needed))
}

async function read({ application }: BillingWorld, walletId: string): Promise<Snapshot> {
  return application.transaction('REPEATABLE READ', async (manager) => {
    const [wallet] = await manager.query<{ available: string; held: string; receivable: string }[]>(
      'SELECT available, held, receivable FROM wallets WHERE id = $1',
      [walletId],
    )
    if (!wallet) throw new Error(`no wallet ${walletId}`)
    const entries = await manager.query<
      { transactionId: string; seq: string; account: string; amount: string; balance: string | null }[]
    >(
      `SELECT transaction_id AS "transactionId", seq, account, amount, balance_after AS balance
       FROM ledger_entries JOIN ledger_transactions t ON t.id = transaction_id WHERE wallet_id = $1`,
      [walletId],
    )
    const segments = await manager.query<SegmentRow[]>(
      `SELECT *, price_micros_per_hour AS price, teardown_seconds AS teardown, spend_limit_micros AS spend_limit
       FROM rental_segments WHERE wallet_id = $1`,
      [walletId],
    )
    const windows = await manager.query<WindowRow[]>(
      `SELECT *, (extract(epoch FROM window_start) * 1000)::bigint AS start_ms FROM charge_windows
       WHERE segment_id IN (SELECT id FROM rental_segments WHERE wallet_id = $1) ORDER BY window_start`,
      [walletId],
    )
    return {
      wallet: {
        available: BigInt(wallet.available),
        held: BigInt(wallet.held),
        receivable: BigInt(wallet.receivable),
      },
      entries: entries.map(({ balance, seq, amount, ...entry }) => ({
        ...entry,
        seq: Number(seq),
        amount: BigInt(amount),
        balanceAfter: balance === null ? null : BigInt(balance),
      })),
      segments,
      windows,
    }
  })
}

/** What so many seconds are worth: by the hour, and the rest of an hour by the second, rounded down. */
function worth(priceMicros: bigint, seconds: number): bigint {
  const hours = BigInt(Math.floor(seconds / 3600))
  const rest = BigInt(seconds % 3600)
  const exact = priceMicros * rest
  return priceMicros * hours + (exact - (exact % 3600n)) / 3600n
}

const wholeSeconds = (ms: number): number => Math.max(Math.floor(ms / 1000), 0)

const sum = (entries: { amount: bigint }[]): bigint =>
  entries.reduce((total, { amount }) => total + amount, 0n)

const sumSeconds = (windows: WindowRow[], kinds: string[]): number =>
  windows.filter(({ kind }) => kinds.includes(kind)).reduce((total, { seconds }) => total + seconds, 0)
