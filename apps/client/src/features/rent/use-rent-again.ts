import { useMutation } from '@pinia/colada'
import { computed, watch } from 'vue'
import { useRouter } from 'vue-router'
import { useApi } from '../../shared/api/use-api.ts'
import { failedAt } from './again.ts'
import { formLike } from './again-form.ts'
import { findAgain } from './find-again.ts'
import { useRentDraft } from './rent-draft.ts'

/**
 * Finds the offer on which a pod that has ended is had again and leads to it, with the form filled in. Where there is none,
 * the market in the address is narrowed to what comes nearest and the answer stays for the page to tell.
 */
export function useRentAgain(rentalId: () => string | null) {
  const api = useApi()
  const router = useRouter()
  const draft = useRentDraft()
  const { data, error, mutateAsync } = useMutation({ mutation: (id: string) => findAgain(api, id) })

  async function find(): Promise<void> {
    const id = rentalId()
    const found = id === null ? null : await mutateAsync(id).catch(() => null)
    if (!found || id !== rentalId()) return
    const { rental, choice, nearest } = found
    if (!choice) {
      await router.replace({ query: { ...nearest.query, again: rental.id } })
      return
    }
    const { offer, why } = choice
    draft.begin(formLike(rental, offer), {
      name: rental.name,
      offerId: offer.id,
      why,
      failed: failedAt(rental).map(({ name }) => name),
      priceMicrosPerHour: rental.meter.priceMicrosPerHour,
      diskGib: rental.diskGib,
    })
    const query = { gpu: rental.gpu.key, gpuCount: String(rental.gpuCount) }
    await router.replace({ name: 'rent', params: { offerId: offer.id }, query })
  }

  watch(rentalId, find, { immediate: true })
  return { found: computed(() => (data.value?.rental.id === rentalId() ? data.value : null)), error, find }
}
