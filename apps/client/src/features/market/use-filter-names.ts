import type { Facets } from '@berth/contract/schemas/catalog'
import { useText, type MessageKey } from '../../shared/i18n/use-text.ts'
import { formatGib } from '../../shared/format/hardware.ts'
import type { ActiveFilter } from './filters.ts'

/** What a person calls a filter: the facet's own label where there is one. */
export function useFilterNames(facets: () => Facets | undefined): (filter: ActiveFilter) => string {
  const { t, locale } = useText()
  const labelOf = (list: Facets['gpu'] | undefined, value: string) =>
    list?.find((facet) => facet.value === value)?.label ?? value

  return ({ name, value }) => {
    switch (name) {
      case 'q':
        return `“${value}”`
      case 'gpu':
        return labelOf(facets()?.gpu, value)
      case 'provider':
        return labelOf(facets()?.provider, value)
      case 'gpuCount':
        return value === '0' ? t('market.facets.noGpu') : `${value}×`
      case 'continent':
        return t(`market.continents.${value}` as MessageKey)
      case 'minMemoryGib':
        return t('market.facets.atLeast', { memory: formatGib(Number(value), locale.value) })
      case 'spot':
        return value === 'true' ? t('market.facets.spot') : t('market.facets.onDemand')
    }
  }
}
