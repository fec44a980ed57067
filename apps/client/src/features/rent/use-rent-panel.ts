import type { OfferView } from '@berth/contract/schemas/catalog'
import { computed, nextTick, ref, watch } from 'vue'
import { useRouter } from 'vue-router'
import { failureOf } from '../../shared/api/failure.ts'
import { useSession } from '../../shared/api/session-store.ts'
import { useSshKeysQuery } from '../../shared/api/ssh-keys-query.ts'
import { useWayBack } from '../../shared/way-back.ts'
import { useRent } from './queries.ts'
import { useRentDraft } from './rent-draft.ts'
import { emptyRentForm, rentBody, rentErrors, topUpCentsFor } from './rent-form.ts'
import { useRentQuote } from './use-rent-quote.ts'

interface RentPanelOptions {
  offer: () => OfferView
  /** Whether the market has it no more. */
  isGone: () => boolean
  refreshOffer: () => Promise<unknown>
}

/** The state of one renting: choices, quote, refusals and the press of the button. */
export function useRentPanel({ offer, isGone, refreshOffer }: RentPanelOptions) {
  const router = useRouter()
  const session = useSession()
  const draft = useRentDraft()
  const wayBack = useWayBack()
  const restored = draft.restore(offer())
  const form = ref(restored?.form ?? emptyRentForm(offer().provider))
  const restoredNote = ref(restored && { emptied: restored.emptied, again: restored.again })
  const tried = ref(false)
  const rent = useRent()
  const keys = useSshKeysQuery(() => session.signedIn)
  /** Whether a press waits for what it needs to know first, or for what it costs by now. */
  const isAsking = ref(false)

  watch(form, (filled) => draft.keep(filled, offer()), { deep: true })

  const quoted = useRentQuote({ offer, isGone, form })
  const { duration, quote, price, rise, shortfallMicros } = quoted
  const shown = computed(() => ({ ...offer(), priceMicrosPerHour: price.value }))
  const problems = computed(() => rentErrors(form.value, shown.value))

  async function submit(): Promise<void> {
    isAsking.value = true
    await keysKnown(keys)
    isAsking.value = false
    tried.value = true
    const body = rentBody(form.value, shown.value)
    if (!body) return
    quoted.agree()
    try {
      const rental = await rent.mutateAsync(body)
      draft.clear()
      wayBack.place = null
      await router.push({ name: 'pod', params: { id: rental.id } })
    } catch (error) {
      const { code } = failureOf(error)
      if (code !== 'price_changed' && code !== 'offer_gone') return
      isAsking.value = true
      await Promise.all([refreshOffer(), quoted.requote()])
      isAsking.value = false
    }
  }

  function startOver(): void {
    draft.clear()
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
    rise,
    shortfallMicros,
    topUpCents: computed(() => topUpCentsFor(shortfallMicros.value)),
    errors: computed(() => (tried.value ? problems.value : {})),
    refused: rent.error,
    isRenting: computed(() => rent.isLoading.value || isAsking.value),
    submit,
  }
}

/** The first key is chosen when the keys arrive: a press before that waits for them instead of complaining. */
async function keysKnown(keys: ReturnType<typeof useSshKeysQuery>): Promise<void> {
  if (keys.data.value !== undefined) return
  await keys.refresh()
  await nextTick()
}
