import type { OfferView } from '@berth/contract/schemas/catalog'
import type { NewRental, RentalPreview } from '@berth/contract/schemas/rentals'
import { affordableSeconds } from '@berth/contract/money'
import { formatGib, gpuLabel, regionName } from '../../shared/format/hardware.ts'
import { formatExact, formatRate } from '../../shared/format/money.ts'
import { formatDuration } from '../../shared/format/time.ts'
import type { Text } from '../../shared/i18n/use-text.ts'

interface Wish {
  offer: OfferView
  preview: RentalPreview
  duration: NewRental['duration']
}

/** What one is about to agree to, in one sentence: machine, place, length, price, what it comes to, how it is paid, what a stop loses. */
export function rentSentence(wish: Wish, text: Text): string {
  const { offer, preview } = wish
  const { t, locale } = text
  const memory = offer.gpu.memoryGib > 0 ? ` ${formatGib(offer.gpu.memoryGib, locale.value)}` : ''
  return t('rent.sentence.whole', {
    what: `${gpuLabel(offer.gpu, offer.gpuCount)}${memory}`,
    provider: offer.providerName,
    region: regionName(offer.region, locale.value),
    length: lengthWords(wish, text),
    price: formatRate(preview.priceMicrosPerHour),
    sum: sumWords(wish, text),
    paid: paidWords(wish, text),
    wallet: walletWords(wish, text),
  })
}

const long = (seconds: number, { locale }: Text): string => formatDuration(seconds, locale.value, 'long')

function lengthWords({ duration }: Wish, text: Text): string {
  const { t } = text
  if (duration.kind === 'for') return t('rent.sentence.length.for', { time: long(duration.seconds, text) })
  if (duration.kind === 'until_stopped') return t('rent.sentence.length.until_stopped')
  return t('rent.sentence.length.budget', { amount: formatExact(duration.spendLimitMicros) })
}

function sumWords({ duration, preview }: Wish, text: Text): string {
  const { t } = text
  if (duration.kind === 'for') {
    return t('rent.sentence.sum.for', { amount: formatRate(preview.totalMicros ?? 0) })
  }
  if (duration.kind === 'until_stopped') {
    return t('rent.sentence.sum.until_stopped', { amount: formatRate(preview.pricePerDayMicros) })
  }
  const seconds = affordableSeconds(BigInt(duration.spendLimitMicros), BigInt(preview.priceMicrosPerHour))
  return seconds === null
    ? t('rent.sentence.sum.free')
    : t('rent.sentence.sum.budget', { time: long(seconds, text) })
}

function paidWords({ preview }: Wish, text: Text): string {
  const { charging, firstHoldMicros } = preview
  const now = formatRate(firstHoldMicros)
  return charging.strategy === 'block'
    ? text.t('rent.sentence.paid.block', { now, time: long(charging.blockSeconds, text) })
    : text.t(`rent.sentence.paid.${charging.strategy}`, { now })
}

const walletWords = ({ preview }: Wish, text: Text): string =>
  preview.runwaySeconds === null
    ? text.t('rent.sentence.wallet.forever')
    : text.t('rent.sentence.wallet.lasts', { time: long(preview.runwaySeconds, text) })
