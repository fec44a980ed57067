import { useOnline } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { useSession } from '../api/session-store.ts'
import { useLive } from './live-store.ts'

/** A stream that is cut and back within this time is no news: servers are replaced like that. */
const WORTH_SAYING_MS = 1500

/** What stands between this page and the server, as people are told of it. */
export const useConnection = defineStore('connection', () => {
  const online = useOnline()
  const session = useSession()
  const live = useLive()
  /** Whether something on screen could not be read because nothing answered. */
  const unanswered = ref(false)

  const isCut = computed(() => session.unheard || live.state === 'reconnecting' || unanswered.value)
  const lasts = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(isCut, (cut) => {
    clearTimeout(timer)
    if (cut) timer = setTimeout(() => (lasts.value = true), WORTH_SAYING_MS)
    else lasts.value = false
  })

  const trouble = computed(() => {
    if (!online.value) return 'offline' as const
    return lasts.value ? ('unreachable' as const) : null
  })
  return { trouble, unanswered }
})
