import type { MeteredInstance } from '@berth/upstreams/kit/meter'
import { parseMarker } from '@berth/activities/providers/marker'
import type { EmulatedCloud } from './emulated-cloud.ts'

/** One pod as its cloud's own books have it. */
export interface UpstreamPod extends MeteredInstance {
  cloud: string
  rentalId: string
  attempt: number
  costMicros: bigint
}

/** A disk that outlived its machine has a book of its own. */
const VOLUME = 'volume '

/** Every pod that any of the clouds ever made for us, dead ones included. */
export function podsOf(clouds: readonly EmulatedCloud[]): UpstreamPod[] {
  return clouds.flatMap(({ name, meter }) =>
    meter.instances().flatMap((book) => {
      if (book.marker.startsWith(VOLUME)) return []
      const marker = parseMarker(book.marker)
      if (!marker)
        throw new Error(`${name} has an instance with the marker "${book.marker}", which is not ours`)
      return { ...book, ...marker, cloud: name, costMicros: meter.costMicros(book.instanceId) }
    }),
  )
}
