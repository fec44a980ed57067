import type { OfferView } from '@berth/contract/schemas/catalog'
import { computed, inject, provide, shallowRef, watch, type InjectionKey, type Ref } from 'vue'

export const COMPARED_MAX = 4

export interface Comparison {
  /** In the order of choice, as the market had them last. */
  offers: Readonly<Ref<readonly OfferView[]>>
  isFull: Readonly<Ref<boolean>>
  has: (offer: OfferView) => boolean
  toggle: (offer: OfferView) => void
  clear: () => void
}

const KEY: InjectionKey<Comparison> = Symbol('comparison')

/** The offers that a person holds side by side; rows below the page that calls this find it by `useComparison`. */
export function provideComparison(onMarket: Readonly<Ref<readonly OfferView[]>>): Comparison {
  const offers = shallowRef<readonly OfferView[]>([])
  const has = ({ id }: OfferView): boolean => offers.value.some((each) => each.id === id)

  watch(onMarket, (fresh) => {
    const byId = new Map(fresh.map((offer) => [offer.id, offer]))
    offers.value = offers.value.map((offer) => byId.get(offer.id) ?? offer)
  })

  const comparison: Comparison = {
    offers,
    isFull: computed(() => offers.value.length >= COMPARED_MAX),
    has,
    toggle: (offer) => {
      if (has(offer)) offers.value = offers.value.filter(({ id }) => id !== offer.id)
      else if (offers.value.length < COMPARED_MAX) offers.value = [...offers.value, offer]
    },
    clear: () => (offers.value = []),
  }
  provide(KEY, comparison)
  return comparison
}

export function useComparison(): Comparison {
  const comparison = inject(KEY)
  if (!comparison) throw new Error('offers are compared only inside the market')
  return comparison
}
