import type { OfferView } from '@berth/contract/schemas/catalog'
import { refDebounced } from '@vueuse/core'
import { computed, ref } from 'vue'
import { useRouter } from 'vue-router'
import { failureOf } from '../../shared/api/failure.ts'
import { usePreview, useRent } from './queries.ts'
import { durationOf, emptyRentForm, rentBody, rentErrors, topUpCentsFor } from './rent-form.ts'

/** The state of one renting: choices, quote, refusals and the press of the button. */
export function useRentPanel(offer: () => OfferView, refreshOffer: () => Promise<unknown>) {
  const router = useRouter()
  const form = ref(emptyRentForm(offer().provider))
  const tried = ref(false)
  const seenPrice = ref(offer().priceMicrosPerHour)
  const rent = useRent()

  const duration = computed(() => durationOf(form.value))
  const previewBody = computed(() => duration.value && { offerId: offer().id, duration: duration.value })
  const quote = usePreview(refDebounced(previewBody, 250))

  const price = computed(() => quote.data.value?.priceMicrosPerHour ?? offer().priceMicrosPerHour)
  const problems = computed(() => rentErrors(form.value, price.value))
  const shortfallMicros = computed(() => quote.data.value?.shortfallMicros ?? 0)

  async function submit(): Promise<void> {
    tried.value = true
    const body = rentBody(form.value, { id: offer().id, priceMicrosPerHour: price.value })
    if (!body) return
    seenPrice.value = body.priceMicrosPerHour
    try {
      const rental = await rent.mutateAsync(body)
      await router.push({ name: 'pod', params: { id: rental.id } })
    } catch (error) {
      const { code } = failureOf(error)
      if (code === 'price_changed' || code === 'offer_gone') await refreshOffer()
    }
  }

  return {
    form,
    duration,
    quote,
    price,
    seenPrice,
    shortfallMicros,
    topUpCents: computed(() => topUpCentsFor(shortfallMicros.value)),
    errors: computed(() => (tried.value ? problems.value : {})),
    refused: rent.error,
    isRenting: rent.isLoading,
    submit,
  }
}
