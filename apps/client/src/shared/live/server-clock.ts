import { useEventListener, useIntervalFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, type ComputedRef } from 'vue'

/**
 * Of so many answers the one that came back fastest is believed. Few enough that a machine whose own clock is put back or
 * runs fast is found out soon.
 */
const BELIEVED_ANSWERS = 8
/** Looked at twice a second: a figure that moves each second is then never more than one behind. */
const TICK_MS = 500

/** How far the server's clock is ahead of this machine's; costs and ends are counted by the server's. */
export const useServerClock = defineStore('server-clock', () => {
  const offsetMs = ref(0)
  let seen: number[] = []

  /**
   * Takes the instant an answer was made at. It is late by the way back, so each answer puts the clock on the slow side, and
   * the one that puts it furthest ahead is the nearest to the truth.
   */
  function observe(asOf: string): void {
    const serverMs = Date.parse(asOf)
    if (Number.isNaN(serverMs)) return
    seen = [...seen, serverMs - Date.now()].slice(-BELIEVED_ANSWERS)
    offsetMs.value = Math.max(...seen)
  }

  return { offsetMs, observe }
})

/** The server's time, moving while the component lives; a page that was hidden is right as soon as it is looked at. */
export function useServerNow(): ComputedRef<number> {
  const clock = useServerClock()
  const localMs = ref(Date.now())
  const tick = (): void => void (localMs.value = Date.now())
  useIntervalFn(tick, TICK_MS)
  useEventListener(document, 'visibilitychange', tick)
  return computed(() => localMs.value + clock.offsetMs)
}
