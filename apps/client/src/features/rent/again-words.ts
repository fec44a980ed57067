import { priceWithDisk } from '@berth/contract/offer'
import type { OfferView } from '@berth/contract/schemas/catalog'
import { regionName } from '../../shared/format/hardware.ts'
import { formatExact } from '../../shared/format/money.ts'
import type { Text } from '../../shared/i18n/use-text.ts'
import type { Again } from './rent-draft.ts'

/** Which offer was chosen for a pod that is rented again, why, and what it costs beside the one it had. */
export function againWords(again: Again, offer: OfferView, { t, locale }: Text): string {
  const more = priceWithDisk(offer, again.diskGib) - again.priceMicrosPerHour
  const direction = more === 0 ? 'same' : more > 0 ? 'more' : 'less'
  return t(`rent.again.why.${again.why}`, {
    provider: offer.providerName,
    region: regionName(offer.region, locale.value),
    failed: again.failed.join(', '),
    price: t(`rent.again.price.${direction}`, { amount: formatExact(Math.abs(more)) }),
  })
}
