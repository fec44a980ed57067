import { DomainError } from '@berth/contract/errors'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuditor, type AuditedPod } from './test-support/auditor.ts'
import { createBillingWorld, NOON, type BillingWorld } from './test-support/billing-world.ts'
import { verifyLedger } from './verify/verify-ledger.ts'

const seed = Number(process.env['BERTH_PROPERTY_SEED'] ?? Date.now() % 1_000_000_000)
const numRuns = Number(process.env['BERTH_PROPERTY_RUNS'] ?? 40)
const PODS = 3

let world: BillingWorld

beforeAll(async () => {
  world = await createBillingWorld({ poolSize: 10 })
})
afterAll(() => world.close())

describe('any schedule of any commands, some at the same time, some twice', () => {
  it(
    `keeps every promise to the micro-dollar (seed ${seed}, ${numRuns} runs)`,
    { timeout: 600_000 },
    async () => {
      await fc.assert(fc.asyncProperty(aStory, live), { numRuns, seed, endOnFailure: numRuns <= 100 })
      const report = await verifyLedger({ dataSource: world.application, batchSize: 7 })
      expect(report.problems).toEqual([])
      expect(report.wallets).toBeGreaterThanOrEqual(numRuns)
    },
  )

  it(
    'charges the same whenever the workflows look, as long as there is money',
    { timeout: 120_000 },
    async () => {
      const looks = fc.array(fc.integer({ min: 1, max: 4_000_000 }), { maxLength: 8 })
      await fc.assert(
        fc.asyncProperty(
          aPrice,
          looks,
          fc.integer({ min: 1, max: 4_000_000 }),
          async (price, offsets, endMs) => {
            const wallet = await world.aWallet(10_000_000_000)
            const rentalId = await world.aRental(wallet)
            await world.at(0)
            await world.billing.reserve({ rentalId, priceMicrosPerHour: price })
            await world.billing.start({ rentalId, priceMicrosPerHour: price })
            for (const offset of offsets.filter((offset) => offset < endMs).sort((a, b) => a - b)) {
              await world.at(offset)
              await world.billing.renew({ rentalId })
            }
            await world.at(endMs)
            const closed = await world.billing.close({ rentalId })
            const seconds = Math.floor(endMs / 1000)
            expect(closed.billedSeconds).toBe(seconds)
            expect(BigInt(closed.chargedMicros)).toBe((BigInt(price) * BigInt(seconds)) / 3600n)
            expect(closed.writtenOffSeconds).toBe(0)
          },
        ),
        { numRuns: Math.ceil(numRuns / 2), seed },
      )
    },
  )
})

type Command =
  | { do: 'reserve'; pod: number; price: number; teardown: number; limit: number | null; term: number | null }
  | { do: 'start'; pod: number; samePrice: boolean; price: number }
  | { do: 'renew'; pod: number }
  | { do: 'close'; pod: number; secondsAgo: number | null }
  | { do: 'limit'; pod: number; limit: number | null }
  | { do: 'topUp'; key: number; amount: number }
  | { do: 'refund'; key: number; amount: number }
  | { do: 'sweep' }

/** From dust to the dearest, odd ones among them. */
const aPrice = fc.oneof(
  fc.constantFrom(0, 1, 3_599, 3_601, 2_490_000),
  fc.integer({ min: 1, max: 40_000_000 }),
)
const aPod = fc.integer({ min: 0, max: PODS - 1 })
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null, freq: 2 })

