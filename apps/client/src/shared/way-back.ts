import { StorageSerializers, useSessionStorage } from '@vueuse/core'
import { defineStore } from 'pinia'

interface Place {
  /** Path and query in this application. */
  path: string
  /** What is unfinished there, in the words of the page. */
  name: string
}

/** Where something was left unfinished to pay for it. It outlives the payment page, which is another site, but not the tab. */
export const useWayBack = defineStore('way-back', () => {
  const place = useSessionStorage<Place | null>('berth-way-back', null, {
    serializer: StorageSerializers.object,
  })
  return { place }
})
