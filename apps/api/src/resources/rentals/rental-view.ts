import { toWire } from '@berth/contract/money'
import type { RentalView } from '@berth/contract/schemas/rentals'
import type { ProviderAccount } from '@berth/entities/provider-account'
import type { Rental } from '@berth/entities/rental'
import type { RentalSegment } from '@berth/entities/rental-segment'
import { causeView } from './cause-view.ts'
import { reachablePorts } from './reachable-ports.ts'

export type MeterView = RentalView['meter']

interface Parts {
  rental: Rental
  /** Null until money was set aside for it. */
  segment: RentalSegment | null
  /** Null where the account is not known any more. */
  account: ProviderAccount | null
  asOf: Date
}

/** A rental as its renter sees it. */
export function rentalView(parts: Parts): RentalView {
  const { rental } = parts
  return {
    id: rental.id,
    name: rental.name,
    phase: rental.phase,
    health: rental.health,
    endReason: rental.endReason,
    endDetail: rental.endDetail,
    endCause: causeView(rental.endCause, rental.endDetail),
    offerId: rental.offer.id,
    provider: rental.provider,
    providerName: parts.account?.displayName ?? rental.provider,
    terms: parts.account?.terms ?? null,
    gpu: rental.offer.gpu,
    gpuCount: rental.gpuCount,
    region: rental.offer.region,
    podKind: rental.offer.podKind,
    spot: rental.offer.spot,
    image: parts.account?.terms?.images === 'fixed' ? null : rental.image,
    diskGib: rental.diskGib,
    sshKeyIds: rental.sshKeyIds,
    envNames: rental.envNames,
    ports: reachablePorts(rental, parts.account?.terms?.ports),
    ssh: sshOf(rental),
    endsAt: iso(rental.endsAt),
    spendLimitMicros: rental.spendLimitMicros === null ? null : toWire(rental.spendLimitMicros),
    durationSeconds: rental.durationSeconds,
    failover: failoverOf(rental),
    charging: rental.charging,
    meter: meterView(parts),
    requestedAt: rental.requestedAt.toISOString(),
    readyAt: iso(rental.readyAt),
    stopRequestedAt: iso(rental.stopRequestedAt),
    endedAt: iso(rental.endedAt),
  }
}

/** What it has cost so far, as settled; the seconds since follow from price and `asOf`. */
export function meterView({ rental, segment, asOf }: Pick<Parts, 'rental' | 'segment' | 'asOf'>): MeterView {
  if (segment === null) {
    const priceMicrosPerHour = toWire(rental.priceMicrosPerHour)
    return { ...UNMETERED, priceMicrosPerHour, asOf: asOf.toISOString() }
  }
  return {
    startedAt: iso(segment.startedAt),
    endedAt: iso(segment.endedAt),
    chargedUntil: iso(segment.chargedUntil),
    chargedMicros: toWire(segment.charged),
    billedSeconds: segment.chargedSeconds,
    heldMicros: toWire(segment.held),
    fundedUntil: iso(segment.fundedUntil),
    priceMicrosPerHour: toWire(segment.priceMicrosPerHour),
    asOf: asOf.toISOString(),
  }
}

const UNMETERED = {
  startedAt: null,
  endedAt: null,
  chargedUntil: null,
  chargedMicros: 0,
  billedSeconds: 0,
  heldMicros: 0,
  fundedUntil: null,
}

function failoverOf({
  failover,
  maxPriceMicrosPerHour,
  offer,
}: Pick<Rental, 'failover' | 'maxPriceMicrosPerHour' | 'offer'>): RentalView['failover'] {
  if (!failover) return null
  const cap = maxPriceMicrosPerHour === null ? offer.priceMicrosPerHour : toWire(maxPriceMicrosPerHour)
  return { maxPriceMicrosPerHour: cap }
}

function sshOf({ phase, sshHost, sshPort, sshUser }: Rental): RentalView['ssh'] {
  if (phase === 'ended' || sshHost === null || sshPort === null || sshUser === null) return null
  return {
    host: sshHost,
    port: sshPort,
    user: sshUser,
    command: `ssh ${sshPort === 22 ? '' : `-p ${sshPort} `}${sshUser}@${sshHost}`,
  }
}

const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null
