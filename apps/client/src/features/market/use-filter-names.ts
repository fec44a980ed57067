import type { Facets } from '@berth/contract/schemas/catalog'
import { useText, type MessageKey } from '../../shared/i18n/use-text.ts'
import { formatRate } from '../../shared/format/money.ts'
import { countryName, formatGib } from '../../shared/format/hardware.ts'
import type { ActiveFilter } from './filters.ts'

/** What a person calls a filter: the facet's own label where there is one. */
export function useFilterNames(facets: () => Facets | undefined): (filter: ActiveFilter) => string {
  const { t, locale } = useText()
  const labelOf = (list: Facets['gpu'] | undefined, value: string) =>
    list?.find((facet) => facet.value === value)?.label ?? value

  const names: Record<ActiveFilter['name'], (value: string) => string> = {
    q: (value) => `“${value}”`,
    gpu: (value) => labelOf(facets()?.gpu, value),
    provider: (value) => labelOf(facets()?.provider, value),
    gpuCount: (value) => (value === '0' ? t('market.facets.noGpu') : `${value}×`),
    continent: (value) => t(`market.continents.${value}` as MessageKey),
    country: (value) => countryName(value, locale.value),
    minMemoryGib: (value) => t('market.facets.atLeast', { memory: formatGib(Number(value), locale.value) }),
    maxPriceMicrosPerHour: (value) => t('market.facets.atMost', { price: formatRate(Number(value)) }),
    spot: (value) => t(value === 'true' ? 'market.facets.spot' : 'market.facets.onDemand'),
  }
  return ({ name, value }) => names[name](value)
}
