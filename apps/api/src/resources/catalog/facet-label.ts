import type { FormFactor, Gpu, Region } from '@berth/contract/offer'
import type { ListedOffer } from './listed-offer.ts'
import type { FacetName } from './listing-filters.ts'

/** What a facet's value is called, in English; a client may render its own from the value. */
export function facetLabel(name: FacetName, { offer, seller }: ListedOffer): string {
  switch (name) {
    case 'gpu':
      return gpuLabel(offer.gpu)
    case 'gpuCount':
      return offer.gpuCount === 0 ? 'CPU only' : offer.gpuCount === 1 ? '1 GPU' : `${offer.gpuCount} GPUs`
    case 'memoryGib':
      return `${offer.gpu.memoryGib} GB`
    case 'continent':
      return offer.region.continent ? CONTINENT_NAMES[offer.region.continent] : ''
    case 'country':
      return offer.region.country ? countryName(offer.region.country) : ''
    case 'provider':
      return seller.displayName
  }
}

const FORM_FACTOR_NAMES: Record<FormFactor, string> = {
  sxm: ' SXM',
  pcie: ' PCIe',
  nvl: ' NVL',
  oam: ' OAM',
  unknown: '',
}

/** "H100 SXM 80 GB"; a form factor that the model's name already tells is not told twice. */
function gpuLabel(gpu: Gpu): string {
  if (gpu.vendor === 'none') return gpu.model
  const form = FORM_FACTOR_NAMES[gpu.formFactor]
  const told = gpu.model.toLowerCase().includes(form.trim().toLowerCase())
  return `${gpu.model}${told ? '' : form} ${gpu.memoryGib} GB`
}

const CONTINENT_NAMES: Record<NonNullable<Region['continent']>, string> = {
  AF: 'Africa',
  AS: 'Asia',
  EU: 'Europe',
  NA: 'North America',
  OC: 'Oceania',
  SA: 'South America',
}

const countryNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' })

/** Codes come from providers: one that is no ISO code is shown as it is. */
const countryName = (code: string): string =>
  /^[A-Z]{2}$/.test(code) ? (countryNames.of(code) ?? code) : code
