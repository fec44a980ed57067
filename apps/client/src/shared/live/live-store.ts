import type { LiveEvent } from '@berth/contract/schemas/events'
import { useOnline } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { queryKeys } from '../api/query-keys.ts'
import { useSession } from '../api/session-store.ts'
import { useRefresh } from '../api/use-refresh.ts'
import { parserOf } from './parse-event.ts'
import { openEventStream, type StreamState } from './event-stream.ts'

/** A market that refreshes every few seconds would redraw for ever; the eye is served by one redraw in this time. */
const CATALOG_REFRESH_MS = 5000
/** The beginning of every key. */
const EVERYTHING: readonly [] = []

/** Why loaded when the first event comes: schemas and their library would be half as much again to wait for at the start. */
async function parseLiveEvent(data: string): Promise<LiveEvent | null> {
  const { liveEventSchema } = await import('@berth/contract/schemas/events')
  return parserOf(liveEventSchema)(data)
}

/** News from the server, turned into "that cached answer is old". */
export const useLive = defineStore('live', () => {
  const refresh = useRefresh()
  const online = useOnline()
  const session = useSession()
  const stream = ref<StreamState | 'idle'>('idle')
  let connection: { close: () => void } | null = null
  let catalogTimer: ReturnType<typeof setTimeout> | undefined

  const state = computed(() => (stream.value !== 'idle' && !online.value ? 'offline' : stream.value))

  function onEvent(event: LiveEvent): void {
    if (event.type === 'offers.updated') {
      catalogTimer ??= setTimeout(() => {
        catalogTimer = undefined
        refresh(queryKeys.catalog)
      }, CATALOG_REFRESH_MS)
      return
    }
    if (event.type === 'notice.created' || event.type === 'notices.read') return refresh(queryKeys.notices)
    refresh(queryKeys.wallet)
    if (event.type === 'rental.updated') refresh(queryKeys.rentals)
  }

  function connect(): void {
    connection ??= openEventStream({
      url: '/v1/events',
      parse: parseLiveEvent,
      onEvent,
      onState: (next) => (stream.value = next),
      onResumed: () => refresh(EVERYTHING),
      onSignedOut: () => session.forget(),
    })
  }

  function disconnect(): void {
    connection?.close()
    connection = null
    stream.value = 'idle'
  }

  return { state, connect, disconnect }
})
