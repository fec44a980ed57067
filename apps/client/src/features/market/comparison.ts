import type { OfferView } from '@berth/contract/schemas/catalog'
import { computed, inject, provide, shallowRef, watch, type InjectionKey, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { isOffMarket } from '../../shared/api/failure.ts'
import { useApi } from '../../shared/api/use-api.ts'
import { COMPARED_MAX, comparedIn, queryFromCompared } from './compared-ids.ts'

export interface Comparison {
  /** In the order of choice, as the market had them last. */
  offers: Readonly<Ref<readonly OfferView[]>>
  /** Ids of those that were chosen and are not sold any more. */
  gone: Readonly<Ref<readonly string[]>>
  isFull: Readonly<Ref<boolean>>
  has: (offer: OfferView) => boolean
  toggle: (offer: OfferView) => void
  dropGone: () => void
  clear: () => void
}

const KEY: InjectionKey<Comparison> = Symbol('comparison')

/**
 * The offers that a person holds side by side; rows below the page that calls this find it by `useComparison`. They stand
 * in the address, so that a comparison can be sent to somebody and outlives a reload.
 */
export function provideComparison(onMarket: Readonly<Ref<readonly OfferView[]>>): Comparison {
  const route = useRoute()
  const router = useRouter()
  const chosen = shallowRef(comparedIn(route.query))
  const { offers, gone, know } = useOffersOf(chosen, onMarket)

  watch(
    () => route.query,
    (query) => (chosen.value = comparedIn(query)),
  )

  function choose(ids: readonly string[]): void {
    chosen.value = [...ids]
    const { compare: _, ...others } = route.query
    void router.replace({ query: { ...others, ...queryFromCompared(ids) } })
  }

  const has = ({ id }: OfferView): boolean => chosen.value.includes(id)
  const comparison: Comparison = {
    offers,
    gone,
    isFull: computed(() => chosen.value.length >= COMPARED_MAX),
    has,
    toggle: (offer) => {
      if (has(offer)) return choose(chosen.value.filter((id) => id !== offer.id))
      if (chosen.value.length >= COMPARED_MAX) return
      know(offer.id, offer)
      choose([...chosen.value, offer.id])
    },
    dropGone: () => choose(offers.value.map(({ id }) => id)),
    clear: () => choose([]),
  }
  provide(KEY, comparison)
  return comparison
}

/** What these ids stand for: what the market shows of them, and for those that it does not show the server's word on each. */
function useOffersOf(ids: Readonly<Ref<readonly string[]>>, onMarket: Readonly<Ref<readonly OfferView[]>>) {
  const api = useApi()
  const known = shallowRef<ReadonlyMap<string, OfferView | 'gone'>>(new Map())
  const know = (id: string, offer: OfferView | 'gone'): void => {
    known.value = new Map(known.value).set(id, offer)
  }

  async function ask(id: string): Promise<void> {
    try {
      know(id, await api.catalog.offer({ params: { id } }))
    } catch (error) {
      // Why nothing else: of an API that fails the market tells already, and with its next answer we ask again.
      if (isOffMarket(error)) know(id, 'gone')
    }
  }

  watch(
    [ids, onMarket],
    () => {
      for (const id of ids.value) {
        const offer = onMarket.value.find((each) => each.id === id)
        if (offer) know(id, offer)
        else void ask(id)
      }
    },
    { immediate: true },
  )

  return {
    know,
    offers: computed(() =>
      ids.value.flatMap((id) => {
        const offer = known.value.get(id)
        return offer === undefined || offer === 'gone' ? [] : [offer]
      }),
    ),
    gone: computed(() => ids.value.filter((id) => known.value.get(id) === 'gone')),
  }
}

export function useComparison(): Comparison {
  const comparison = inject(KEY)
  if (!comparison) throw new Error('offers are compared only inside the market')
  return comparison
}
