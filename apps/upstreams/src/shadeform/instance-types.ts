import { REGIONS, type RegionName } from './regions.ts'

/** One machine of one cloud as Shadeform sells it, and the card that nvidia-smi shows inside. */
export interface InstanceTypeFacts {
  readonly cloud: string
  readonly shadeInstanceType: string
  readonly cloudInstanceType: string
  readonly gpuType: string
  readonly gpus: number
  readonly interconnect: string
  readonly vramGib: number
  readonly vcpus: number
  readonly memoryGib: number
  readonly storageGib: number
  readonly priceCentsPerHour: number
  readonly deploymentType: 'vm' | 'container' | 'baremetal'
  readonly card: { readonly name: string; readonly memoryMib: number }
  readonly regions: readonly RegionName[]
}

/** Boards: gpu_type, interconnect, GiB by Shadeform's word; then name and MiB as the driver tells them. */
const BOARDS = {
  A4000: ['A4000', 'pcie', 16, 'NVIDIA RTX A4000', 16_376],
  A6000: ['A6000', 'pcie', 48, 'NVIDIA RTX A6000', 49_140],
  RTX6000Ada: ['RTX6000Ada', 'pcie', 48, 'NVIDIA RTX 6000 Ada Generation', 49_140],
  L4: ['L4', 'pcie', 24, 'NVIDIA L4', 23_034],
  L40: ['L40', 'pcie', 48, 'NVIDIA L40', 46_068],
  L40S: ['L40S', 'pcie', 48, 'NVIDIA L40S', 46_068],
  A100: ['A100_80G', 'pcie', 80, 'NVIDIA A100 80GB PCIe', 81_920],
  A100_sxm4: ['A100_80G', 'sxm4', 80, 'NVIDIA A100-SXM4-80GB', 81_920],
  H100: ['H100', 'pcie', 80, 'NVIDIA H100 PCIe', 81_559],
  H100_sxm5: ['H100', 'sxm5', 80, 'NVIDIA H100 80GB HBM3', 81_559],
  H200: ['H200', 'sxm5', 141, 'NVIDIA H200', 143_771],
  B200: ['B200', 'sxm6', 180, 'NVIDIA B200', 183_359],
} as const satisfies Record<string, readonly [string, string, number, string, number]>

type Row = readonly [
  cloud: string,
  shadeInstanceType: string,
  cloudInstanceType: string,
  board: keyof typeof BOARDS,
  gpus: number,
  vcpus: number,
  memoryGib: number,
  storageGib: number,
  priceCentsPerHour: number,
  regions: string,
  deploymentType?: 'container' | 'baremetal',
]

