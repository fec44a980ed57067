import type { OfferView } from '@berth/contract/schemas/catalog'
import { formatGib, formatShare, regionName } from '../../shared/format/hardware.ts'
import { formatRate } from '../../shared/format/money.ts'
import { sellerOf } from '../../shared/format/seller.ts'
import { formatDuration, formatRelative } from '../../shared/format/time.ts'
import type { Text } from '../../shared/i18n/use-text.ts'

export const COMPARED = [
  'allIn',
  'perGpu',
  'memory',
  'machine',
  'disk',
  'place',
  'provider',
  'kind',
  'record',
  'boots',
  'reliability',
  'stock',
  'confirmed',
  'images',
  'stop',
] as const
export type ComparedName = (typeof COMPARED)[number]

/** What is unknown says so by null. */
type Told = string | null

/** One offer in words, line by line, as it stands beside others. */
export function offerInWords(
  offer: OfferView,
  { t, locale }: Text,
  nowMs: number,
): Record<ComparedName, Told> {
  const language = locale.value
  const { cloud, via } = sellerOf(offer)
  const parts = (list: Told[]): Told => list.filter((part) => part !== null).join(' · ') || null
  return {
    allIn: formatRate(offer.priceMicrosPerHour),
    perGpu: formatRate(offer.pricePerGpuMicrosPerHour),
    memory: offer.gpu.memoryGib === 0 ? null : formatGib(offer.gpu.memoryGib, language),
    machine: parts([
      offer.vcpus === null ? null : t('market.vcpus', { n: offer.vcpus }),
      offer.ramGib === null ? null : t('market.ram', { amount: formatGib(offer.ramGib, language) }),
    ]),
    disk: t('market.compare.diskUpTo', {
      included: formatGib(offer.disk.includedGib, language),
      max: formatGib(offer.disk.maxGib, language),
    }),
    place: parts([
      regionName(offer.region, language),
      offer.region.country === null ? null : offer.region.code,
    ]),
    provider: via === null ? cloud : t('market.viaOn', { via, cloud }),
    kind: parts([t(`market.${offer.podKind}`), t(offer.spot ? 'market.spot' : 'market.facets.onDemand')]),
    record:
      offer.launchSuccessRate === null
        ? t('market.untested')
        : t('market.success', { share: formatShare(offer.launchSuccessRate, language) }),
    boots: offer.medianBootSeconds === null ? null : formatDuration(offer.medianBootSeconds, language),
    reliability: offer.reliability === null ? null : formatShare(offer.reliability, language),
    stock: t(`market.stock.${offer.stock}`),
    confirmed: formatRelative(offer.refreshedAt, nowMs, language),
    images: t(`market.compare.imagesOf.${offer.terms.images}`),
    stop: t('market.compare.stopOf', { time: formatDuration(offer.terms.teardownSeconds, language) }),
  }
}

/** Whose figure is the best of a line where that can be said: a line on which all are equal has no best. */
export function bestOf(name: ComparedName, offers: readonly OfferView[]): ReadonlySet<string> {
  const figure = FIGURES[name]
  const figures = figure ? offers.map((offer) => figure(offer)).filter((value) => value !== null) : []
  const best = Math.max(...figures)
  if (!figure || figures.length < 2 || figures.every((value) => value === best)) return new Set()
  return new Set(offers.filter((offer) => figure(offer) === best).map(({ id }) => id))
}

/** More is better. */
const FIGURES: Partial<Record<ComparedName, (offer: OfferView) => number | null>> = {
  allIn: (offer) => -offer.priceMicrosPerHour,
  perGpu: (offer) => -offer.pricePerGpuMicrosPerHour,
  memory: (offer) => offer.gpu.memoryGib,
  record: (offer) => offer.launchSuccessRate,
  boots: (offer) => (offer.medianBootSeconds === null ? null : -offer.medianBootSeconds),
  reliability: (offer) => offer.reliability,
}
