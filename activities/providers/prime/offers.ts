import type { Gpu, Region, StockLevel, UpstreamOffer } from '@berth/contract/offer'
import { cloudNameOf } from '../cloud-names.ts'
import { continentOf } from '../continents.ts'
import { normalizeGpu } from '../gpu-names.ts'
import { createWordMap, type ReportOddity } from '../http/status-words.ts'
import { microsFromUsd } from '../usd.ts'
import type { PrimeOffer, PrimeResource } from './schema.ts'

/** What launch needs to know again; the offer carries it. */
export interface PrimeLaunchData {
  provider: string
  cloudId: string
  gpuType: string
  socket: string
  gpuCount: number
  dataCenterId: string | null
  country: string | null
  security: string | null
  image: string | null
  /** Whether the disk may be asked for by size. */
  sizedDisk: boolean
  vcpus: number | null
  memory: number | null
}

interface OfferMapOptions {
  provider: string
  report: ReportOddity
}

/** A configuration without a GPU; nothing for this market. */
const CPU_NODE = 'CPU_NODE'
/** Clouds that start a container where the others start a virtual machine. */
const CONTAINER_CLOUDS = new Set(['runpod', 'vast', 'akash'])
const PREFERRED_IMAGE = 'ubuntu_22_cuda_12'

/**
 * Turns what the marketplace lists into offers. Left out is what no per-second rental can be made of: hours paid in advance,
 * prices that move after the launch or are in another currency, and what is sold out, which is listed all the same.
 */
export function createOfferMap({ provider, report }: OfferMapOptions) {
  const stockOf = createWordMap<StockLevel | 'none'>({
    provider,
    what: 'stock status',
    words: { High: 'high', Medium: 'medium', Low: 'low', Available: 'unknown', Unavailable: 'none' },
    otherwise: 'unknown',
    report,
  })

  function offerOf(item: PrimeOffer): UpstreamOffer | null {
    const stock = stockOf(item.stockStatus)
    const priceMicros = priceOf(item)
    if (stock === 'none' || priceMicros === null || item.gpuType === CPU_NODE || item.gpuCount === 0)
      return null
    const gpu = gpuOf(item)
    if (!gpu) {
      report({ provider, what: 'gpu name', word: item.gpuType })
      return null
    }
    const cloud = cloudNameOf(item.provider)
    const disk = diskOf(item.disk)
    const region = regionOf(item)
    return {
      key: keyOf(item, region),
      gpu,
      gpuCount: item.gpuCount,
      region,
      podKind: CONTAINER_CLOUDS.has(cloud) ? 'container' : 'vm',
      spot: item.isSpot === true,
      vcpus: item.vcpu?.defaultCount || null,
      ramGib: item.memory?.defaultCount || null,
      disk: { includedGib: disk.includedGib, maxGib: disk.maxGib },
      stock,
      reliability: null,
      upstreamMicrosPerHour: priceMicros,
      upstreamDiskMicrosPerGibHour: disk.maxGib > disk.includedGib ? disk.microsPerGibHour : 0,
      soldFor: cloud,
      launchData: launchDataOf(item, disk.includedGib > 0),
    }
  }

  /** The cheapest of each key: the same machine may be listed more than once. */
  return function offersOf(items: readonly PrimeOffer[]): UpstreamOffer[] {
    const offers = new Map<string, UpstreamOffer>()
    for (const item of items) {
      const offer = offerOf(item)
      if (offer === null) continue
      const known = offers.get(offer.key)
      if (!known || offer.upstreamMicrosPerHour < known.upstreamMicrosPerHour) offers.set(offer.key, offer)
    }
    return [...offers.values()]
  }
}

/** The whole configuration as we order it; null where there is no price to rely on. */
function priceOf({ prices, prepaidTime, disk, vcpu, memory }: PrimeOffer): number | null {
  const usd = prices.communityPrice ?? prices.onDemand ?? 0
  const foreign = (prices.currency ?? 'USD') !== 'USD'
  if (usd === 0 || foreign || prices.isVariable === true || prepaidTime) return null
  const parts = [disk, vcpu, memory].map((part) =>
    part?.defaultIncludedInPrice === false ? unitsOf(part) * microsFromUsd(part.pricePerUnit ?? 0) : 0,
  )
  return parts.reduce((sum, micros) => sum + micros, microsFromUsd(usd))
}

const unitsOf = ({ defaultCount, minCount }: PrimeResource): number =>
  Math.ceil(defaultCount ?? minCount ?? 0)

function diskOf(disk: PrimeOffer['disk']): { includedGib: number; maxGib: number; microsPerGibHour: number } {
  if (!disk) return { includedGib: 0, maxGib: 0, microsPerGibHour: 0 }
  const includedGib = unitsOf(disk)
  const maxGib = Math.floor(disk.maxCount ?? 0)
  // Why a step of one only: a size rounded up to a coarser one would cost more than what was agreed.
  const grows = maxGib > includedGib && disk.pricePerUnit != null && (disk.step ?? 1) <= 1
  return {
    includedGib,
    maxGib: grows ? maxGib : includedGib,
    microsPerGibHour: microsFromUsd(disk.pricePerUnit ?? 0),
  }
}

/** "H100_80GB": the memory of one board is in the name, its shape in the socket. */
const gpuOf = ({ gpuType, socket }: PrimeOffer): Gpu | null =>
  normalizeGpu({
    rawName: gpuType,
    formFactorHint: socket ?? null,
    vendorHint: /^MI\d/i.test(gpuType) ? 'AMD' : 'NVIDIA',
  })

function regionOf({ dataCenter, country }: PrimeOffer): Region {
  const code = /^[A-Z]{2}$/.test(country ?? '') ? (country ?? null) : null
  return {
    code: dataCenter || country || 'ANY',
    country: code,
    continent: code === null ? null : continentOf(code),
  }
}

const keyOf = ({ provider, cloudId, gpuCount, security, isSpot }: PrimeOffer, region: Region): string =>
  [provider, cloudId, `${gpuCount}x`, region.code, security === 'community_cloud' ? 'community' : '']
    .concat(isSpot ? 'spot' : '')
    .map(slug)
    .filter((part) => part !== '')
    .join('-')

function launchDataOf(item: PrimeOffer, sizedDisk: boolean): UpstreamOffer['launchData'] {
  const images = item.images ?? []
  return {
    provider: item.provider,
    cloudId: item.cloudId,
    gpuType: item.gpuType,
    socket: item.socket ?? 'PCIe',
    gpuCount: item.gpuCount,
    dataCenterId: item.dataCenter ?? null,
    country: item.country ?? null,
    security: item.security ?? null,
    image: images.find((image) => image === PREFERRED_IMAGE) ?? images[0] ?? null,
    sizedDisk,
    vcpus: item.vcpu?.defaultCount ?? null,
    memory: item.memory?.defaultCount ?? null,
  } satisfies PrimeLaunchData
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
