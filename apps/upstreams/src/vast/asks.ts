import { seededRandom } from '../kit/seeded-random.ts'

/** A machine (or a part of one) that its host offers, and what stands in it. */
export interface Ask {
  readonly id: number
  readonly machineId: number
  readonly hostId: number
  readonly gpuName: string
  readonly gpus: number
  /** Of one board, in MiB as the driver shows it; a little below nominal, as real hosts report it. */
  readonly gpuRamMib: number
  /** What nvidia-smi prints on it. */
  readonly cardName: string
  readonly computeCap: number
  readonly geolocation: string
  readonly microsPerHour: bigint
  readonly minBidMicrosPerHour: bigint
  readonly storageMicrosPerGbMonth: bigint
  readonly diskGb: number
  readonly cpuCores: number
  readonly cpuRamMib: number
  readonly reliability: number
  readonly verified: boolean
  readonly directPorts: number
}

type Card = readonly [
  gpuName: string,
  cardName: string,
  gpuRamMib: number,
  computeCap: number,
  centsPerHour: number,
]

const CARDS = {
  r3060: ['RTX 3060', 'NVIDIA GeForce RTX 3060', 12_288, 860, 7],
  r3090: ['RTX 3090', 'NVIDIA GeForce RTX 3090', 24_576, 860, 19],
  r4090: ['RTX 4090', 'NVIDIA GeForce RTX 4090', 24_564, 890, 36],
  r5090: ['RTX 5090', 'NVIDIA GeForce RTX 5090', 32_607, 1200, 58],
  a5000: ['RTX A5000', 'NVIDIA RTX A5000', 24_564, 860, 21],
  a6000: ['RTX A6000', 'NVIDIA RTX A6000', 49_140, 860, 44],
  a4000: ['RTX A4000', 'NVIDIA RTX A4000', 16_376, 860, 13],
  pro6000: ['RTX PRO 6000 WS', 'NVIDIA RTX PRO 6000 Blackwell Workstation Edition', 97_887, 1200, 118],
  l40s: ['L40S', 'NVIDIA L40S', 46_068, 890, 62],
  a100p: ['A100 PCIE', 'NVIDIA A100 80GB PCIe', 81_920, 800, 78],
  a100s: ['A100 SXM4', 'NVIDIA A100-SXM4-80GB', 81_920, 800, 89],
  h100s: ['H100 SXM', 'NVIDIA H100 80GB HBM3', 81_559, 900, 189],
  h100n: ['H100 NVL', 'NVIDIA H100 NVL', 95_830, 900, 168],
  h200: ['H200', 'NVIDIA H200', 143_771, 900, 239],
  b200: ['B200', 'NVIDIA B200', 183_359, 1000, 379],
} as const satisfies Record<string, Card>

type Row = readonly [card: keyof typeof CARDS, gpus: number, geolocation: string]

/** Prices of the summer of 2026, by card; hosts vary around them. */
const ROWS: readonly Row[] = [
  ['r3060', 1, 'Bulgaria, BG'],
  ['r3090', 1, 'Quebec, CA'],
  ['r3090', 4, 'Sweden, SE'],
  ['r4090', 1, 'Washington, US'],
  ['r4090', 1, 'Czechia, CZ'],
  ['r4090', 2, 'Taiwan, TW'],
  ['r4090', 8, 'Norway, NO'],
  ['r5090', 1, 'Texas, US'],
  ['r5090', 4, 'Poland, PL'],
  ['a4000', 1, 'Netherlands, NL'],
  ['a5000', 2, 'Ohio, US'],
  ['a6000', 1, 'United Kingdom, GB'],
  ['pro6000', 1, 'Utah, US'],
  ['l40s', 2, 'France, FR'],
  ['a100p', 1, 'California, US'],
  ['a100s', 8, 'Japan, JP'],
  ['h100s', 1, 'Iceland, IS'],
  ['h100s', 8, 'Finland, FI'],
  ['h100n', 2, 'Virginia, US'],
  ['h200', 8, 'Australia, AU'],
  ['b200', 8, 'Nevada, US'],
]

const MICROS_PER_CENT = 10_000
const FIRST_ASK_ID = 23_416_100

/** What is on offer: the same in every run. The last host is not verified, and has no direct ports. */
export const ASKS: readonly Ask[] = ROWS.map(([card, gpus, geolocation], index) => {
  const [gpuName, cardName, gpuRamMib, computeCap, cents] = CARDS[card]
  const random = (word: string): number => seededRandom('vast', index, word)
  const perGpu = Math.round(cents * MICROS_PER_CENT * (0.92 + random('price') * 0.16))
  const last = index === ROWS.length - 1
  return {
    id: FIRST_ASK_ID + index * 37,
    machineId: 11_000 + index * 13,
    hostId: 50_000 + Math.floor(random('host') * 900),
    gpuName,
    gpus,
    gpuRamMib,
    cardName,
    computeCap,
    geolocation,
    microsPerHour: BigInt(perGpu * gpus),
    minBidMicrosPerHour: BigInt(Math.round(perGpu * gpus * (0.35 + random('bid') * 0.2))),
    storageMicrosPerGbMonth: BigInt(Math.round(80_000 + random('storage') * 120_000)),
    diskGb: 200 + Math.floor(random('disk') * 1800),
    cpuCores: 8 * gpus + 8,
    cpuRamMib: 65_536 * gpus,
    reliability: Number((0.97 + random('reliability') * 0.0299).toFixed(4)),
    verified: !last,
    directPorts: last ? 0 : 20 + Math.floor(random('ports') * 200),
  }
})

export const findAsk = (id: number): Ask | undefined => ASKS.find((ask) => ask.id === id)
