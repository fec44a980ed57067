import type { UpstreamOffer } from '@berth/contract/offer'
import { cloudNameOf } from '../cloud-names.ts'
import { CPU_ONLY, normalizeGpu } from '../gpu-names.ts'
import { createWordMap, type ReportOddity } from '../http/status-words.ts'
import { microsFromCents, microsFromUsd } from '../usd.ts'
import { regionOf } from './regions.ts'
import type { ShadeformAvailability, ShadeformInstanceType } from './schema.ts'

/** What launch needs to know again; the offer carries it. */
export interface ShadeformLaunchData {
  cloud: string
  region: string
  shadeInstanceType: string
  os: string
}

interface OfferMapOptions {
  provider: string
  report: ReportOddity
}

/**
 * Turns one instance type into offers, one for each region that has it. Spot is listed and can not be asked for: the create
 * call has no word for it. The price is for the whole machine with its disk, which can not grow.
 */
export function createOfferMap({ provider, report }: OfferMapOptions) {
  const isOnDemand = createWordMap<boolean>({
    provider,
    what: 'rental type',
    words: { on_demand: true, 'on-demand': true, spot: false, reserved: false },
    otherwise: false,
    report,
  })
  const isMachine = createWordMap<boolean>({
    provider,
    what: 'deployment type',
    // Why not containers: the renter's keys come in by a startup script, which only a machine runs.
    words: { vm: true, baremetal: true, container: false },
    otherwise: false,
    report,
  })

  return function offersOf(type: ShadeformInstanceType): UpstreamOffer[] {
    const { configuration, cloud, shade_instance_type: shadeInstanceType } = type
    const os = newestOs(configuration.os_options)
    const places = type.availability.filter(
      ({ available, rental_type: rental }) => available && isOnDemand(rental?.toLowerCase() || 'on_demand'),
    )
    if (!isMachine(type.deployment_type) || os === null || places.length === 0) return []
    const gpu = gpuOf(configuration)
    if (!gpu) {
      report({ provider, what: 'gpu name', word: configuration.gpu_type })
      return []
    }
    const diskGib = Math.floor(configuration.storage_in_gb)
    return places
      .map((place) => ({ place, priceMicros: priceOf(type, place) }))
      .filter(({ priceMicros }) => priceMicros > 0)
      .map(({ place, priceMicros }) => ({
        key: [cloud, shadeInstanceType, place.region].map(slug).join('-'),
        gpu,
        gpuCount: configuration.num_gpus,
        region: regionOf({ region: place.region, displayName: place.display_name }),
        podKind: 'vm',
        spot: false,
        vcpus: configuration.vcpus || null,
        ramGib: configuration.memory_in_gb || null,
        disk: { includedGib: diskGib, maxGib: diskGib },
        // Why unknown: a region has it or has it not; how many there are is not told.
        stock: 'unknown',
        reliability: null,
        upstreamMicrosPerHour: priceMicros,
        upstreamDiskMicrosPerGibHour: 0,
        soldFor: cloudNameOf(cloud),
        launchData: { cloud, region: place.region, shadeInstanceType, os } satisfies ShadeformLaunchData,
      }))
  }
}

function gpuOf(configuration: ShadeformInstanceType['configuration']) {
  if (configuration.num_gpus === 0) return CPU_ONLY
  return normalizeGpu({
    rawName: configuration.gpu_type,
    memoryGib: configuration.vram_per_gpu_in_gb,
    formFactorHint: configuration.interconnect,
    vendorHint: configuration.gpu_manufacturer,
  })
}

const priceOf = (type: ShadeformInstanceType, { hourly_price: usd }: ShadeformAvailability): number =>
  usd ? microsFromUsd(usd) : microsFromCents(type.hourly_price)

/** "ubuntu22.04_cuda12.2_shade_os" tells by its numbers how new it is; images with CUDA go before those without. */
function newestOs(options: readonly string[]): string | null {
  const ranked = options.toSorted(
    (a, b) =>
      Number(b.includes('cuda')) - Number(a.includes('cuda')) || b.localeCompare(a, 'en', { numeric: true }),
  )
  return ranked[0] ?? null
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
