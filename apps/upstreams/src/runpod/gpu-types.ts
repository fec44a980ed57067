/** One GPU type as the catalog lists it. `cardMemoryMib` is what nvidia-smi prints on a real card of this type. */
export interface GpuTypeFacts {
  readonly id: string
  readonly name: string
  readonly pool: string | null
  readonly manufacturer: 'NVIDIA' | 'AMD'
  readonly memoryGb: number
  readonly cardMemoryMib: number
  /** Null where the cloud does not offer it. Per GPU and hour. */
  readonly secureMicrosPerHour: number | null
  readonly communityMicrosPerHour: number | null
  readonly maxCount: { readonly secure: number; readonly community: number }
  /** How common the card is, 0 (rare) to 1 (everywhere); the seeded stock follows it. */
  readonly abundance: number
  readonly cudaVersions: readonly string[]
}

const CUDA = ['12.4', '12.6', '12.8']
const CUDA_BLACKWELL = ['12.8', '12.9']

type Row = readonly [
  id: string,
  name: string,
  pool: string | null,
  memoryGb: number,
  cardMemoryMib: number,
  secureCents: number | null,
  communityCents: number | null,
  maxSecure: number,
  maxCommunity: number,
  abundance: number,
]

/** List prices in cents per hour of the summer of 2026, rounded; the card names are RunPod's ids, which are the driver's names. */
const ROWS: readonly Row[] = [
  ['NVIDIA GeForce RTX 3090', 'RTX 3090', 'AMPERE_24', 24, 24576, 46, 22, 4, 8, 0.7],
  ['NVIDIA GeForce RTX 4080 SUPER', 'RTX 4080 SUPER', null, 16, 16376, null, 28, 0, 4, 0.3],
  ['NVIDIA GeForce RTX 4090', 'RTX 4090', 'ADA_24', 24, 24564, 69, 34, 8, 8, 0.9],
  ['NVIDIA GeForce RTX 5080', 'RTX 5080', null, 16, 16303, null, 39, 0, 4, 0.3],
  ['NVIDIA GeForce RTX 5090', 'RTX 5090', 'BLACKWELL_32', 32, 32607, 94, 69, 8, 8, 0.6],
  ['NVIDIA RTX A4000', 'RTX A4000', 'AMPERE_16', 16, 16376, 25, 17, 4, 8, 0.6],
  ['NVIDIA RTX A4500', 'RTX A4500', 'AMPERE_16', 20, 20470, 25, 19, 4, 4, 0.5],
  ['NVIDIA RTX A5000', 'RTX A5000', 'AMPERE_24', 24, 24564, 27, 16, 8, 8, 0.6],
  ['NVIDIA RTX A6000', 'RTX A6000', 'AMPERE_48', 48, 49140, 49, 33, 8, 8, 0.7],
  ['NVIDIA RTX 2000 Ada Generation', 'RTX 2000 Ada', null, 16, 16380, 24, 23, 4, 4, 0.5],
  ['NVIDIA RTX 4000 Ada Generation', 'RTX 4000 Ada', 'ADA_20', 20, 20475, 26, 20, 4, 4, 0.5],
  ['NVIDIA RTX 5000 Ada Generation', 'RTX 5000 Ada', 'ADA_32_PRO', 32, 32760, 82, null, 4, 0, 0.3],
  ['NVIDIA RTX 6000 Ada Generation', 'RTX 6000 Ada', 'ADA_48_PRO', 48, 49140, 77, 74, 8, 4, 0.6],
  [
    'NVIDIA RTX PRO 6000 Blackwell Server Edition',
    'RTX PRO 6000',
    'BLACKWELL_96',
    96,
    97887,
    179,
    null,
    8,
    0,
    0.5,
  ],
  [
    'NVIDIA RTX PRO 6000 Blackwell Workstation Edition',
    'RTX PRO 6000 WK',
    null,
    96,
    97887,
    209,
    169,
    4,
    4,
    0.3,
  ],
  ['NVIDIA L4', 'L4', 'ADA_24', 24, 23034, 43, null, 8, 0, 0.5],
  ['NVIDIA L40', 'L40', 'ADA_48_PRO', 48, 46068, 99, 69, 8, 8, 0.4],
  ['NVIDIA L40S', 'L40S', 'ADA_48_PRO', 48, 46068, 86, 79, 8, 8, 0.6],
  ['NVIDIA A30', 'A30', null, 24, 24576, null, 22, 0, 4, 0.2],
  ['NVIDIA A40', 'A40', 'AMPERE_48', 48, 46068, 40, 35, 10, 4, 0.7],
  ['NVIDIA A100 80GB PCIe', 'A100 PCIe', 'AMPERE_80', 80, 81920, 139, 119, 8, 8, 0.6],
  ['NVIDIA A100-SXM4-80GB', 'A100 SXM', 'AMPERE_80', 80, 81920, 149, 139, 8, 8, 0.6],
  ['NVIDIA H100 PCIe', 'H100 PCIe', 'ADA_80_PRO', 80, 81559, 239, 199, 8, 8, 0.5],
  ['NVIDIA H100 80GB HBM3', 'H100 SXM', 'ADA_80_PRO', 80, 81559, 299, 269, 8, 8, 0.6],
  ['NVIDIA H100 NVL', 'H100 NVL', 'ADA_80_PRO', 94, 95830, 307, 259, 8, 4, 0.3],
  ['NVIDIA H200', 'H200 SXM', 'HOPPER_141', 141, 143771, 399, 359, 8, 8, 0.4],
  ['NVIDIA B200', 'B200', 'BLACKWELL_180', 180, 183359, 598, null, 8, 0, 0.3],
  ['AMD Instinct MI300X OAM', 'MI300X', null, 192, 196592, 249, null, 8, 0, 0.3],
]

const MICROS_PER_CENT = 10_000

const inMicros = (cents: number | null): number | null => (cents === null ? null : cents * MICROS_PER_CENT)

function cudaVersionsOf(id: string, name: string): readonly string[] {
  if (id.startsWith('AMD')) return []
  return /B200|RTX 50|PRO 6000/.test(name) ? CUDA_BLACKWELL : CUDA
}

/** What the emulated cloud has on sale. */
export const GPU_TYPES: readonly GpuTypeFacts[] = ROWS.map(
  ([id, name, pool, memoryGb, cardMemoryMib, secure, community, maxSecure, maxCommunity, abundance]) => ({
    id,
    name,
    pool,
    manufacturer: id.startsWith('AMD') ? 'AMD' : 'NVIDIA',
    memoryGb,
    cardMemoryMib,
    secureMicrosPerHour: inMicros(secure),
    communityMicrosPerHour: inMicros(community),
    maxCount: { secure: maxSecure, community: maxCommunity },
    abundance,
    cudaVersions: cudaVersionsOf(id, name),
  }),
)

export type Cloud = 'SECURE' | 'COMMUNITY'

/** Per GPU and hour in this cloud; null where it is not offered there. */
export const priceMicrosPerHour = (gpu: GpuTypeFacts, cloud: Cloud): number | null =>
  cloud === 'SECURE' ? gpu.secureMicrosPerHour : gpu.communityMicrosPerHour

export const maxCountIn = (gpu: GpuTypeFacts, cloud: Cloud): number =>
  cloud === 'SECURE' ? gpu.maxCount.secure : gpu.maxCount.community

export const findGpuType = (id: string): GpuTypeFacts | undefined => GPU_TYPES.find((gpu) => gpu.id === id)
