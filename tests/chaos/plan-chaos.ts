import type { CallName, RawFault } from './emulated-cloud.ts'
import { planFault, type FaultSource } from './plan-fault.ts'
import { seededChance, type Chance } from './seeded-chance.ts'

export type RentalAction =
  | 'stop'
  | 'extend'
  | 'top_up'
  | 'force_end'
  | 'retry_now'
  | 'kill_pod'
  | 'interrupt_pod'
  | 'unknown_status'

export interface PlannedRental {
  number: number
  atMs: number
  /** Rentals of the same number share a wallet. */
  wallet: number
  /** How many seconds of its first offer the wallet can pay for; null: more than it can spend. */
  walletSeconds: number | null
  cloud: string
  /** In [0, 1): where among the cloud's offers, sorted by id. */
  offerShare: number
  durationSeconds: number | null
  budgetSeconds: number | null
  failover: boolean
  /** After the request. */
  actions: { afterMs: number; kind: RentalAction }[]
}

export type PlannedEvent = { atMs: number } & (
  | { kind: 'fault'; cloud: string; call: CallName; fault: RawFault }
  | { kind: 'empty_shelf'; cloud: string; share: number }
  | { kind: 'restock'; cloud: string }
  | { kind: 'kill_worker'; worker: number; downMs: number }
  | { kind: 'kill_temporal'; downMs: number }
)

export type Kill = Extract<PlannedEvent, { kind: 'kill_worker' | 'kill_temporal' }>

export interface ChaosPlan {
  seed: number
  driveMs: number
  rentals: PlannedRental[]
  events: PlannedEvent[]
}

export interface PlanOptions {
  seed: number
  rentals: number
  driveMs: number
  clouds: FaultSource[]
  workers: number
  workerKills: number
  temporalKills: number
}

/** The clouds are left alone for the last stretch, so that what began in the storm is seen through to an end. */
const STORM_SHARE = 0.9
const FAULTS_PER_RENTAL = 1.3

/**
 * Everything that will be done to the system and when, from one number. The same seed orders the same rentals, faults
 * and kills at the same moments; how the processes interleave in between is the machine's own.
 */
export function planChaos(options: PlanOptions): ChaosPlan {
  const chance = seededChance(options.seed)
  const { seed, driveMs } = options
  const rentals: PlannedRental[] = []
  for (let number = 0; number < options.rentals; number += 1)
    rentals.push(planRental(chance, options, number, rentals.at(-1)))
  const events = [
    ...planFaults(chance, options),
    ...planShelves(chance, options),
    ...planKills(chance, options),
  ]
  return { seed, driveMs, rentals, events: events.sort((a, b) => a.atMs - b.atMs) }
}

function planRental(
  chance: Chance,
  { rentals, driveMs, clouds }: PlanOptions,
  number: number,
  before: PlannedRental | undefined,
): PlannedRental {
  const about = ['rental', number] as const
  const shared = before !== undefined && chance.happens(0.35, ...about, 'shares a wallet')
  const limit = chance.weighted(
    [
      [4, 'none'],
      [3, 'duration'],
      [2, 'budget'],
    ],
    ...about,
    'limit',
  )
  const poor = chance.happens(0.25, ...about, 'poor')
  return {
    number,
    // Spread evenly with jitter, and over by three quarters, so that each has time to live.
    atMs: Math.floor(((number + chance.share(...about, 'at')) / rentals) * driveMs * 0.75),
    wallet: shared ? before.wallet : number,
    walletSeconds: poor ? chance.between(10, 60, ...about, 'wallet') : null,
    cloud: cloudOf(chance, clouds, number),
    offerShare: chance.share(...about, 'offer'),
    durationSeconds: limit === 'duration' ? chance.between(2, 25, ...about, 'duration') : null,
    budgetSeconds: limit === 'budget' ? chance.between(3, 20, ...about, 'budget') : null,
    failover: chance.happens(0.5, ...about, 'failover'),
    actions: planActions(chance, number),
  }
}

