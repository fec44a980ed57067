import type { ChargingTerms } from '@berth/contract/charging'
import fc from 'fast-check'

export const PODS = 3

export type Command =
  | { do: 'reserve'; pod: number; price: number; teardown: number; limit: number | null; term: number | null }
  | { do: 'start'; pod: number; samePrice: boolean; price: number }
  | { do: 'renew'; pod: number }
  | { do: 'close'; pod: number; secondsAgo: number | null }
  | { do: 'limit'; pod: number; limit: number | null }
  | { do: 'topUp'; key: number; amount: number }
  | { do: 'refund'; key: number; amount: number }
  | { do: 'sweep' }

/** From dust to the dearest, odd ones among them. */
export const aPrice = fc.oneof(
  fc.constantFrom(0, 1, 3_599, 3_601, 2_490_000),
  fc.integer({ min: 1, max: 40_000_000 }),
)
const aPod = fc.integer({ min: 0, max: PODS - 1 })
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null, freq: 2 })

const modifiers = {
  minimumSeconds: fc.constantFrom(undefined, 1, 60, 600),
  graceSeconds: fc.constantFrom(undefined, 7, 60),
}
const aPercent = fc.integer({ min: 0, max: 100 })
const someSteps = fc
  .tuple(aPercent, fc.integer({ min: 1, max: 500 }), aPercent)
  .map(([first, fromSeconds, then]) => [
    { fromSeconds: 0, refundPercent: first },
    { fromSeconds, refundPercent: then },
  ])
export const someTerms: fc.Arbitrary<ChargingTerms> = fc.oneof(
  fc.record({ strategy: fc.constant('hold' as const), ...modifiers }),
  fc.record({ strategy: fc.constant('tick' as const), ...modifiers }),
  fc.record({
    strategy: fc.constant('block' as const),
    blockSeconds: fc.constantFrom(60, 61, 300, 3_600),
    unused: fc.constantFrom('pro_rata' as const, 'none' as const),
    ...modifiers,
  }),
  fc.record({ strategy: fc.constant('term' as const), earlyStop: someSteps, ...modifiers }),
)

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
const anotherCommand: fc.Arbitrary<Command> = fc.oneof(
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
const aCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: aReserve },
  { weight: 4, arbitrary: aStart },
  { weight: 13, arbitrary: anotherCommand },
)

/** Milliseconds until the next commands; now and then the clock steps back, now and then a night passes. */
const aPause = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0, 1, 999, 1000, -3_000) },
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 20_000 }) },
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 400_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 50_000_000 }) },
)
const aStep = fc.record({
  pauseMs: aPause,
  commands: fc.array(aCommand, { minLength: 1, maxLength: 4 }),
  twice: fc.boolean(),
  /** The database fails at this write of the step, counted over all its commands. */
  crashAt: maybe(fc.integer({ min: 1, max: 24 })),
})

/** A wallet, its pods with their terms, and everything that happens to them. */
export const aStory = fc.record({
  opening: fc.integer({ min: 0, max: 3_000_000 }),
  burnLimit: fc.option(fc.integer({ min: 1, max: 60_000_000 }), { nil: null, freq: 3 }),
  dayLimit: fc.option(fc.integer({ min: 1, max: 2_000_000 }), { nil: null, freq: 3 }),
  terms: fc.array(fc.record({ charging: someTerms, ourFault: fc.boolean() }), {
    minLength: PODS,
    maxLength: PODS,
  }),
  everyPod: fc.array(aReserve, { minLength: PODS, maxLength: PODS }),
  steps: fc.array(aStep, { minLength: 3, maxLength: 14 }),
})
export type Story = typeof aStory extends fc.Arbitrary<infer T> ? T : never
