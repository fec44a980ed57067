import { priceWithDisk } from '@berth/contract/offer'
import type { OfferView } from '@berth/contract/schemas/catalog'
import { computed, ref, watch, type Ref } from 'vue'
import type { usePreview } from './queries.ts'

interface PriceRiseOptions {
  offer: () => OfferView
  /** The chosen disk; undefined for what is included. */
  diskGib: Readonly<Ref<number | undefined>>
  quote: Pick<ReturnType<typeof usePreview>, 'data' | 'isPlaceholderData'>
  /** What the quote is of. */
  quotedBody: Readonly<Ref<{ diskGib?: number } | null>>
}

/** Micro-dollars an hour, disk included. */
export interface PriceRise {
  from: number
  to: number
}

/**
 * Whether the offer costs more by now than the person was shown or has agreed to: the market and the quote both tell, each
 * as soon as it knows. A larger disk is no rise, for that was asked for.
 */
export function usePriceRise({ offer, diskGib, quote, quotedBody }: PriceRiseOptions) {
  /** Of the offer itself, by the latest word. */
  const now = ref(offer().priceMicrosPerHour)
  const agreed = ref(now.value)
  const diskMicros = (gib: number | undefined): number =>
    priceWithDisk(offer(), gib ?? offer().disk.includedGib) - offer().priceMicrosPerHour

  watch(
    () => offer().priceMicrosPerHour,
    (micros) => (now.value = micros),
  )
  watch(
    () => (quote.isPlaceholderData.value ? undefined : quote.data.value),
    (answer) => {
      if (answer) now.value = answer.priceMicrosPerHour - diskMicros(quotedBody.value?.diskGib)
    },
  )

  const rise = computed((): PriceRise | null => {
    const disk = diskMicros(diskGib.value)
    return now.value > agreed.value ? { from: agreed.value + disk, to: now.value + disk } : null
  })
  return { rise, agree: () => void (agreed.value = now.value) }
}
