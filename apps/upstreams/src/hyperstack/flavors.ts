/** One flavor as `/core/flavors` lists it, in one region, and the card that nvidia-smi shows inside. */
export interface FlavorFacts {
  readonly id: number
  readonly name: string
  /** The model word of pricebook and stocks; spot flavors have one of their own. */
  readonly gpu: string
  readonly gpuCount: number
  readonly regions: readonly string[]
  readonly vcpus: number
  readonly ramGb: number
  readonly diskGb: number
  readonly ephemeralGb: number
  readonly card: { readonly name: string; readonly memoryMib: number }
  readonly abundance: number
}

type Row = readonly [
  gpu: string,
  flavorWord: string,
  counts: readonly number[],
  vcpusPerGpu: number,
  ramGbPerGpu: number,
  ephemeralGbPerGpu: number,
  cardName: string,
  cardMemoryMib: number,
  regions: string,
  abundance: number,
]

/** Models by their real names and hardware; CPU flavors are left out, since no pod is made of them. */
const ROWS: readonly Row[] = [
  ['RTX-A6000', 'RTX-A6000', [1, 2, 4, 8], 28, 58, 100, 'NVIDIA RTX A6000', 49_140, 'NORWAY-1 CANADA-1', 0.9],
  ['L40', 'L40', [1, 2, 4, 8], 28, 58, 725, 'NVIDIA L40', 46_068, 'CANADA-1 NORWAY-1', 0.8],
  [
    'RTX-PRO6000-SE',
    'RTX-PRO6000-SE',
    [1, 4],
    31,
    180,
    750,
    'NVIDIA RTX PRO 6000 Blackwell Server Edition',
    97_887,
    'NORWAY-1',
    0.6,
  ],
  [
    'A100-80G-PCIe',
    'A100',
    [1, 2, 4, 8],
    28,
    120,
    750,
    'NVIDIA A100 80GB PCIe',
    81_920,
    'CANADA-1 NORWAY-1',
    0.8,
  ],
  [
    'A100-80G-PCIe-NVLink',
    'A100-NVLink',
    [8],
    31,
    240,
    812,
    'NVIDIA A100 80GB PCIe',
    81_920,
    'CANADA-1',
    0.6,
  ],
  ['H100-80G-PCIe', 'H100', [1, 2, 4, 8], 28, 180, 750, 'NVIDIA H100 PCIe', 81_559, 'CANADA-1 US-1', 0.8],
  ['H100-80G-PCIe-NVLink', 'H100-NVLink', [8], 31, 180, 812, 'NVIDIA H100 PCIe', 81_559, 'CANADA-1', 0.7],
  ['H100-80G-SXM5', 'H100-SXM5', [8], 24, 240, 4_000, 'NVIDIA H100 80GB HBM3', 81_559, 'CANADA-1 US-1', 0.6],
  ['H200-141G-SXM5', 'H200-SXM5', [8], 22, 225, 4_000, 'NVIDIA H200', 143_771, 'CANADA-1', 0.6],
  ['B200-SXM', 'B200-SXM6', [8], 31, 256, 5_000, 'NVIDIA B200', 183_359, 'US-1', 0.5],
]
const SPOT_ROWS: readonly Row[] = ROWS.filter(([gpu]) =>
  ['RTX-A6000', 'L40', 'A100-80G-PCIe'].includes(gpu),
).map(([gpu, word, _counts, ...rest]) => [`${gpu}-spot`, word, [1], ...rest] as const)

export const REGIONS = ['CANADA-1', 'NORWAY-1', 'US-1'] as const
const ROOT_DISK_GB = 100
const FIRST_FLAVOR_ID = 1_200

/** The GPU flavors of the emulated cloud. */
export const FLAVORS: readonly FlavorFacts[] = [...ROWS, ...SPOT_ROWS]
  .flatMap(([gpu, word, counts, vcpus, ram, ephemeral, name, memoryMib, regions, abundance]) =>
    counts.map((gpuCount) => ({
      name: `n3-${word}x${gpuCount}${gpu.endsWith('-spot') ? '-spot' : ''}`,
      gpu,
      gpuCount,
      regions: regions.split(' '),
      vcpus: vcpus * gpuCount,
      ramGb: ram * gpuCount,
      diskGb: ROOT_DISK_GB,
      ephemeralGb: ephemeral * gpuCount,
      card: { name, memoryMib },
      abundance,
    })),
  )
  .map((flavor, index) => ({ id: FIRST_FLAVOR_ID + index, ...flavor }))

export const findFlavor = (name: string): FlavorFacts | undefined =>
  FLAVORS.find((flavor) => flavor.name === name)

/** List prices of August 2026 in micro-dollars an hour; for a GPU by model, for one address, for a GB of saved root disk. */
export const PRICES_MICROS: Readonly<Record<string, bigint>> = {
  'RTX-A6000': 500_000n,
  'RTX-A6000-spot': 400_000n,
  L40: 1_000_000n,
  'L40-spot': 800_000n,
  'RTX-PRO6000-SE': 1_850_000n,
  'A100-80G-PCIe': 1_350_000n,
  'A100-80G-PCIe-spot': 1_080_000n,
  'A100-80G-PCIe-NVLink': 1_400_000n,
  'H100-80G-PCIe': 2_500_000n,
  'H100-80G-PCIe-NVLink': 2_600_000n,
  'H100-80G-SXM5': 3_200_000n,
  'H200-141G-SXM5': 3_990_000n,
  'B200-SXM': 6_000_000n,
  'Public-IP': 6_720n,
  'Cloud-SSD': 97n,
}

export const priceOf = ({ gpu, gpuCount }: FlavorFacts): bigint =>
  (PRICES_MICROS[gpu] ?? 0n) * BigInt(gpuCount)
