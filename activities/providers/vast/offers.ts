import type { Region, UpstreamOffer } from '@berth/contract/offer'
import { continentOf } from '../continents.ts'
import { normalizeGpu } from '../gpu-names.ts'
import type { ReportOddity } from '../http/status-words.ts'
import { microsFromUsd } from '../usd.ts'
import type { VastOffer } from './schema.ts'

/** What launch needs to know again; the offer carries it. */
export interface VastLaunchData {
  askId: number
  /** Micro-dollars an hour for the whole machine; null on demand. */
  bidMicrosPerHour: number | null
  /** The machine, as an instance names it too: one that proved bad is not rented again. */
  hostId?: string
}

export type Tenure = 'on-demand' | 'bid'

/** GB of disk in the price; Vast has no included disk, and images are large. */
export const INCLUDED_DISK_GIB = 20
/** Vast's month; the shorter of those in use, so that a price is never understated. */
const HOURS_PER_MONTH = 720
/** A bid at the very least is the first to be outbid. In tenths of a percent over the least. */
const BID_OVER_LEAST_PER_MILLE = 100
/** A tenth of a cent, the step of a bid. */
const BID_STEP_MICROS = 1_000

const MOST_OFFERS = 500

/**
 * The search for what we dare to resell: verified hosts that answer directly, are up, stay for a day at least, and do not
 * charge for traffic what could exceed the machine's own price.
 */
export const searchFor = (tenure: Tenure): Record<string, unknown> => ({
  type: tenure,
  limit: MOST_OFFERS,
  order: [['dph_total', 'asc']],
  allocated_storage: INCLUDED_DISK_GIB,
  verified: { eq: true },
  rentable: { eq: true },
  rented: { eq: false },
  vms_enabled: { eq: false },
  gpu_arch: { eq: 'nvidia' },
  direct_port_count: { gte: 2 },
  reliability: { gte: 0.95 },
  inet_down: { gte: 100 },
  inet_up_cost: { lte: 0.02 },
  inet_down_cost: { lte: 0.02 },
  disk_space: { gte: INCLUDED_DISK_GIB },
  duration: { gte: 86_400 },
})

interface OfferMapOptions {
  provider: string
  report: ReportOddity
}

/** Turns one ask into an offer; null where the board can not be told. One ask is one machine, so there is never more. */
export function createOfferMap({ provider, report }: OfferMapOptions) {
  return function offerOf(ask: VastOffer, tenure: Tenure): UpstreamOffer | null {
    const gpu = normalizeGpu({
      rawName: ask.gpu_name,
      memoryMib: ask.gpu_ram,
      vendorHint: ask.gpu_arch ?? 'nvidia',
    })
    if (!gpu) {
      report({ provider, what: 'gpu name', word: ask.gpu_name })
      return null
    }
    const bidMicrosPerHour = tenure === 'bid' ? bidFor(ask) : null
    const diskMicros = Math.ceil(microsFromUsd(ask.storage_cost) / HOURS_PER_MONTH)
    const baseMicros = bidMicrosPerHour ?? microsFromUsd(ask.dph_base)
    const toldMicros = tenure === 'bid' ? 0 : microsFromUsd(ask.dph_total)
    const share = ask.gpu_frac ?? 1
    return {
      key: `${tenure === 'bid' ? 'bid' : 'ask'}-${ask.id}`,
      gpu,
      gpuCount: ask.num_gpus,
      region: regionOf(ask.geolocation ?? ''),
      podKind: 'container',
      spot: tenure === 'bid',
      vcpus: positive(ask.cpu_cores_effective),
      ramGib: positive(Math.floor(((ask.cpu_ram ?? 0) * share) / 1024)),
      disk: {
        includedGib: INCLUDED_DISK_GIB,
        maxGib: Math.max(INCLUDED_DISK_GIB, Math.floor(ask.disk_space)),
      },
      stock: 'low',
      reliability: reliabilityOf(ask),
      upstreamMicrosPerHour: Math.max(baseMicros + diskMicros * INCLUDED_DISK_GIB, toldMicros),
      upstreamDiskMicrosPerGibHour: diskMicros,
      soldFor: null,
      launchData: {
        askId: ask.id,
        bidMicrosPerHour,
        ...(typeof ask.machine_id === 'number' ? { hostId: String(ask.machine_id) } : {}),
      } satisfies VastLaunchData,
    }
  }
}

function bidFor({ min_bid: least, dph_base: base }: VastOffer): number {
  const micros = microsFromUsd(least ?? base)
  const wanted = Math.ceil((micros * (1_000 + BID_OVER_LEAST_PER_MILLE)) / 1_000)
  return Math.max(1, Math.ceil(wanted / BID_STEP_MICROS)) * BID_STEP_MICROS
}

function reliabilityOf({ reliability2, reliability }: VastOffer): number | null {
  const told = reliability2 ?? reliability
  return told === null || told === undefined ? null : Math.min(1, Math.max(0, told))
}

/** "Washington, US" is in the USA; a place without a country code keeps its name. */
export function regionOf(geolocation: string): Region {
  const country = /(?:^|,\s*)([A-Z]{2})$/.exec(geolocation.trim())?.[1] ?? null
  const code = geolocation.trim() || 'ANY'
  return { code, country, continent: country === null ? null : continentOf(country) }
}

const positive = (value: number | null | undefined): number | null => (value && value > 0 ? value : null)
