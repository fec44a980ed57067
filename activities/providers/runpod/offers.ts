import type { Region, StockLevel, UpstreamOffer } from '@berth/contract/offer'
import { normalizeGpu } from '../gpu-names.ts'
import { createWordMap, type ReportOddity } from '../http/status-words.ts'
import { microsFromUsd } from '../usd.ts'
import type { RunPodCloud } from './api.ts'
import { ANYWHERE, regionOf } from './regions.ts'
import type { RunPodGpuType } from './schema.ts'

/** GB for image and system, lost when a pod stops; the person's own disk is the persistent mount beside it. */
export const SYSTEM_DISK_GIB = 20
const INCLUDED_DISK_GIB = 20
const MAX_DISK_GIB = 2_000
/** Where the person's disk is; what lies elsewhere is lost when the pod stops. */
export const PERSISTENT_PATH = '/workspace'

/**
 * Both disks cost $0.10 a GB and month of 730 hours while the pod runs ($0.20 persistent while stopped); the catalog
 * does not say so, https://docs.runpod.io/pods/pricing does.
 */
export const DISK_MICROS_PER_GIB_HOUR = Math.ceil(100_000 / 730)
const INCLUDED_DISK_MICROS_PER_HOUR = (SYSTEM_DISK_GIB + INCLUDED_DISK_GIB) * DISK_MICROS_PER_GIB_HOUR

/** What launch needs to know again; the offer carries it. */
export interface RunPodLaunchData {
  gpuId: string
  gpuCount: number
  cloud: RunPodCloud
  dataCenterId: string | null
}

type Availability = StockLevel | 'none'

interface OfferMapOptions {
  provider: string
  report: ReportOddity
}

/** Turns one catalog page, asked for by count and cloud, into offers: one for each place that has stock. */
export function createOfferMap({ provider, report }: OfferMapOptions) {
  const stockOf = createWordMap<Availability>({
    provider,
    what: 'availability',
    words: { HIGH: 'high', MEDIUM: 'medium', LOW: 'low', NONE: 'none' },
    otherwise: 'unknown',
    report,
  })

  return function offersOf(
    gpuType: RunPodGpuType,
    { count, cloud }: { count: number; cloud: RunPodCloud },
  ): UpstreamOffer[] {
    const tier = cloud === 'SECURE' ? 'secure' : 'community'
    const priceMicros = microsFromUsd(gpuType.price[tier])
    if (!gpuType[tier] || count > gpuType.maxCount[tier] || priceMicros === 0) return []
    const places = placesOf(gpuType)
      .map(({ region, availability }) => ({ region, stock: stockOf(availability) }))
      .filter((place): place is { region: Region; stock: StockLevel } => place.stock !== 'none')
    if (places.length === 0) return []
    const gpu = normalizeGpu({
      rawName: gpuType.id,
      memoryGib: gpuType.memory,
      // Why: the display name tells "H200 SXM" where the id, which is the driver's name, says "NVIDIA H200".
      formFactorHint: gpuType.name,
      vendorHint: gpuType.manufacturer,
    })
    if (!gpu) {
      report({ provider, what: 'gpu name', word: gpuType.id })
      return []
    }
    return places.map(({ region, stock }) => ({
      key: [slug(gpuType.id), `${count}x`, tier, region.code.toLowerCase()].join('-'),
      gpu,
      gpuCount: count,
      region,
      podKind: 'container',
      spot: false,
      vcpus: null,
      ramGib: null,
      disk: { includedGib: INCLUDED_DISK_GIB, maxGib: MAX_DISK_GIB },
      stock,
      reliability: null,
      upstreamMicrosPerHour: priceMicros * count + INCLUDED_DISK_MICROS_PER_HOUR,
      upstreamDiskMicrosPerGibHour: DISK_MICROS_PER_GIB_HOUR,
      soldFor: null,
      launchData: {
        gpuId: gpuType.id,
        gpuCount: count,
        cloud,
        dataCenterId: region === ANYWHERE ? null : region.code,
      } satisfies RunPodLaunchData,
    }))
  }
}

/** Each data centre that has it; where RunPod lists none but has stock, its scheduler chooses. */
function placesOf({
  dataCenters = [],
  availability = 'NONE',
}: RunPodGpuType): { region: Region; availability: string }[] {
  if (dataCenters.length === 0) return [{ region: ANYWHERE, availability }]
  return dataCenters.map((center) => ({ region: regionOf(center.id), availability: center.availability }))
}

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-')