/** Prices of 2026 in cents an hour for the whole machine. */
const ROWS: readonly Row[] = [
  ['hyperstack', 'A4000', 'n3-RTX-A4000x1', 'A4000', 1, 6, 22, 100, 15, 'montreal-canada-2 oslo-norway-1'],
  ['hyperstack', 'A6000', 'n3-RTX-A6000x1', 'A6000', 1, 28, 58, 100, 50, 'montreal-canada-2 oslo-norway-1'],
  ['hyperstack', 'L40', 'n3-L40x1', 'L40', 1, 28, 58, 725, 100, 'montreal-canada-2'],
  ['hyperstack', 'A100_80G', 'n3-A100x1', 'A100', 1, 28, 120, 850, 135, 'montreal-canada-2 oslo-norway-1'],
  ['hyperstack', 'H100', 'n3-H100x1', 'H100', 1, 28, 180, 850, 190, 'montreal-canada-2'],
  ['massedcompute', 'A6000', 'gpu_1x_a6000', 'A6000', 1, 6, 48, 256, 57, 'kansascity-usa-1 desmoines-usa-1'],
  ['massedcompute', 'A6000x4', 'gpu_4x_a6000', 'A6000', 4, 30, 192, 1024, 228, 'desmoines-usa-1'],
  ['massedcompute', 'RTX6000Ada', 'gpu_1x_6000ada', 'RTX6000Ada', 1, 12, 64, 256, 97, 'desmoines-usa-1'],
  ['lambdalabs', 'H100_sxm5x8', 'gpu_8x_h100_sxm5', 'H100_sxm5', 8, 208, 1800, 22_528, 3192, 'dallas-usa-3'],
  [
    'lambdalabs',
    'H100_sxm5',
    'gpu_1x_h100_sxm5',
    'H100_sxm5',
    1,
    26,
    225,
    2816,
    429,
    'dallas-usa-3 sanjose-usa-2',
  ],
  ['crusoe', 'L40S', 'l40s-48gb.1x', 'L40S', 1, 8, 147, 128, 150, 'culpeper-usa-1'],
  ['crusoe', 'A100_sxm4_80Gx8', 'a100-80gb-sxm-ib.8x', 'A100_sxm4', 8, 96, 960, 1024, 1840, 'culpeper-usa-1'],
  ['datacrunch', 'L40S', '1L40S.20V', 'L40S', 1, 20, 60, 100, 91, 'helsinki-finland-2'],
  ['datacrunch', 'H200', '1H200.141S.44V', 'H200', 1, 44, 182, 200, 299, 'helsinki-finland-2'],
  ['datacrunch', 'B200x8', '8B200.240V', 'B200', 8, 240, 1480, 500, 3192, 'helsinki-finland-2'],
  ['scaleway', 'L4', 'L4-1-24G', 'L4', 1, 8, 48, 125, 95, 'paris-france-5 warsaw-poland-1'],
  ['scaleway', 'H100', 'H100-1-80G', 'H100', 1, 24, 240, 3000, 330, 'warsaw-poland-1 paris-france-5'],
  ['excesssupply', 'H200x8', 'h200x8', 'H200', 8, 208, 1904, 14_000, 3200, 'tokyo-japan-5', 'baremetal'],
  ['vastai', 'L40S', 'docker-l40s', 'L40S', 1, 16, 64, 64, 79, 'dallas-usa-3', 'container'],
]

/** What the emulated marketplace lists. */
export const INSTANCE_TYPES: readonly InstanceTypeFacts[] = ROWS.map(
  ([
    cloud,
    shadeInstanceType,
    cloudInstanceType,
    board,
    gpus,
    vcpus,
    memoryGib,
    storageGib,
    cents,
    regions,
    kind,
  ]): InstanceTypeFacts => {
    const [gpuType, interconnect, vramGib, cardName, memoryMib] = BOARDS[board]
    return {
      cloud,
      shadeInstanceType,
      cloudInstanceType,
      gpuType,
      gpus,
      interconnect,
      vramGib,
      vcpus,
      memoryGib,
      storageGib,
      priceCentsPerHour: cents,
      deploymentType: kind ?? 'vm',
      card: { name: cardName, memoryMib },
      regions: regions.split(' ').filter((name): name is RegionName => Object.hasOwn(REGIONS, name)),
    }
  },
)

export const findInstanceType = (cloud: string, shadeInstanceType: string): InstanceTypeFacts | undefined =>
  INSTANCE_TYPES.find((type) => type.cloud === cloud && type.shadeInstanceType === shadeInstanceType)

export const OS_OPTIONS = [
  'ubuntu20.04_cuda12.0_shade_os',
  'ubuntu22.04_cuda12.2_shade_os',
  'ubuntu24.04_cuda12.8_shade_os',
] as const

/** How long machines of this kind take to boot, in seconds. */
export const bootTimeOf = ({ deploymentType }: InstanceTypeFacts): Record<string, number> =>
  deploymentType === 'baremetal'
    ? { min_boot_in_sec: 900, max_boot_in_sec: 1800 }
    : { min_boot_in_sec: 180, max_boot_in_sec: 600 }

/** The hardware of a type, as the catalog and each instance show it. */
export const configurationOf = (type: InstanceTypeFacts): Record<string, unknown> => ({
  memory_in_gb: type.memoryGib,
  storage_in_gb: type.storageGib,
  vcpus: type.vcpus,
  num_gpus: type.gpus,
  gpu_type: type.gpuType,
  interconnect: type.interconnect,
  nvlink: type.interconnect.startsWith('sxm'),
  vram_per_gpu_in_gb: type.vramGib,
  gpu_manufacturer: 'nvidia',
})
