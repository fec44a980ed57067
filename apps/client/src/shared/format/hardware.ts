import type { OfferView } from '@berth/contract/schemas/catalog'
import { displayNames, numberFormat } from './intl.ts'

type Gpu = OfferView['gpu']

/** "H100 SXM": model and board; the board is left out where the provider does not say. */
export function gpuName(gpu: Pick<Gpu, 'model' | 'formFactor' | 'vendor'>): string {
  if (gpu.vendor === 'none' || gpu.formFactor === 'unknown') return gpu.model
  const board = gpu.formFactor === 'pcie' ? 'PCIe' : gpu.formFactor.toUpperCase()
  return `${gpu.model} ${board}`
}

/** "8× H100 SXM"; a machine without a GPU is just named. */
export const gpuLabel = (gpu: Gpu, count: number): string =>
  gpu.vendor === 'none' || count === 0 ? gpu.model : `${count}× ${gpuName(gpu)}`

/** "80 GB", "1.9 TB". Providers sell nominal gigabytes; the word follows theirs. */
export function formatGib(gib: number, locale = 'en'): string {
  const [amount, unit] = gib >= 1000 ? [gib / 1000, 'TB'] : [gib, 'GB']
  return `${numberFormat(locale, { maximumFractionDigits: 1 }).format(amount)} ${unit}`
}

/** "United States", or the provider's own code where the country is unknown. */
export const regionName = (region: OfferView['region'], locale = 'en'): string =>
  region.country === null ? region.code : countryName(region.country, locale)

/** Codes come from providers: one that is no ISO code is shown as it is. */
export const countryName = (code: string, locale = 'en'): string =>
  /^[A-Z]{2}$/.test(code)
    ? (displayNames(locale, { type: 'region', fallback: 'code' }).of(code) ?? code)
    : code

/** "97%", cut off: a share never looks better than it is. */
export const formatShare = (share: number, locale = 'en'): string =>
  numberFormat(locale, { style: 'percent' }).format(Math.floor(share * 100) / 100)