const aReserve = fc.record({
  do: fc.constant('reserve' as const),
  pod: aPod,
  price: aPrice,
  teardown: fc.constantFrom(0, 5, 30),
  limit: maybe(fc.integer({ min: 1, max: 1_000_000 })),
  term: maybe(fc.integer({ min: 1, max: 600 })),
})
const aStart = fc.record({
  do: fc.constant('start' as const),
  pod: aPod,
  samePrice: fc.boolean(),
  price: aPrice,
})
const aCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: aReserve },
  { weight: 4, arbitrary: aStart },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('renew' as const), pod: aPod }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('close' as const),
      pod: aPod,
      secondsAgo: maybe(fc.integer({ min: 0, max: 90 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('limit' as const),
      pod: aPod,
      limit: maybe(fc.integer({ min: 1, max: 2_000_000 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('topUp' as const),
      key: fc.integer({ min: 0, max: 3 }),
      amount: fc.integer({ min: 1, max: 500_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('refund' as const),
      key: fc.integer({ min: 0, max: 2 }),
      amount: fc.integer({ min: 1, max: 400_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
)

/** Milliseconds until the next commands; now and then the clock steps back. */
const aPause = fc.oneof(
  fc.constantFrom(0, 1, 999, 1000, -3_000),
  fc.integer({ min: 1, max: 20_000 }),
  fc.integer({ min: 1, max: 400_000 }),
)
const aStep = fc.record({
  pauseMs: aPause,
  commands: fc.array(aCommand, { minLength: 1, maxLength: 4 }),
  twice: fc.boolean(),
})
const aStory = fc.record({
  opening: fc.integer({ min: 0, max: 3_000_000 }),
  everyPod: fc.array(aReserve, { minLength: PODS, maxLength: PODS }),
  steps: fc.array(aStep, { minLength: 3, maxLength: 14 }),
})
type Story = typeof aStory extends fc.Arbitrary<infer T> ? T : never

/** Lives a story through and lets the auditor look after every step. */
async function live({ opening, everyPod, steps }: Story): Promise<void> {
  const wallet = await world.aWallet(opening)
  const auditor = createAuditor(world, wallet.walletId)
  if (opening > 0) auditor.posted('opening', BigInt(opening))
  const rentals = await Promise.all(Array.from({ length: PODS }, () => world.aRental(wallet)))
  const first = everyPod.flatMap((reserve, pod): Command[] => [
    { ...reserve, pod },
    { do: 'start', pod, samePrice: true, price: 0 },
  ])
  let offsetMs = 0
  for (const { pauseMs, commands, twice } of [
    { pauseMs: 0, commands: first, twice: false },
    ...steps,
    {
      pauseMs: 1_000,
      commands: rentals.map((_, pod): Command => ({ do: 'close', pod, secondsAgo: null })),
      twice: true,
    },
  ]) {
    offsetMs = Math.max(offsetMs + pauseMs, 0)
    await world.at(offsetMs)
    const context = { walletId: wallet.walletId, rentals, auditor, nowMs: NOON + offsetMs }
    if (commands === first) for (const command of first) await perform(context, command)
    else {
      const wanted = twice ? [...commands, ...commands] : commands
      await Promise.all(wanted.map((command) => perform(context, command)))
    }
    await auditor.audit(NOON + offsetMs)
  }
}

interface Context {
  walletId: string
  rentals: string[]
  auditor: ReturnType<typeof createAuditor>
  nowMs: number
}

/** Does it, and tells the auditor what was ordered and accepted. */
async function perform(context: Context, command: Command): Promise<void> {
  const rentalId = 'pod' in command ? (context.rentals[command.pod] ?? '') : ''
  try {
    await order(context, command, rentalId)
  } catch (error) {
    const expected =
      error instanceof DomainError && ['not_found', 'idempotency_conflict'].includes(error.code)
    if (!expected) throw error
  }
}

async function order(context: Context, command: Command, rentalId: string): Promise<void> {
  const { auditor, nowMs } = context
  const { billing } = world
  const pod = auditor.pods.get(rentalId) ?? newPod(rentalId)
  switch (command.do) {
    case 'reserve':
      auditor.pods.set(rentalId, pod)
      return void (await billing.reserve({
        rentalId,
        priceMicrosPerHour: command.price,
        teardownSeconds: command.teardown,
        spendLimitMicros: command.limit,
        durationSeconds: command.term,
      }))
    case 'start':
      return startPod(pod, command)
    case 'renew':
      return void (await billing.renew({ rentalId }))
    case 'close':
      return closePod(pod, command.secondsAgo, nowMs)
    case 'limit':
      pod.limitMoved = true
      return void (await billing.setLimits({ rentalId, spendLimitMicros: command.limit }))
    case 'topUp':
      return post(context, 'top_up', command.key, command.amount)
    case 'refund':
      return post(context, 'refund', command.key, command.amount)
    case 'sweep':
      return void (await billing.sweep({ limit: 20 }))
  }
}

const newPod = (rentalId: string): AuditedPod => ({
  rentalId,
  priceMicros: 0n,
  startedAtMs: null,
  endedAtMs: null,
  limitMoved: false,
})

async function post(
  { walletId, auditor }: Context,
  kind: 'top_up' | 'refund',
  key: number,
  micros: number,
): Promise<void> {
  const idempotencyKey = `${kind}/${walletId}/${key}`
  const amountMicros = BigInt(micros)
  const posted = await world.billing.post({ walletId, amountMicros, kind, idempotencyKey, reference: 'pi' })
  if (posted.fresh) auditor.posted(idempotencyKey, kind === 'top_up' ? amountMicros : -amountMicros)
}

async function startPod(pod: AuditedPod, command: Extract<Command, { do: 'start' }>): Promise<void> {
  const { rentalId } = pod
  const [row] = await world.application.query<{ price: string }[]>(
    'SELECT price_micros_per_hour AS price FROM rental_segments WHERE rental_id = $1',
    [rentalId],
  )
  const price = command.samePrice && row ? Number(row.price) : command.price
  const started = await world.billing.start({ rentalId, priceMicrosPerHour: price })
  if (!started.ok || started.settlement.startedAt === null) return
  const startedAtMs = Date.parse(started.settlement.startedAt)
  if (pod.startedAtMs !== null) expect(startedAtMs).toBe(pod.startedAtMs)
  pod.startedAtMs = startedAtMs
  const [now] = await world.application.query<{ price: string }[]>(
    'SELECT price_micros_per_hour AS price FROM rental_segments WHERE rental_id = $1',
    [rentalId],
  )
  pod.priceMicros = BigInt(now?.price ?? 0)
}

async function closePod(pod: AuditedPod, secondsAgo: number | null, nowMs: number): Promise<void> {
  const endMs = nowMs - (secondsAgo ?? 0) * 1000
  const endAt = secondsAgo === null ? undefined : new Date(endMs).toISOString()
  const closed = await world.billing.close({ rentalId: pod.rentalId, endAt })
  if (closed.meteredFrom === null) return
  // Two closes may race, and a clock may have stepped back: the answer says which end counted, the auditor checks that it was ordered.
  const lived = Date.parse(closed.meteredFrom) + (closed.billedSeconds + closed.writtenOffSeconds) * 1000
  if (pod.endedAtMs === null) pod.endedAtMs = lived
  else expect(lived).toBe(pod.endedAtMs)
}
