import type { Region, StockLevel, UpstreamOffer } from '@berth/contract/offer'
import { continentOf } from '../continents.ts'
import { normalizeGpu } from '../gpu-names.ts'
import type { ReportOddity } from '../http/status-words.ts'
import { microsFromUsd } from '../usd.ts'
import { countryOf } from './countries.ts'
import type { TensorDockHost } from './schema.ts'

/** TensorDock makes no smaller disk; system and person share it. */
export const SMALLEST_DISK_GIB = 100
/** What a GPU comes with, where its host has as much; cores and memory are priced apart. */
const VCPUS_PER_GPU = 8
const RAM_GIB_PER_GPU = 32
/** Cores go by twos, memory by eights. */
const VCPU_STEP = 2
const RAM_STEP_GIB = 8
const COUNTS = [1, 2, 4, 8]

/** What launch needs to know again; the offer carries it. */
export interface TensorDockLaunchData {
  /** The host: offers here are single machines. */
  hostId: string
  gpuModel: string
  gpuCount: number
  vcpus: number
  ramGib: number
}

interface OfferMapOptions {
  provider: string
  report: ReportOddity
}

type HostGpu = TensorDockHost['available_resources']['gpus'][number]

/** Turns one host into offers, one for each board and count that it has free now and that can be reached there. */
export function createOfferMap({ provider, report }: OfferMapOptions) {
  function offerOf(host: TensorDockHost, hostGpu: HostGpu, gpuCount: number): UpstreamOffer | null {
    const gpu = normalizeGpu({ rawName: hostGpu.v0Name, vendorHint: 'NVIDIA' })
    const vcpus = vcpusFor(host, gpuCount)
    const ramGib = ramFor(host, gpuCount)
    const maxGib = Math.floor(largestDisk(host))
    if (gpu === null) {
      report({ provider, what: 'gpu name', word: hostGpu.v0Name })
      return null
    }
    if (hostGpu.price_per_hr === 0 || vcpus === 0 || ramGib === 0 || maxGib < SMALLEST_DISK_GIB) return null
    const diskMicrosPerGibHour = microsFromUsd(host.pricing.per_gb_storage_hr)
    return {
      key: `${slug(host.id)}-${gpuCount}x-${slug(hostGpu.v0Name)}`,
      gpu,
      gpuCount,
      region: regionOf(host),
      podKind: 'vm',
      spot: false,
      vcpus,
      ramGib,
      disk: { includedGib: SMALLEST_DISK_GIB, maxGib },
      stock: stockOf(hostGpu.availableCount, gpuCount),
      reliability: reliabilityOf(host),
      upstreamMicrosPerHour:
        gpuCount * microsFromUsd(hostGpu.price_per_hr) +
        vcpus * microsFromUsd(host.pricing.per_vcpu_hr) +
        ramGib * microsFromUsd(host.pricing.per_gb_ram_hr) +
        SMALLEST_DISK_GIB * diskMicrosPerGibHour,
      upstreamDiskMicrosPerGibHour: diskMicrosPerGibHour,
      soldFor: null,
      launchData: {
        hostId: host.id,
        gpuModel: hostGpu.v0Name,
        gpuCount,
        vcpus,
        ramGib,
      } satisfies TensorDockLaunchData,
    }
  }

  return function offersOf(host: TensorDockHost): UpstreamOffer[] {
    if (!isReachable(host)) return []
    return host.available_resources.gpus.flatMap((hostGpu) =>
      COUNTS.filter((gpuCount) => gpuCount <= hostGpu.availableCount).flatMap(
        (gpuCount) => offerOf(host, hostGpu, gpuCount) ?? [],
      ),
    )
  }
}

const isReachable = ({ available_resources: has }: TensorDockHost): boolean =>
  has.has_public_ip_available === true || has.available_ports.length > 0

/** The least of what is told; hosts tell some of these limits and leave others out. */
const least = (...limits: (number | null | undefined)[]): number =>
  Math.min(...limits.filter((limit) => limit !== null && limit !== undefined))

const inSteps = (amount: number, step: number): number => Math.floor(amount / step) * step

function vcpusFor({ available_resources: has }: TensorDockHost, gpuCount: number): number {
  const perGpu = least(VCPUS_PER_GPU, has.max_vcpus_per_gpu)
  return inSteps(least(perGpu * gpuCount, has.max_vcpus, has.vcpu_count), VCPU_STEP)
}

function ramFor({ available_resources: has }: TensorDockHost, gpuCount: number): number {
  const perGpu = least(RAM_GIB_PER_GPU, has.max_ram_per_gpu)
  return inSteps(least(perGpu * gpuCount, has.max_ram_gb, has.ram_gb), RAM_STEP_GIB)
}

function largestDisk({ available_resources: has }: TensorDockHost): number {
  const told = least(has.max_storage_gb, has.storage_gb)
  return Number.isFinite(told) ? told : SMALLEST_DISK_GIB
}

function stockOf(available: number, gpuCount: number): StockLevel {
  const machines = Math.floor(available / gpuCount)
  if (machines >= 4) return 'high'
  return machines >= 2 ? 'medium' : 'low'
}

function reliabilityOf({ uptime_percentage: percentage }: TensorDockHost): number | null {
  if (percentage === null || percentage === undefined) return null
  return Math.min(Math.max(Number((percentage / 100).toFixed(4)), 0), 1)
}

/** Places have ids nobody could read; their names are as stable. */
function regionOf({ location }: TensorDockHost): Region {
  const country = countryOf(location.country)
  const code = [location.city, location.stateprovince].filter(Boolean).join(', ')
  return { code, country, continent: country === null ? null : continentOf(country) }
}

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9.]+/g, '-')