/** Each cloud gets its share in a shuffled order, so that a dozen rentals meet as many clouds as there are. */
function cloudOf(chance: Chance, clouds: FaultSource[], number: number): string {
  const round = Math.floor(number / clouds.length)
  const shuffled = clouds
    .map(({ name }) => ({ name, rank: chance.share('cloud', round, name) }))
    .sort((a, b) => a.rank - b.rank)
  return shuffled[number % clouds.length]?.name ?? ''
}

const ENDINGS: readonly (readonly [number, RentalAction | null])[] = [
  [8, 'stop'],
  [1, 'force_end'],
  [2, 'kill_pod'],
  [1, 'interrupt_pod'],
  [3, null],
]

function planActions(chance: Chance, number: number): PlannedRental['actions'] {
  const about = ['action', number] as const
  const at = (what: string, most: number): number => chance.between(200, most, ...about, what)
  const actions: PlannedRental['actions'] = []
  const ending = chance.weighted(ENDINGS, ...about, 'ending')
  if (ending) actions.push({ afterMs: at('ending at', 25_000), kind: ending })
  // A second stop finds the first: repeating it may change nothing.
  if (ending === 'stop' && chance.happens(0.2, ...about, 'again'))
    actions.push({ afterMs: at('again at', 30_000), kind: 'stop' })
  for (const kind of ['extend', 'top_up', 'retry_now', 'unknown_status'] as const)
    if (chance.happens(0.15, ...about, kind)) actions.push({ afterMs: at(`${kind} at`, 20_000), kind })
  return actions
}

function planFaults(chance: Chance, { rentals, driveMs, clouds }: PlanOptions): PlannedEvent[] {
  const count = Math.ceil(rentals * FAULTS_PER_RENTAL)
  return Array.from({ length: count }, (_, number): PlannedEvent => {
    const about = ['fault', number] as const
    const cloud = chance.pick(clouds, ...about, 'cloud')
    const atMs = Math.floor(((number + chance.share(...about, 'at')) / count) * driveMs * STORM_SHARE)
    return { atMs, kind: 'fault', cloud: cloud.name, ...planFault(chance, cloud, number) }
  })
}

function planShelves(chance: Chance, { rentals, driveMs, clouds }: PlanOptions): PlannedEvent[] {
  const count = Math.ceil(rentals / 6)
  return Array.from({ length: count }).flatMap((_, number): PlannedEvent[] => {
    const cloud = chance.pick(clouds, 'shelf', number, 'cloud').name
    const atMs = Math.floor(chance.share('shelf', number, 'at') * driveMs * STORM_SHARE)
    return [
      { atMs, kind: 'empty_shelf', cloud, share: chance.share('shelf', number, 'which') },
      ...(number % 4 === 3 ? [{ atMs: atMs + 10_000, kind: 'restock', cloud } as const] : []),
    ]
  })
}

function planKills(chance: Chance, options: PlanOptions): PlannedEvent[] {
  const { driveMs, workers, workerKills, temporalKills } = options
  const at = (what: string, number: number, count: number): number =>
    Math.floor(((number + 0.2 + 0.8 * chance.share(what, number)) / count) * driveMs * STORM_SHARE)
  return [
    ...Array.from({ length: workerKills }, (_, number): PlannedEvent => ({
      atMs: at('worker', number, workerKills),
      kind: 'kill_worker',
      worker: chance.between(0, workers - 1, 'worker', number, 'which'),
      downMs: chance.between(0, 4_000, 'worker', number, 'down'),
    })),
    ...Array.from({ length: temporalKills }, (_, number): PlannedEvent => ({
      atMs: at('temporal', number, temporalKills),
      kind: 'kill_temporal',
      downMs: chance.between(0, 3_000, 'temporal', number, 'down'),
    })),
  ]
}
