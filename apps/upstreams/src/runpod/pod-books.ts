import type { Meter } from '../kit/meter.ts'
import { paysForCompute, type Pod } from './pod.ts'

/** Persistent disk costs $0.10 a GB and month while the pod runs and $0.20 while it is stopped. */
const DISK_MICROS_PER_GB_MONTH = { running: 100_000n, stopped: 200_000n }
const HOURS_PER_MONTH = 730n

export type PodBooks = ReturnType<typeof createPodBooks>

/** What the emulated cloud charges for a pod: compute from placement to stop, its persistent disk for as long as it lives. */
export function createPodBooks(meter: Meter) {
  const isOn = (instanceId: string, kind: string, priceMicrosPerHour: bigint): boolean =>
    meter
      .aliveNow()
      .find((book) => book.instanceId === instanceId)
      ?.segments.some(
        (segment) =>
          segment.toMs === null && segment.kind === kind && segment.priceMicrosPerHour === priceMicrosPerHour,
      ) ?? false

  function keepOn(instanceId: string, kind: string, priceMicrosPerHour: bigint): void {
    if (!isOn(instanceId, kind, priceMicrosPerHour)) meter.start({ instanceId, kind, priceMicrosPerHour })
  }

  function follow(pod: Pod): void {
    const pays = paysForCompute(pod)
    if (pays) keepOn(pod.id, 'gpu', pod.priceMicrosPerHour)
    else meter.stop(pod.id, 'gpu')
    if (pod.persistent !== null) {
      const perGbMonth = DISK_MICROS_PER_GB_MONTH[pays ? 'running' : 'stopped']
      keepOn(pod.id, 'disk', (perGbMonth * BigInt(pod.persistent.size)) / HOURS_PER_MONTH)
    }
  }

  return {
    open(pod: Pod): void {
      meter.born({ instanceId: pod.id, marker: pod.name })
      follow(pod)
    },
    follow,
    close: (pod: Pod): void => meter.died(pod.id),
  }
}
