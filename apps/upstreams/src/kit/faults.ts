import { z } from 'zod'

const regex = z.string().refine((source) => {
  try {
    return new RegExp(source) instanceof RegExp
  } catch {
    return false
  }
}, 'path must be a regular expression')

const matchSchema = z.strictObject({ method: z.string().optional(), path: regex.optional() })
const milliseconds = z.number().int().min(0)
const status = z.number().int().min(200).max(599)

/** What any HTTP service can do to its caller. "After effect" means the work was done and nobody heard. */
export const genericFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status,
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({ kind: z.literal('after_effect_status'), status, body: z.unknown().optional() }),
  z.strictObject({ kind: z.literal('cut') }),
  z.strictObject({ kind: z.literal('cut_after_effect') }),
  z.strictObject({ kind: z.literal('delay'), ms: milliseconds }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({ kind: z.literal('hang_after_effect') }),
  z.strictObject({ kind: z.literal('unauthorized') }),
  z.strictObject({ kind: z.literal('rate_limited'), retryAfterSeconds: z.number().int().min(0).optional() }),
])
export type GenericFault = z.infer<typeof genericFaultSchema>

/** Which requests an order waits for; nothing said means any. `path` is a regular expression. */
export type FaultMatch = z.infer<typeof matchSchema>

export interface FaultOrder<Own extends { kind: string }> {
  readonly match?: FaultMatch | undefined
  /** How many requests it hits before it is used up; 1 where nothing is said. */
  readonly times?: number | undefined
  readonly fault: GenericFault | Own
}

export interface StandingOrder<Own extends { kind: string }> {
  readonly id: string
  readonly match: FaultMatch
  readonly timesLeft: number
  readonly fault: GenericFault | Own
}

export interface FaultedRequest {
  readonly method: string
  readonly path: string
}

export interface Faults<Own extends { kind: string }> {
  /** Takes an order as it came over the wire; throws a ZodError that says what is wrong with it. */
  parse(order: unknown): FaultOrder<Own>
  add(order: FaultOrder<Own>): StandingOrder<Own>
  list(): readonly StandingOrder<Own>[]
  remove(id: string): boolean
  clear(): void
  /** Uses up one of each standing generic order that matches. */
  takeGeneric(request: FaultedRequest): readonly GenericFault[]
  /** Uses up one standing order of this provider's own kind, where its handler is about to act. */
  take<Kind extends Own['kind']>(kind: Kind, request: FaultedRequest): Extract<Own, { kind: Kind }> | null
}

/** No provider-specific faults. */
export const noOwnFaults = z.never()

const GENERIC_KINDS = new Set<string>(genericFaultSchema.options.map(({ shape }) => shape.kind.value))

/** The book of standing fault orders of one emulator; `own` describes the faults only it can show. */
export function createFaults<Own extends { kind: string }>({ own }: { own: z.ZodType<Own> }): Faults<Own> {
  let standing: StandingOrder<Own>[] = []
  let counter = 0

  const orderSchema = z.strictObject({
    match: matchSchema.optional(),
    times: z.number().int().min(1).optional(),
    fault: z.looseObject({ kind: z.string() }),
  })

  const matches = ({ match }: StandingOrder<Own>, request: FaultedRequest): boolean =>
    (match.method === undefined || match.method.toUpperCase() === request.method.toUpperCase()) &&
    (match.path === undefined || new RegExp(match.path).test(request.path))

  function consume(order: StandingOrder<Own>): void {
    standing = standing
      .map((other) => (other.id === order.id ? { ...other, timesLeft: other.timesLeft - 1 } : other))
      .filter(({ timesLeft }) => timesLeft > 0)
  }

  return {
    parse(raw) {
      const order = orderSchema.parse(raw)
      const fault = GENERIC_KINDS.has(order.fault.kind)
        ? genericFaultSchema.parse(order.fault)
        : own.parse(order.fault)
      return { ...order, fault }
    },
    add({ match = {}, times = 1, fault }) {
      counter += 1
      const order: StandingOrder<Own> = { id: `fault_${counter}`, match, timesLeft: times, fault }
      standing = [...standing, order]
      return order
    },
    list: () => standing,
    remove(id) {
      const before = standing.length
      standing = standing.filter((order) => order.id !== id)
      return standing.length < before
    },
    clear() {
      standing = []
    },
    takeGeneric(request) {
      const hits = standing.filter((order) => GENERIC_KINDS.has(order.fault.kind) && matches(order, request))
      hits.forEach(consume)
      return hits.map(({ fault }) => fault as GenericFault)
    },
    take<Kind extends Own['kind']>(kind: Kind, request: FaultedRequest) {
      const hit = standing.find((order) => order.fault.kind === kind && matches(order, request))
      if (hit === undefined) return null
      consume(hit)
      return hit.fault as Extract<Own, { kind: Kind }>
    },
  }
}
