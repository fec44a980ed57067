import { findGpuModel, type GpuModelFacts } from './gpu-models.ts'

/** One independent host of the marketplace with its own prices; micro-dollars an hour. */
export interface HostFacts {
  readonly id: string
  readonly locationId: string
  readonly city: string
  readonly stateProvince: string
  readonly country: string
  readonly tier: number
  readonly uptimePercentage: number
  readonly gpu: GpuModelFacts
  readonly gpuCount: number
  readonly gpuMicrosPerHour: number
  readonly vcpuMicrosPerHour: number
  readonly ramGbMicrosPerHour: number
  readonly storageGbMicrosPerHour: number
  readonly vcpus: number
  readonly ramGb: number
  readonly storageGb: number
  /** What it forwards to its machines; empty where there is a public address for each. */
  readonly ports: readonly number[]
  readonly hasPublicIp: boolean
}

type Row = readonly [
  city: string,
  stateProvince: string,
  country: string,
  tier: number,
  uptimePercentage: number,
  v0Name: string,
  gpuCount: number,
  gpuCents: number,
  network: 'ports' | 'public' | 'both',
]

/** As such hosts were priced in 2026. */
const ROWS: readonly Row[] = [
  ['Chubbuck', 'Idaho', 'United States', 3, 99.9, 'geforcertx4090-pcie-24gb', 8, 37, 'both'],
  ['Chubbuck', 'Idaho', 'United States', 3, 99.9, 'l40s-pcie-48gb', 4, 88, 'both'],
  ['Dallas', 'Texas', 'United States', 4, 99.97, 'h100-sxm5-80gb', 8, 225, 'public'],
  ['Manassas', 'Virginia', 'United States', 3, 99.8, 'rtxa6000-pcie-48gb', 8, 45, 'ports'],
  ['Seattle', 'Washington', 'United States', 1, 97.4, 'geforcertx3090-pcie-24gb', 4, 20, 'ports'],
  ['Montreal', 'Quebec', 'Canada', 2, 99.1, 'geforcertx5090-pcie-32gb', 4, 58, 'ports'],
  ['Winnipeg', 'Manitoba', 'Canada', 1, 98.8, 'teslav100-sxm2-16gb', 8, 19, 'ports'],
  ['Frankfurt', 'Hesse', 'Germany', 3, 99.7, 'a100-pcie-80gb', 4, 119, 'both'],
  ['Stockholm', 'Stockholm', 'Sweden', 2, 99.5, 'geforcertx4090-pcie-24gb', 4, 35, 'ports'],
  ['Amsterdam', 'North Holland', 'Netherlands', 3, 99.6, 'rtxa4000-pcie-16gb', 8, 11, 'both'],
  ['Mumbai', 'Maharashtra', 'India', 1, 96.9, 'geforcertx4090-pcie-24gb', 2, 33, 'ports'],
  ['Sydney', 'New South Wales', 'Australia', 2, 99.2, 'rtxa6000-pcie-48gb', 4, 48, 'ports'],
]

const MICROS_PER_CENT = 10_000
const FIRST_PORT = 21_000
const PORTS_OF_A_HOST = 24

const uuid = (kind: string, index: number): string =>
  `${kind}-0000-4000-8000-${String(index).padStart(12, '0')}`

/** What the emulated marketplace consists of. No two hosts forward the same port, since all share one address here. */
export const HOSTS: readonly HostFacts[] = ROWS.map(
  (
    [city, stateProvince, country, tier, uptimePercentage, v0Name, gpuCount, gpuCents, network],
    index,
  ): HostFacts => {
    const gpu = findGpuModel(v0Name)
    if (gpu === undefined) throw new Error(`no such board: ${v0Name}`)
    const firstPort = FIRST_PORT + index * PORTS_OF_A_HOST
    return {
      id: uuid('aaaaaaaa', index),
      locationId: uuid(
        'cccccccc',
        ROWS.findIndex(([name]) => name === city),
      ),
      city,
      stateProvince,
      country,
      tier,
      uptimePercentage,
      gpu,
      gpuCount,
      gpuMicrosPerHour: gpuCents * MICROS_PER_CENT,
      vcpuMicrosPerHour: 3_000,
      ramGbMicrosPerHour: 2_000,
      storageGbMicrosPerHour: 50,
      vcpus: 16 * gpuCount,
      ramGb: 64 * gpuCount,
      storageGb: 4_000,
      ports:
        network === 'public'
          ? []
          : Array.from({ length: PORTS_OF_A_HOST }, (_, offset) => firstPort + offset),
      hasPublicIp: network !== 'ports',
    }
  },
)

export const findHost = (id: string): HostFacts | undefined => HOSTS.find((host) => host.id === id)
