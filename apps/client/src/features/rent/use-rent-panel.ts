import type { OfferView } from '@berth/contract/schemas/catalog'
import { refDebounced } from '@vueuse/core'
import { computed, nextTick, ref, watch } from 'vue'
import { useRouter } from 'vue-router'
import { failureOf } from '../../shared/api/failure.ts'
import { useSession } from '../../shared/api/session-store.ts'
import { useSshKeysQuery } from '../../shared/api/ssh-keys-query.ts'
import { useWayBack } from '../../shared/way-back.ts'
import { usePreview, useRent } from './queries.ts'
import { useRentDraft } from './rent-draft.ts'
import { diskOf, durationOf, emptyRentForm, rentBody, rentErrors, topUpCentsFor } from './rent-form.ts'

/** The state of one renting: choices, quote, refusals and the press of the button. */
export function useRentPanel(offer: () => OfferView, refreshOffer: () => Promise<unknown>) {
  const router = useRouter()
  const session = useSession()
  const draft = useRentDraft()
  const wayBack = useWayBack()
  const restored = draft.restore(offer())
  const form = ref(restored?.form ?? emptyRentForm(offer().provider))
  const restoredNote = ref(restored && { emptied: restored.emptied })
  const tried = ref(false)
  const seenPrice = ref(offer().priceMicrosPerHour)
  const rent = useRent()
  const keys = useSshKeysQuery(() => session.signedIn)
  const awaitsKeys = ref(false)

  watch(form, (filled) => draft.keep(filled, offer()), { deep: true })

  const duration = computed(() => durationOf(form.value))
  const previewBody = computed(() => wishOf(offer().id))
  const quote = usePreview(refDebounced(previewBody, 250))

  const price = computed(() => quote.data.value?.priceMicrosPerHour ?? offer().priceMicrosPerHour)
  const shown = computed(() => ({ ...offer(), priceMicrosPerHour: price.value }))
  const problems = computed(() => rentErrors(form.value, shown.value))
  const shortfallMicros = computed(() => quote.data.value?.shortfallMicros ?? 0)

  /** Nothing to quote while the length or the disk is not one. */
  function wishOf(offerId: string) {
    const diskGib = diskOf(form.value.disk, offer())
    if (duration.value === null || diskGib === null) return null
    return { offerId, duration: duration.value, ...(diskGib === undefined ? {} : { diskGib }) }
  }

  /** The first key is chosen when the keys arrive: a press before that waits for them instead of complaining. */
  async function keysKnown(): Promise<void> {
    if (keys.data.value !== undefined) return
    awaitsKeys.value = true
    await keys.refresh()
    await nextTick()
    awaitsKeys.value = false
  }

  async function submit(): Promise<void> {
    await keysKnown()
    tried.value = true
    const body = rentBody(form.value, shown.value)
    if (!body) return
    seenPrice.value = body.priceMicrosPerHour
    try {
      const rental = await rent.mutateAsync(body)
      draft.clear()
      wayBack.place = null
      await router.push({ name: 'pod', params: { id: rental.id } })
    } catch (error) {
      const { code } = failureOf(error)
      if (code === 'price_changed' || code === 'offer_gone') await refreshOffer()
    }
  }

  function startOver(): void {
    form.value = emptyRentForm(offer().provider)
    form.value.sshKeyIds = (keys.data.value ?? []).slice(0, 1).map(({ id }) => id)
    restoredNote.value = null
  }

  return {
    form,
    restored: restoredNote,
    startOver,
    duration,
    quote,
    price,
    seenPrice,
    shortfallMicros,
    topUpCents: computed(() => topUpCentsFor(shortfallMicros.value)),
    errors: computed(() => (tried.value ? problems.value : {})),
    refused: rent.error,
    isRenting: computed(() => rent.isLoading.value || awaitsKeys.value),
    submit,
  }
}
