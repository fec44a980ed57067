import { useQueryCache, type EntryKey } from '@pinia/colada'

/**
 * Marks cached answers as old and asks again for those on screen. Nobody waits for it: whether the asking works
 * stands in each query's own state, and one that is overtaken by a newer asking is no failure.
 */
export function useRefresh(): (...keys: EntryKey[]) => void {
  const cache = useQueryCache()
  return (...keys) => {
    for (const key of keys) cache.invalidateQueries({ key }).catch(() => undefined)
  }
}
