import { useDocumentVisibility, useIntervalFn } from '@vueuse/core'
import { useLive } from './live-store.ts'

/** Asks again every so often while no live stream does the telling and the page is looked at. */
export function useRefreshWhileSilent(refresh: () => unknown, everyMs: number): void {
  const live = useLive()
  const visibility = useDocumentVisibility()
  useIntervalFn(() => {
    if (live.state !== 'live' && visibility.value === 'visible') refresh()
  }, everyMs)
}
