import type { UpstreamOffer } from '@berth/contract/offer'
import { CPU_ONLY, normalizeGpu } from '../gpu-names.ts'
import type { ReportOddity } from '../http/status-words.ts'
import { microsFromCents } from '../usd.ts'
import { regionOf } from './regions.ts'
import type { LambdaCatalogItem } from './schema.ts'

/** What launch needs to know again; the offer carries it. */
export interface LambdaLaunchData {
  instanceType: string
  region: string
}

interface OfferMapOptions {
  provider: string
  report: ReportOddity
}

/**
 * Turns one instance type into offers, one for each region that has capacity. Lambda tells that there is some and never
 * how much. The price is for the whole machine with all of its disk, which is as large as it is and can not grow.
 */
export function createOfferMap({ provider, report }: OfferMapOptions) {
  return function offersOf({
    instance_type: type,
    regions_with_capacity_available: regions,
  }: LambdaCatalogItem): UpstreamOffer[] {
    const { specs, gpu_description: rawName } = type
    const gpu = specs.gpus === 0 ? CPU_ONLY : normalizeGpu({ rawName, vendorHint: 'NVIDIA' })
    if (!gpu) {
      if (regions.length > 0) report({ provider, what: 'gpu name', word: rawName })
      return []
    }
    const diskGib = Math.floor(specs.storage_gib)
    return regions.map(({ name: region }) => ({
      key: `${slug(type.name)}-${slug(region)}`,
      gpu,
      gpuCount: specs.gpus,
      region: regionOf(region),
      podKind: 'vm',
      spot: false,
      vcpus: specs.vcpus,
      ramGib: specs.memory_gib,
      disk: { includedGib: diskGib, maxGib: diskGib },
      stock: 'unknown',
      reliability: null,
      upstreamMicrosPerHour: microsFromCents(type.price_cents_per_hour),
      upstreamDiskMicrosPerGibHour: 0,
      soldFor: null,
      launchData: { instanceType: type.name, region } satisfies LambdaLaunchData,
    }))
  }
}

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-')
