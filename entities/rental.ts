import type { Cause } from '@berth/contract/causes'
import type { ChargingTerms } from '@berth/contract/charging'
import type { Micros } from '@berth/contract/money'
import type { Offer } from '@berth/contract/offer'
import { END_REASONS, RENTAL_HEALTH, RENTAL_PHASES } from '@berth/contract/rental-status'
import type { EndReason, RentalHealth, RentalPhase } from '@berth/contract/rental-status'
import {
  amount,
  boolean,
  insertedAt,
  instant,
  integer,
  integerList,
  json,
  nullable,
  oneOf,
  primary,
  text,
  textList,
  withDefault,
} from './columns.ts'
import { table } from './table.ts'

/** A port inside the pod and where it answers from outside. */
export interface PublishedPort {
  privatePort: number
  host: string
  publicPort: number
}

/** The current view of a rental, written by its workflow's activities; its history is in `rental_events`. */
export interface Rental {
  id: string
  userId: string
  walletId: string
  name: string
  phase: RentalPhase
  health: RentalHealth
  endReason: EndReason | null
  /** One sentence for the renter, in the provider's own words where it has some. */
  endDetail: string | null
  /** The name of that sentence, where it is ours. */
  endCause: Cause | null
  /** What was sold, as it was shown. */
  offer: Offer
  provider: string
  account: string
  gpuModel: string
  gpuCount: number
  region: string
  priceMicrosPerHour: Micros
  image: string
  diskGib: number
  sshKeyIds: string[]
  /** The keys as they were at launch. */
  sshPublicKeys: string[]
  /** Whether an equal or better offer may be taken when the chosen one is refused. */
  failover: boolean
  /** The most a failover offer may cost; null means the price of the chosen offer. */
  maxPriceMicrosPerHour: Micros | null
  endsAt: Date | null
  durationSeconds: number | null
  spendLimitMicros: Micros | null
  podId: string | null
  podMarker: string | null
  sshHost: string | null
  sshPort: number | null
  sshUser: string | null
  /** The pod's own SSH host key, once seen. */
  hostKey: string | null
  requestedAt: Date
  launchedAt: Date | null
  readyAt: Date | null
  stopRequestedAt: Date | null
  stoppedAt: Date | null
  endedAt: Date | null
  /** When a workflow took the rental on; null for longer than seconds means it was never started. */
  workflowClaimedAt: Date | null
  /** Counts the writes: a writer that read an older view finds out. */
  version: number
  /** How it is charged, frozen at launch. */
  charging: ChargingTerms
  /** Which environment variables it was given; their values are in `pod_environments` until it runs. */
  envNames: string[]
  /** Private TCP ports its renter wants to reach besides 22. */
  ports: number[]
  /** Where the provider publishes ports of the pod, once it runs. */
  publishedPorts: PublishedPort[]
}

export const RentalEntity = table<Rental>('rentals', {
  columns: {
    id: primary(text()),
    userId: text(),
    walletId: text(),
    name: text(),
    phase: oneOf(RENTAL_PHASES),
    health: withDefault(oneOf(RENTAL_HEALTH), 'ok'),
    endReason: nullable(oneOf(END_REASONS)),
    endDetail: nullable(text()),
    endCause: nullable(json()),
    offer: json(),
    provider: text(),
    account: text(),
    gpuModel: text(),
    gpuCount: integer(),
    region: text(),
    priceMicrosPerHour: amount(),
    image: text(),
    diskGib: integer(),
    sshKeyIds: textList(),
    sshPublicKeys: textList(),
    failover: withDefault(boolean(), false),
    maxPriceMicrosPerHour: nullable(amount()),
    endsAt: nullable(instant()),
    durationSeconds: nullable(integer()),
    spendLimitMicros: nullable(amount()),
    podId: nullable(text()),
    podMarker: nullable(text()),
    sshHost: nullable(text()),
    sshPort: nullable(integer()),
    sshUser: nullable(text()),
    hostKey: nullable(text()),
    requestedAt: insertedAt(),
    launchedAt: nullable(instant()),
    readyAt: nullable(instant()),
    stopRequestedAt: nullable(instant()),
    stoppedAt: nullable(instant()),
    endedAt: nullable(instant()),
    workflowClaimedAt: nullable(instant()),
    version: withDefault(integer(), 1),
    charging: withDefault(json(), () => `'{"strategy": "hold"}'`),
    envNames: withDefault(textList(), () => `'{}'`),
    ports: withDefault(integerList(), () => `'{}'`),
    publishedPorts: withDefault(json(), () => `'[]'`),
  },
  indices: [
    { on: ['userId', 'requestedAt'] },
    { on: ['walletId'] },
    { on: ['phase'], where: `phase <> 'ended'` },
    { on: ['account', 'podId'], where: 'pod_id IS NOT NULL' },
  ],
  references: [
    { on: 'userId', table: 'users' },
    { on: 'walletId', table: 'wallets' },
  ],
  checks: {
    price: 'price_micros_per_hour >= 0',
    spend_limit: 'spend_limit_micros > 0',
    duration: 'duration_seconds > 0',
  },
})
