import { useQueryCache, type UseQueryEntry } from '@pinia/colada'
import { useIntervalFn, useOnline } from '@vueuse/core'
import { watch } from 'vue'
import { failureOf } from '../api/failure.ts'
import { useSession } from '../api/session-store.ts'
import { useConnection } from './connection-store.ts'

const ASK_AGAIN_MS = 4000

const isUnanswered = ({ state }: UseQueryEntry): boolean =>
  state.value.status === 'error' && failureOf(state.value.error).code === 'unreachable'

/**
 * Asks again by itself for what is on screen and got no answer, so that the page goes on when the server is back
 * without anybody reloading it. What the server refused is left alone.
 */
export function useRecovery(): void {
  const cache = useQueryCache()
  const session = useSession()
  const connection = useConnection()

  function askAgain(): void {
    if (session.status === 'unreachable') void session.ensure()
    const unanswered = cache.getEntries({ active: true, predicate: isUnanswered })
    connection.unanswered = unanswered.length > 0
    for (const entry of unanswered) {
      // Why only those: to ask anew would call off an asking that a slow server may yet answer.
      if (entry.asyncStatus.value === 'idle') cache.fetch(entry).catch(() => undefined)
    }
  }

  useIntervalFn(askAgain, ASK_AGAIN_MS)
  watch(useOnline(), (online) => {
    if (online) askAgain()
  })
}
