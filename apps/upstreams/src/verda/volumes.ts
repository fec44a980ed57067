import type { Meter } from '../kit/meter.ts'
import { isAlive, type VerdaInstance, type Volume } from './instance.ts'

/** NVMe costs $0.20 a GB and month of 730 hours from create until it is deleted, attached or not. */
export const NVME_DOLLARS_PER_GB_MONTH = 0.2
const NVME_MICROS_PER_GB_MONTH = 200_000n
const HOURS_PER_MONTH = 730n

const priceMicrosPerHour = (sizeGb: number): bigint =>
  (NVME_MICROS_PER_GB_MONTH * BigInt(sizeGb)) / HOURS_PER_MONTH

/** Volumes that outlived their instance; nobody pays for them but us. */
export type Volumes = ReturnType<typeof createVolumes>

interface VolumesDeps {
  readonly meter: Meter
  readonly registry: ReadonlyMap<string, VerdaInstance>
  readonly onChange: () => void
}

export function createVolumes({ meter, registry, onChange }: VolumesDeps) {
  const detached = new Map<string, Volume>()

  return {
    /** An instance pays for its volumes from create on, running or not. */
    startMeter({ id, volumes }: VerdaInstance): void {
      const sizeGb = volumes.reduce((sum, volume) => sum + volume.sizeGb, 0)
      meter.start({ instanceId: id, kind: 'disk', priceMicrosPerHour: priceMicrosPerHour(sizeGb) })
    },
    /** What becomes of volumes that are kept when their instance ends: they go on billing on their own. */
    detach(volumes: readonly Volume[]): void {
      for (const volume of volumes) {
        detached.set(volume.id, volume)
        meter.born({ instanceId: volume.id, marker: `volume ${volume.id}` })
        meter.start({
          instanceId: volume.id,
          kind: 'disk',
          priceMicrosPerHour: priceMicrosPerHour(volume.sizeGb),
        })
      }
      onChange()
    },
    detached: (): readonly Volume[] => [...detached.values()],
    /** All volumes of the account with where they hang, as `/volumes` shows them. */
    list: (): readonly Record<string, unknown>[] => [
      ...[...registry.values()]
        .filter(isAlive)
        .flatMap(({ id, location, volumes }) =>
          volumes.map((volume) => render(volume, { status: 'attached', instance_id: id, location })),
        ),
      ...[...detached.values()].map((volume) => render(volume, { status: 'detached', instance_id: null })),
    ],
    restore(state: readonly Volume[]): void {
      for (const volume of state) detached.set(volume.id, volume)
    },
  }
}

const render = (volume: Volume, place: object): Record<string, unknown> => ({
  id: volume.id,
  name: volume.name,
  size: volume.sizeGb,
  type: volume.type,
  is_os_volume: volume.isOs,
  ...place,
})
