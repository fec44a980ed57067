import type { Gpu, UpstreamOffer } from '@berth/contract/offer'
import { normalizeGpu } from '../gpu-names.ts'
import type { ReportOddity } from '../http/status-words.ts'
import { microsFromUsd } from '../usd.ts'
import { regionOf } from './regions.ts'
import type { DigitalOceanSize } from './schema.ts'

/** What launch needs to know again; the offer carries it. */
export interface DigitalOceanLaunchData {
  size: string
  region: string
  image: string
}

interface OfferMapOptions {
  provider: string
  report: ReportOddity
}

const MIB_PER_GIB = 1024
/** Left out: when and with what warning DigitalOcean takes a spot size back is not documented. */
const SPOT_SIZE = /-spot\b/

/** Turns one size into offers, one for each region that has it; one without a GPU into none. */
export function createOfferMap({ provider, report }: OfferMapOptions) {
  return function offersOf(size: DigitalOceanSize): UpstreamOffer[] {
    const upstreamMicrosPerHour = microsFromUsd(size.price_hourly)
    if (!size.gpu_info || !size.available || SPOT_SIZE.test(size.slug)) return []
    if (upstreamMicrosPerHour === 0) return []
    const gpu = gpuOf(size.gpu_info)
    if (!gpu) {
      report({ provider, what: 'gpu name', word: size.gpu_info.model })
      return []
    }
    const { count } = size.gpu_info
    const image = imageOf(gpu, count)
    return size.regions.map((region) => ({
      key: `${size.slug}-${region}`.toLowerCase(),
      gpu,
      gpuCount: count,
      region: regionOf(region),
      podKind: 'vm',
      spot: false,
      vcpus: size.vcpus,
      ramGib: size.memory / MIB_PER_GIB,
      // Why fixed: more disk would be a volume, which outlives its droplet and goes on costing.
      disk: { includedGib: Math.floor(size.disk), maxGib: Math.floor(size.disk) },
      // Why unknown: a size is listed for a region or it is not; how many there are is not told.
      stock: 'unknown',
      reliability: null,
      upstreamMicrosPerHour,
      upstreamDiskMicrosPerGibHour: 0,
      soldFor: null,
      launchData: { size: size.slug, region, image } satisfies DigitalOceanLaunchData,
    }))
  }
}

/** Hosts with these boards are HGX machines by DigitalOcean's product pages; its API names no form factor. */
const HGX_MODEL = /h100|h200|b300/

function gpuOf({ model, count, vram }: NonNullable<DigitalOceanSize['gpu_info']>): Gpu | null {
  return normalizeGpu({
    rawName: model,
    memoryGib: vram.amount / count,
    formFactorHint: HGX_MODEL.test(model) ? 'SXM5' : null,
  })
}

/**
 * DigitalOcean's own images with drivers in them: for one NVIDIA board of any kind, for eight with their switch fabric, and for
 * AMD; https://docs.digitalocean.com/products/droplets/getting-started/recommended-gpu-setup.
 */
function imageOf({ vendor }: Gpu, count: number): string {
  if (vendor === 'amd') return 'gpu-amd-base'
  return count === 1 ? 'gpu-h100x1-base' : 'gpu-h100x8-base'
}
