import { useDocumentVisibility, useIntervalFn } from '@vueuse/core'
import { useLive } from './live-store.ts'

/** Asks again every so often while no live stream does the telling and the page is looked at; never twice at once. */
export function useRefreshWhileSilent(refresh: () => Promise<unknown>, everyMs: number): void {
  const live = useLive()
  const visibility = useDocumentVisibility()
  let isAsking = false
  useIntervalFn(async () => {
    if (isAsking || live.state === 'live' || visibility.value !== 'visible') return
    isAsking = true
    await refresh().catch(() => undefined)
    isAsking = false
  }, everyMs)
}
