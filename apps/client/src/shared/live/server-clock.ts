import { useIntervalFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, type ComputedRef } from 'vue'

/** How far the server's clock is ahead of this machine's; costs and ends are counted by the server's. */
export const useServerClock = defineStore('server-clock', () => {
  const offsetMs = ref(0)

  /** Takes the instant an answer was made at. It is late by the way back, so the clock errs on the slow side. */
  function observe(asOf: string): void {
    const serverMs = Date.parse(asOf)
    if (!Number.isNaN(serverMs)) offsetMs.value = serverMs - Date.now()
  }

  return { offsetMs, observe }
})

/** The server's time, moving once a second while the component lives. */
export function useServerNow(): ComputedRef<number> {
  const clock = useServerClock()
  const localMs = ref(Date.now())
  useIntervalFn(() => (localMs.value = Date.now()), 1000)
  return computed(() => Math.max(localMs.value, 0) + clock.offsetMs)
}
