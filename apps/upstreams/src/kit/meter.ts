import { z } from 'zod'
import type { EmulatorClock } from './clock.ts'

const SECONDS_PER_HOUR = 3600n

const segmentSchema = z.object({
  kind: z.string(),
  priceMicrosPerHour: z.coerce.bigint(),
  fromMs: z.number(),
  toMs: z.number().nullable(),
  /** What is begun counts whole: 60 where a provider bills by the minute. */
  incrementSeconds: z.number().int().min(1).default(1),
  /** What was used at all counts at least so long. */
  leastSeconds: z.number().int().min(0).default(0),
})

const meteredInstanceSchema = z.object({
  instanceId: z.string(),
  marker: z.string(),
  rental: z.string(),
  bornMs: z.number(),
  diedMs: z.number().nullable(),
  segments: z.array(segmentSchema),
})

export const meterStateSchema = z.array(meteredInstanceSchema)

/** One price over one stretch of time; `toMs` null while it still runs. */
export type MeterSegment = z.infer<typeof segmentSchema>
/** What one instance has been and cost, from its birth; kept after its death. */
export type MeteredInstance = z.infer<typeof meteredInstanceSchema>

/** All instances that ever carried markers of one rental. */
export interface RentalOnMeter {
  readonly rental: string
  readonly markers: readonly string[]
  readonly everAlive: number
  readonly aliveNow: number
  /** The most instances of this rental that were alive at one instant; above one is a double launch. */
  readonly maxAliveAtOnce: number
  readonly costMicros: bigint
}

/** The upstream's own books: who lives, who lived, and what each has cost in micro-dollars. */
export type Meter = ReturnType<typeof createMeter>

/** Cost of a segment between two instants, by whole seconds (or begun increments of more) from the segment's start. */
function segmentCost(segment: MeterSegment, fromMs: number, toMs: number): bigint {
  const endMs = Math.min(segment.toMs ?? toMs, toMs)
  const costUntil = (atMs: number): bigint => {
    const seconds = Math.max(0, Math.floor((atMs - segment.fromMs) / 1000))
    const begun = Math.ceil(seconds / segment.incrementSeconds) * segment.incrementSeconds
    const billed = seconds === 0 ? 0 : Math.max(begun, segment.leastSeconds)
    return (segment.priceMicrosPerHour * BigInt(billed)) / SECONDS_PER_HOUR
  }
  return (
    costUntil(Math.max(endMs, segment.fromMs)) - costUntil(Math.min(Math.max(fromMs, segment.fromMs), endMs))
  )
}

/** A marker is a rental id plus an attempt; instances without one count for themselves. */
function rentalOf(marker: string): string {
  return /rent[_-][0-9A-HJKMNP-TV-Z]{26}/i.exec(marker)?.[0] ?? marker
}

function maxAliveAtOnce(instances: readonly MeteredInstance[]): number {
  const changes = instances
    .flatMap(({ bornMs, diedMs }) => [
      { atMs: bornMs, by: 1 },
      { atMs: diedMs ?? Number.POSITIVE_INFINITY, by: -1 },
    ])
    // A death and a birth in the same millisecond are a replacement, not two alive.
    .sort((a, b) => a.atMs - b.atMs || a.by - b.by)
  let alive = 0
  return changes.reduce((most, { by }) => Math.max(most, (alive += by)), 0)
}

/** An empty meter; `onChange` tells whoever persists it. */
export function createMeter({ clock, onChange = () => {} }: { clock: EmulatorClock; onChange?: () => void }) {
  const books = new Map<string, MeteredInstance>()

  function bookOf(instanceId: string): MeteredInstance {
    const book = books.get(instanceId)
    if (book === undefined) throw new Error(`the meter never saw ${instanceId} born`)
    return book
  }

  function stop(instanceId: string, kind?: string): void {
    for (const segment of bookOf(instanceId).segments) {
      if (segment.toMs === null && (kind ?? segment.kind) === segment.kind) segment.toMs = clock.nowMs()
    }
    onChange()
  }

  function costMicros(instanceId: string, window: CostWindow = {}): bigint {
    const { fromMs = Number.NEGATIVE_INFINITY, kind } = window
    // Why never later than now: a billing bucket still open holds what was used, not what is to come.
    const toMs = Math.min(window.toMs ?? Number.POSITIVE_INFINITY, clock.nowMs())
    return bookOf(instanceId)
      .segments.filter((segment) => (kind ?? segment.kind) === segment.kind && segment.fromMs < toMs)
      .reduce((sum, segment) => sum + segmentCost(segment, fromMs, toMs), 0n)
  }

  return {
    born({ instanceId, marker }: { instanceId: string; marker: string }): void {
      const bornMs = clock.nowMs()
      books.set(instanceId, {
        instanceId,
        marker,
        rental: rentalOf(marker),
        bornMs,
        diedMs: null,
        segments: [],
      })
      onChange()
    },
    /** Ends every running segment too: the dead cost nothing. */
    died(instanceId: string): void {
      stop(instanceId)
      bookOf(instanceId).diedMs ??= clock.nowMs()
      onChange()
    },
    /** Begins a segment; one of the same kind that still runs ends at this instant (a change of price). */
    start({
      instanceId,
      kind,
      priceMicrosPerHour,
      incrementSeconds = 1,
      leastSeconds = 0,
    }: MeterStart): void {
      stop(instanceId, kind)
      const terms = { kind, priceMicrosPerHour, incrementSeconds, leastSeconds }
      bookOf(instanceId).segments.push({ ...terms, fromMs: clock.nowMs(), toMs: null })
      onChange()
    },
    stop,
    /** Micro-dollars this instance has cost within the window (its whole life by default). */
    costMicros,
    instances: (): readonly MeteredInstance[] => [...books.values()],
    aliveNow: (): readonly MeteredInstance[] => [...books.values()].filter(({ diedMs }) => diedMs === null),
    totalCostMicros: (): bigint => [...books.keys()].reduce((sum, id) => sum + costMicros(id), 0n),
    rentals: (): readonly RentalOnMeter[] => byRental([...books.values()], costMicros),
    restore(state: readonly MeteredInstance[]): void {
      for (const book of state) books.set(book.instanceId, book)
    },
  }
}

/** The same books, summed up for each rental. */
function byRental(
  books: readonly MeteredInstance[],
  costMicros: (instanceId: string) => bigint,
): readonly RentalOnMeter[] {
  const names = new Set(books.map(({ rental }) => rental))
  return [...names].map((rental) => {
    const own = books.filter((book) => book.rental === rental)
    return {
      rental,
      markers: [...new Set(own.map(({ marker }) => marker))],
      everAlive: own.length,
      aliveNow: own.filter(({ diedMs }) => diedMs === null).length,
      maxAliveAtOnce: maxAliveAtOnce(own),
      costMicros: own.reduce((sum, { instanceId }) => sum + costMicros(instanceId), 0n),
    }
  })
}

interface CostWindow {
  readonly fromMs?: number
  readonly toMs?: number
  readonly kind?: string
}

interface MeterStart {
  readonly instanceId: string
  readonly kind: string
  readonly priceMicrosPerHour: bigint
  readonly incrementSeconds?: number
  readonly leastSeconds?: number
}
