import type { StockLevel, UpstreamOffer } from '@berth/contract/offer'
import { normalizeGpu } from '../gpu-names.ts'
import type { ReportOddity } from '../http/status-words.ts'
import { microsFromUsd } from '../usd.ts'
import type { HyperstackFlavor, HyperstackImages, HyperstackPrices, HyperstackStocks } from './schema.ts'
import { regionOf } from './regions.ts'

/** What launch needs to know again; the offer carries it. */
export interface HyperstackLaunchData {
  flavor: string
  region: string
  image: string
}

/** What Hyperstack tells about its market, in four answers. */
export interface HyperstackCatalog {
  flavors: readonly HyperstackFlavor[]
  stocks: HyperstackStocks
  prices: HyperstackPrices
  images: HyperstackImages
}

interface OffersOptions {
  provider: string
  report: ReportOddity
}

/** Left out: when and with what warning Hyperstack takes a spot machine back is not documented, and it can not hibernate. */
const SPOT_FLAVOR = /-spot\b/i
const ADDRESS_PRICE = 'Public-IP'

/** Turns the catalog into offers: flavors with a GPU, each in its region, at the price of its GPUs and of a public address. */
export function createOfferMap({ provider, report }: OffersOptions) {
  return function offersOf(catalog: HyperstackCatalog): UpstreamOffer[] {
    const prices = new Map(catalog.prices.map(({ name, value }) => [name, microsFromUsd(value)]))
    const addressMicros = prices.get(ADDRESS_PRICE)
    const oddity = (what: string, word: string): UpstreamOffer[] => {
      report({ provider, what, word })
      return []
    }
    // Why none at all: every machine of ours has an address, and what it costs must not be left out.
    if (addressMicros === undefined) return oddity('missing price', ADDRESS_PRICE)

    return catalog.flavors.flatMap((flavor) => {
      if (flavor.gpu_count === 0 || SPOT_FLAVOR.test(flavor.name)) return []
      const stock = stockOf(flavor, catalog.stocks)
      if (stock === null) return []
      const gpu = normalizeGpu({ rawName: flavor.gpu, vendorHint: 'NVIDIA' })
      if (!gpu) return oddity('gpu name', flavor.gpu)
      const gpuMicros = prices.get(flavor.gpu) ?? 0
      if (gpuMicros === 0) return oddity('missing price', flavor.gpu)
      const image = imageOf(flavor.region_name, catalog.images)
      if (image === null) return oddity('region without an image for GPUs', flavor.region_name)
      const diskGib = Math.floor(flavor.disk)
      return {
        key: `${slug(flavor.name)}-${slug(flavor.region_name)}`,
        gpu,
        gpuCount: flavor.gpu_count,
        region: regionOf(flavor.region_name),
        podKind: 'vm',
        spot: false,
        vcpus: flavor.cpu,
        ramGib: flavor.ram,
        // Why fixed: more disk would be a volume, which outlives its machine and goes on costing.
        disk: { includedGib: diskGib, maxGib: diskGib },
        stock,
        reliability: null,
        upstreamMicrosPerHour: gpuMicros * flavor.gpu_count + addressMicros,
        upstreamDiskMicrosPerGibHour: 0,
        soldFor: null,
        launchData: {
          flavor: flavor.name,
          region: flavor.region_name,
          image,
        } satisfies HyperstackLaunchData,
      }
    })
  }
}

/** From so many machines on. */
const HIGH_STOCK = 10
const MEDIUM_STOCK = 3

/** How many machines of this size are left there; null for none, unknown where Hyperstack tells only that there are some. */
function stockOf(
  { gpu, gpu_count, region_name, stock_available }: HyperstackFlavor,
  stocks: HyperstackStocks,
): StockLevel | null {
  if (!stock_available) return null
  const models = stocks.filter(({ region }) => region === region_name).flatMap(({ models: all }) => all)
  const left = models.find(({ model }) => model === gpu)?.configurations?.[`${gpu_count}x`]
  if (left === undefined || left === null) return 'unknown'
  if (left <= 0) return null
  if (left >= HIGH_STOCK) return 'high'
  return left >= MEDIUM_STOCK ? 'medium' : 'low'
}

/** Ubuntu with NVIDIA's driver: the newest first, with Docker before without. */
const IMAGES = [
  /^Ubuntu Server 24\.04 .*CUDA.* with Docker$/i,
  /^Ubuntu Server 24\.04 .*CUDA [\d.]+$/i,
  /^Ubuntu Server 22\.04 .*CUDA.* with Docker$/i,
  /^Ubuntu Server 22\.04 .*CUDA [\d.]+$/i,
]

function imageOf(region: string, images: HyperstackImages): string | null {
  const names = images
    .filter(({ region_name }) => region_name === region)
    .flatMap((group) => group.images.map(({ name }) => name))
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  const found = IMAGES.map((pattern) => names.find((name) => pattern.test(name)))
  return found.find((name) => name !== undefined) ?? null
}

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9.]+/g, '-')
