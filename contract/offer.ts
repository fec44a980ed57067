/** What the market sells. Zod-free: workflows and adapters share it. */
export const GPU_VENDORS = ['nvidia', 'amd', 'none'] as const
export type GpuVendor = (typeof GPU_VENDORS)[number]
export const FORM_FACTORS = ['sxm', 'pcie', 'nvl', 'oam', 'unknown'] as const
export type FormFactor = (typeof FORM_FACTORS)[number]
export const STOCK_LEVELS = ['high', 'medium', 'low', 'unknown'] as const
export type StockLevel = (typeof STOCK_LEVELS)[number]
export const POD_KINDS = ['container', 'vm'] as const
export type PodKind = (typeof POD_KINDS)[number]
/** What a listing of the market can be ordered by. */
export const LISTING_SORTS = ['price', 'price_per_gpu', 'memory', 'gpu', 'reliability', 'freshness'] as const

export interface Gpu {
  /** Canonical key "nvidia-h100-80gb-sxm": vendor, model, memory and form factor; never merges unlike boards. */
  key: string
  vendor: GpuVendor
  /** "H100", "RTX 4090"; "CPU only" where there is none. */
  model: string
  /** Nominal memory of one GPU in GiB. */
  memoryGib: number
  formFactor: FormFactor
  /** The provider's own word for it. */
  rawName: string
}

export interface Region {
  /** The provider's own code, "US-KS-2". */
  code: string
  /** ISO 3166 alpha-2, or null where the provider does not say. */
  country: string | null
  continent: 'AF' | 'AS' | 'EU' | 'NA' | 'OC' | 'SA' | null
}

/** A configuration that a provider says can be had now, before our margin. */
export interface UpstreamOffer {
  /** Stable name of this configuration within its account. */
  key: string
  gpu: Gpu
  gpuCount: number
  region: Region
  podKind: PodKind
  spot: boolean
  vcpus: number | null
  ramGib: number | null
  disk: { includedGib: number; maxGib: number }
  stock: StockLevel
  /** 0…1 where the provider publishes one. */
  reliability: number | null
  /** What the provider charges us for the whole offer with its included disk. */
  upstreamMicrosPerHour: number
  /** Price of each further GiB of disk, 0 where disk is included. */
  upstreamDiskMicrosPerGibHour: number
  /** The cloud behind an aggregator's offer. */
  soldFor: string | null
  /** What the adapter needs to launch exactly this; JSON, opaque to everyone else. */
  launchData: Record<string, string | number | boolean | null>
}

/** What a person can rent: an upstream offer with our all-in price and how far it can be trusted. */
export interface Offer extends Omit<UpstreamOffer, 'upstreamDiskMicrosPerGibHour' | 'launchData'> {
  /** "runpod:…": account and key; stable between refreshes. */
  id: string
  provider: string
  account: string
  aggregator: boolean
  priceMicrosPerHour: number
  pricePerGpuMicrosPerHour: number
  diskMicrosPerGibHour: number
  /** When the provider last confirmed it, ISO 8601. */
  refreshedAt: string
  sourceLatencyMs: number | null
  lastRefusedAt: string | null
  /** Share of our own recent launches that became usable; null before the first. */
  launchSuccessRate: number | null
  medianBootSeconds: number | null
}

/**
 * Our margin rule, in one place: a share of the upstream price in basis points, rounded up to a whole
 * micro-dollar so that the upstream cost of a rental never exceeds what was charged for it.
 */
export function priceWithMargin(upstreamMicrosPerHour: number, marginBasisPoints: number): number {
  return Math.ceil((upstreamMicrosPerHour * (10_000 + marginBasisPoints)) / 10_000)
}

/**
 * The all-in hourly price of an offer with this much disk: what is shown, quoted, agreed to and billed. Disk up
 * to the included size is free.
 */
export function priceWithDisk(
  offer: Pick<Offer, 'priceMicrosPerHour' | 'diskMicrosPerGibHour' | 'disk'>,
  diskGib: number,
): number {
  return offer.priceMicrosPerHour + Math.max(diskGib - offer.disk.includedGib, 0) * offer.diskMicrosPerGibHour
}
