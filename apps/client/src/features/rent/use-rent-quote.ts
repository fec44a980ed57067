import type { OfferView } from '@berth/contract/schemas/catalog'
import { refDebounced } from '@vueuse/core'
import { computed, watch, type Ref } from 'vue'
import { useSession } from '../../shared/api/session-store.ts'
import { usePreview } from './queries.ts'
import { diskOf, durationOf, type RentForm } from './rent-form.ts'
import { usePriceRise } from './use-price-rise.ts'

interface RentQuoteOptions {
  offer: () => OfferView
  /** Whether the market has it no more. */
  isGone: () => boolean
  form: Readonly<Ref<RentForm>>
}

/** What the form as it stands would cost, kept up with the choices and with the market. */
export function useRentQuote({ offer, isGone, form }: RentQuoteOptions) {
  const session = useSession()
  const duration = computed(() => durationOf(form.value))
  const diskGib = computed(() => diskOf(form.value.disk, offer()))
  /** Nothing to quote while the length or the disk is not one. */
  const wish = computed(() => {
    if (duration.value === null || diskGib.value === null) return null
    const disk = diskGib.value === undefined ? {} : { diskGib: diskGib.value }
    return { offerId: offer().id, duration: duration.value, ...disk }
  })
  const quotedBody = refDebounced(wish, 250)
  const quote = usePreview(quotedBody)

  async function requote(): Promise<void> {
    if (session.signedIn && wish.value !== null) await quote.refetch()
  }
  // Why not left to the next change of a choice: nobody is to press on a price or an offer that is not there any more.
  watch([() => offer().priceMicrosPerHour, isGone], () => requote())

  return {
    duration,
    quote,
    requote,
    price: computed(() => quote.data.value?.priceMicrosPerHour ?? offer().priceMicrosPerHour),
    shortfallMicros: computed(() => quote.data.value?.shortfallMicros ?? 0),
    ...usePriceRise({ offer, diskGib: computed(() => diskGib.value ?? undefined), quote, quotedBody }),
  }
}
