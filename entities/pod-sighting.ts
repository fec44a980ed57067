import { insertedAt, instant, integer, nullable, primary, text, withDefault } from './columns.ts'
import { table } from './table.ts'

/** What the fleet watch last saw of a pod that carries our marker. */
export interface PodSighting {
  account: string
  podId: string
  marker: string
  /** State in our words, and the provider's own. */
  state: string
  rawStatus: string
  /** The last look at which it was alive: where the meter ends when it turns out to be gone. */
  lastAliveAt: Date
  seenAt: Date
  /** Looks in a row at which the list did not have it. */
  missed: number
  /** Looks in a row at which no rental wanted it. */
  unwanted: number
  /** The state its rental was last told of. */
  toldState: string | null
  reapedAt: Date | null
  createdAt: Date
}

export const PodSightingEntity = table<PodSighting>('pod_sightings', {
  columns: {
    account: primary(text()),
    podId: primary(text()),
    marker: text(),
    state: text(),
    rawStatus: text(),
    lastAliveAt: instant(),
    seenAt: instant(),
    missed: withDefault(integer(), 0),
    unwanted: withDefault(integer(), 0),
    toldState: nullable(text()),
    reapedAt: nullable(instant()),
    createdAt: insertedAt(),
  },
  indices: [{ on: ['marker'] }],
})
