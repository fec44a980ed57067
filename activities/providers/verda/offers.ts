import type { Gpu, Region, UpstreamOffer } from '@berth/contract/offer'
import { continentOf } from '../continents.ts'
import { CPU_ONLY, normalizeGpu } from '../gpu-names.ts'
import type { ReportOddity } from '../http/status-words.ts'
import { microsFromUsd } from '../usd.ts'
import type { VerdaInstanceType } from './schema.ts'

/** System and person share one OS volume; images with drivers and Docker fill 50 GB of it, the least Verda makes. */
const INCLUDED_DISK_GIB = 100
const MAX_DISK_GIB = 2_000

/** What launch needs to know again; the offer carries it. */
export interface VerdaLaunchData {
  instanceType: string
  location: string
  isSpot: boolean
  image: string
}

/** Where a type can be had, and how. */
export interface VerdaPlace {
  location: string
  country: string | null
  isSpot: boolean
}

interface OfferMapOptions {
  provider: string
  report: ReportOddity
  /** Of NVMe, which OS volumes are made of. */
  diskMicrosPerGibHour: number
}

/** Turns an instance type into offers, one for each place. Verda tells whether there is any, never how many. */
export function createOfferMap({ provider, report, diskMicrosPerGibHour }: OfferMapOptions) {
  return function offersOf(type: VerdaInstanceType, places: readonly VerdaPlace[]): UpstreamOffer[] {
    if (places.length === 0) return []
    const oddity = (what: string, word: string): UpstreamOffer[] => {
      report({ provider, what, word })
      return []
    }
    const gpu = gpuOf(type)
    if (gpu === null) return oddity('gpu name', type.gpu.description)
    if ((type.currency ?? 'usd').toLowerCase() !== 'usd') return oddity('currency', String(type.currency))
    return places.flatMap(({ location, country, isSpot }) => {
      const machineMicrosPerHour = microsFromUsd((isSpot ? type.spot_price : type.price_per_hour) ?? 0)
      if (machineMicrosPerHour === 0) return []
      return {
        key: `${slug(type.instance_type)}-${slug(location)}${isSpot ? '-spot' : ''}`,
        gpu,
        gpuCount: type.gpu.number_of_gpus,
        region: regionOf(location, country),
        podKind: 'vm',
        spot: isSpot,
        vcpus: type.cpu.number_of_cores,
        ramGib: type.memory.size_in_gigabytes,
        disk: { includedGib: INCLUDED_DISK_GIB, maxGib: MAX_DISK_GIB },
        stock: 'unknown',
        reliability: null,
        upstreamMicrosPerHour: machineMicrosPerHour + INCLUDED_DISK_GIB * diskMicrosPerGibHour,
        upstreamDiskMicrosPerGibHour: diskMicrosPerGibHour,
        soldFor: null,
        launchData: {
          instanceType: type.instance_type,
          location,
          isSpot,
          image: imageOf(type),
        } satisfies VerdaLaunchData,
      }
    })
  }
}

function gpuOf({ gpu, gpu_memory, name, manufacturer }: VerdaInstanceType): Gpu | null {
  if (gpu.number_of_gpus === 0) return CPU_ONLY
  return normalizeGpu({
    rawName: name ?? gpu.description,
    memoryGib: gpu_memory.size_in_gigabytes / gpu.number_of_gpus,
    vendorHint: manufacturer ?? null,
  })
}

const regionOf = (code: string, country: string | null): Region => ({
  code,
  country,
  continent: country === null ? null : continentOf(country),
})

/** With drivers and Docker, the newest Ubuntu first. */
const GPU_IMAGES = [
  /^ubuntu-24\.04-cuda-[\d.]+-open-docker$/,
  /^ubuntu-24\.04-cuda-.*docker$/,
  /^ubuntu-22\.04-cuda-.*docker$/,
  /^ubuntu-2\d\.04-cuda-[\d.]+(-open)?$/,
]
const CPU_IMAGES = [/^ubuntu-24\.04$/, /^ubuntu-22\.04$/, /^ubuntu-/]
/** Where a type does not list images: the newest is refused on the oldest boards. */
const OLD_BOARDS = /V100|A6000/
const IMAGE_FOR_OLD_BOARDS = 'ubuntu-22.04-cuda-12.0-docker'
const USUAL_IMAGE = 'ubuntu-24.04-cuda-12.8-open-docker'

function imageOf({ supported_os, gpu, instance_type }: VerdaInstanceType): string {
  const hasGpu = gpu.number_of_gpus > 0
  const listed = (supported_os ?? []).toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  const wanted = hasGpu ? GPU_IMAGES : CPU_IMAGES
  const found = wanted
    .map((pattern) => listed.find((image) => pattern.test(image)))
    .find((image) => image !== undefined)
  if (found !== undefined) return found
  return hasGpu && OLD_BOARDS.test(instance_type) ? IMAGE_FOR_OLD_BOARDS : USUAL_IMAGE
}

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9.]+/g, '-')
