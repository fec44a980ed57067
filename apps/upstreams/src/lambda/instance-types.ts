/** One instance type as the catalog lists it, and the card that nvidia-smi shows on such a machine. */
export interface InstanceTypeFacts {
  readonly name: string
  /** "H100 (80 GB SXM5)"; Lambda tells the memory nowhere else. */
  readonly gpuDescription: string
  readonly priceCentsPerHour: number
  readonly gpus: number
  readonly vcpus: number
  readonly memoryGib: number
  readonly storageGib: number
  /** Null on machines without a GPU. */
  readonly card: { readonly name: string; readonly memoryMib: number } | null
  /** How often there is one, 0 (rare) to 1 (everywhere); the seeded stock follows it. */
  readonly abundance: number
}

type Family = readonly [gpuDescription: string, cardName: string, cardMemoryMib: number, abundance: number]

const FAMILIES = {
  rtx6000: ['RTX 6000 (24 GB)', 'Quadro RTX 6000', 24_576, 0.4],
  a10: ['A10 (24 GB PCIe)', 'NVIDIA A10', 23_028, 0.9],
  a6000: ['RTX A6000 (48 GB)', 'NVIDIA RTX A6000', 49_140, 0.6],
  a100Pcie: ['A100 (40 GB PCIe)', 'NVIDIA A100-PCIE-40GB', 40_960, 0.4],
  a100: ['A100 (40 GB SXM4)', 'NVIDIA A100-SXM4-40GB', 40_960, 0.6],
  a100Large: ['A100 (80 GB SXM4)', 'NVIDIA A100-SXM4-80GB', 81_920, 0.4],
  v100: ['Tesla V100 (16 GB SXM2)', 'Tesla V100-SXM2-16GB', 16_384, 0.5],
  gh200: ['GH200 (96 GB)', 'NVIDIA GH200 480GB', 97_871, 0.7],
  h100Pcie: ['H100 (80 GB PCIe)', 'NVIDIA H100 PCIe', 81_559, 0.5],
  h100: ['H100 (80 GB SXM5)', 'NVIDIA H100 80GB HBM3', 81_559, 0.6],
  b200: ['B200 (180 GB SXM6)', 'NVIDIA B200', 183_359, 0.4],
} as const satisfies Record<string, Family>

type Row = readonly [
  name: string,
  family: keyof typeof FAMILIES | null,
  gpus: number,
  priceCentsPerHour: number,
  vcpus: number,
  memoryGib: number,
  storageGib: number,
]

/** List prices in cents an hour for the whole machine, 2026. */
const ROWS: readonly Row[] = [
  ['cpu_4x_general', null, 0, 20, 4, 16, 96],
  ['gpu_1x_rtx6000', 'rtx6000', 1, 58, 14, 46, 512],
  ['gpu_1x_a10', 'a10', 1, 86, 30, 226, 1400],
  ['gpu_1x_a6000', 'a6000', 1, 92, 14, 100, 512],
  ['gpu_2x_a6000', 'a6000', 2, 184, 28, 200, 1024],
  ['gpu_4x_a6000', 'a6000', 4, 368, 56, 400, 1024],
  ['gpu_1x_a100', 'a100Pcie', 1, 148, 30, 225, 512],
  ['gpu_1x_a100_sxm4', 'a100', 1, 148, 30, 220, 512],
  ['gpu_8x_a100', 'a100', 8, 1184, 124, 1800, 6144],
  ['gpu_8x_a100_80gb_sxm4', 'a100Large', 8, 1648, 240, 1800, 20_480],
  ['gpu_8x_v100', 'v100', 8, 504, 88, 448, 5939],
  ['gpu_1x_gh200', 'gh200', 1, 171, 64, 432, 4096],
  ['gpu_1x_h100_pcie', 'h100Pcie', 1, 286, 26, 225, 1024],
  ['gpu_1x_h100_sxm5', 'h100', 1, 378, 26, 225, 2816],
  ['gpu_2x_h100_sxm5', 'h100', 2, 734, 52, 450, 5632],
  ['gpu_4x_h100_sxm5', 'h100', 4, 1422, 104, 900, 11_264],
  ['gpu_8x_h100_sxm5', 'h100', 8, 2751, 208, 1800, 22_528],
  ['gpu_1x_b200_sxm6', 'b200', 1, 608, 26, 360, 2816],
  ['gpu_8x_b200_sxm6', 'b200', 8, 4591, 208, 2900, 22_528],
]

/** Bigger machines are rarer. */
const RARITY_OF_GPUS: Readonly<Record<number, number>> = { 0: 0.5, 1: 1, 2: 0.7, 4: 0.6, 8: 0.5 }

/** What the emulated cloud has on sale. */
export const INSTANCE_TYPES: readonly InstanceTypeFacts[] = ROWS.map(
  ([name, family, gpus, priceCentsPerHour, vcpus, memoryGib, storageGib]) => {
    const [gpuDescription, cardName, memoryMib, abundance] =
      family === null ? (['N/A', null, 0, 1] as const) : FAMILIES[family]
    return {
      name,
      gpuDescription,
      priceCentsPerHour,
      gpus,
      vcpus,
      memoryGib,
      storageGib,
      card: cardName === null ? null : { name: cardName, memoryMib },
      abundance: abundance * (RARITY_OF_GPUS[gpus] ?? 0.5),
    }
  },
)

export const findInstanceType = (name: string): InstanceTypeFacts | undefined =>
  INSTANCE_TYPES.find((type) => type.name === name)

/** An instance type as every answer shows it. */
export function renderInstanceType(type: InstanceTypeFacts): Record<string, unknown> {
  const { name, gpuDescription, gpus, vcpus, memoryGib, storageGib } = type
  return {
    name,
    description: gpus === 0 ? `${vcpus}x CPU General` : `${gpus}x ${gpuDescription}`,
    gpu_description: gpuDescription,
    price_cents_per_hour: type.priceCentsPerHour,
    specs: { vcpus, memory_gib: memoryGib, storage_gib: storageGib, gpus },
  }
}
