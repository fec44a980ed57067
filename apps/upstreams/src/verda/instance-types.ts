/** One instance type as the catalog lists it, and the card that nvidia-smi shows on such a machine. */
export interface InstanceTypeFacts {
  readonly instanceType: string
  readonly model: string
  readonly name: string
  readonly manufacturer: string
  readonly gpus: number
  /** "1x H100 SXM5 80GB"; empty on machines without a GPU. */
  readonly gpuDescription: string
  /** Of all GPUs together, as Verda tells it. */
  readonly gpuMemoryGb: number
  readonly cores: number
  readonly memoryGb: number
  /** Dollars an hour as Verda writes them, for the whole machine. */
  readonly pricePerHour: string
  readonly spotPrice: string
  readonly supportedOs: readonly string[]
  /** Null on machines without a GPU. */
  readonly card: { readonly name: string; readonly memoryMib: number } | null
  /** How often there is one, 0 (rare) to 1 (everywhere); the seeded stock follows it. */
  readonly abundance: number
}

const NEWER_OS = [
  'ubuntu-24.04',
  'ubuntu-24.04-cuda-12.8-open',
  'ubuntu-24.04-cuda-12.8-open-docker',
  'ubuntu-22.04-cuda-12.4-docker',
]
/** The newest images are refused on the oldest boards. */
const OLDER_OS = ['ubuntu-22.04', 'ubuntu-22.04-cuda-12.0', 'ubuntu-22.04-cuda-12.0-docker']
const CPU_OS = ['ubuntu-22.04', 'ubuntu-24.04']

type Family = readonly [
  name: string,
  model: string,
  memoryGb: number,
  cardName: string,
  cardMemoryMib: number,
  centsEach: number,
  spotCentsEach: number,
  abundance: number,
  supportedOs: readonly string[],
]

/** List prices in cents an hour for one GPU, summer of 2026; the words are Verda's. */
const FAMILIES = {
  b300: ['B300 SXM6 268GB', 'B300', 268, 'NVIDIA B300 SXM6 AC', 275_040, 495, 173, 0.4, NEWER_OS],
  b200: ['B200 SXM6 180GB', 'B200', 180, 'NVIDIA B200', 183_359, 399, 140, 0.5, NEWER_OS],
  h200: ['H200 SXM5 141GB', 'H200', 141, 'NVIDIA H200', 143_771, 299, 105, 0.6, NEWER_OS],
  h100: ['H100 SXM5 80GB', 'H100', 80, 'NVIDIA H100 80GB HBM3', 81_559, 229, 80, 0.8, NEWER_OS],
  a100: ['A100 SXM4 80GB', 'A100', 80, 'NVIDIA A100-SXM4-80GB', 81_920, 129, 45, 0.7, NEWER_OS],
  a100Small: ['A100 SXM4 40GB', 'A100', 40, 'NVIDIA A100-SXM4-40GB', 40_960, 72, 25, 0.6, NEWER_OS],
  l40s: ['L40S 48GB', 'L40S', 48, 'NVIDIA L40S', 46_068, 91, 32, 0.7, NEWER_OS],
  pro6000: [
    'RTX PRO 6000 96GB',
    'RTX PRO 6000',
    96,
    'NVIDIA RTX PRO 6000 Blackwell Server Edition',
    97_887,
    139,
    49,
    0.6,
    NEWER_OS,
  ],
  ada: [
    'RTX 6000 Ada 48GB',
    'RTX 6000 Ada',
    48,
    'NVIDIA RTX 6000 Ada Generation',
    49_140,
    83,
    29,
    0.7,
    NEWER_OS,
  ],
  a6000: ['RTX A6000 48GB', 'RTX A6000', 48, 'NVIDIA RTX A6000', 49_140, 49, 17, 0.8, OLDER_OS],
  v100: ['Tesla V100 16GB', 'Tesla V100', 16, 'Tesla V100-SXM2-16GB', 16_384, 14, 5, 0.9, OLDER_OS],
} as const satisfies Record<string, Family>

type Row = readonly [
  instanceType: string,
  family: keyof typeof FAMILIES,
  gpus: number,
  cores: number,
  memoryGb: number,
]

const ROWS: readonly Row[] = [
  ['1B300.30V', 'b300', 1, 30, 275],
  ['8B300.240V', 'b300', 8, 240, 2200],
  ['1B200.30V', 'b200', 1, 30, 184],
  ['4B200.120V', 'b200', 4, 120, 736],
  ['1H200.141S.44V', 'h200', 1, 44, 182],
  ['8H200.141S.176V', 'h200', 8, 176, 1450],
  ['1H100.80S.30V', 'h100', 1, 30, 120],
  ['2H100.80S.80V', 'h100', 2, 80, 370],
  ['8H100.80S.176V', 'h100', 8, 176, 1480],
  ['1A100.22V', 'a100', 1, 22, 120],
  ['4A100.88V', 'a100', 4, 88, 480],
  ['1A100.40S.22V', 'a100Small', 1, 22, 60],
  ['1L40S.20V', 'l40s', 1, 20, 60],
  ['1RTXPRO6000.30V', 'pro6000', 1, 30, 90],
  ['1RTX6000ADA.10V', 'ada', 1, 10, 60],
  ['1A6000.10V', 'a6000', 1, 10, 60],
  ['2A6000.20V', 'a6000', 2, 20, 120],
  ['1V100.6V', 'v100', 1, 6, 23],
  ['4V100.20V', 'v100', 4, 20, 90],
]

const dollars = (cents: number): string =>
  `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`

const CPU_TYPE: InstanceTypeFacts = {
  instanceType: 'CPU.4V.16G',
  model: 'CPU Node',
  name: 'AMD EPYC',
  manufacturer: 'AMD',
  gpus: 0,
  gpuDescription: '',
  gpuMemoryGb: 0,
  cores: 4,
  memoryGb: 16,
  pricePerHour: '0.04',
  spotPrice: '0.02',
  supportedOs: CPU_OS,
  card: null,
  abundance: 1,
}

/** What the emulated cloud has on sale. */
export const INSTANCE_TYPES: readonly InstanceTypeFacts[] = [...ROWS.map(fromRow), CPU_TYPE]

function fromRow([instanceType, family, gpus, cores, memoryGb]: Row): InstanceTypeFacts {
  const [name, model, memoryEachGb, cardName, memoryMib, cents, spotCents, abundance, supportedOs] =
    FAMILIES[family]
  return {
    instanceType,
    model,
    name,
    manufacturer: 'NVIDIA',
    gpus,
    gpuDescription: `${gpus}x ${name}`,
    gpuMemoryGb: memoryEachGb * gpus,
    cores,
    memoryGb,
    pricePerHour: dollars(cents * gpus),
    spotPrice: dollars(spotCents * gpus),
    supportedOs,
    card: { name: cardName, memoryMib },
    abundance: abundance / Math.sqrt(gpus),
  }
}

export const findInstanceType = (instanceType: string): InstanceTypeFacts | undefined =>
  INSTANCE_TYPES.find((type) => type.instanceType === instanceType)

/** Micro-dollars an hour; the words have two decimals at most. */
export const priceMicrosOf = (type: InstanceTypeFacts, isSpot: boolean): bigint =>
  BigInt((isSpot ? type.spotPrice : type.pricePerHour).replace('.', '')) * 10_000n

/** The parts that an instance shows of its type, too. */
export const renderHardware = (type: InstanceTypeFacts): Record<string, unknown> => ({
  cpu: { description: `${type.cores} CPU`, number_of_cores: type.cores },
  gpu: { description: type.gpuDescription, number_of_gpus: type.gpus },
  gpu_memory: {
    description: type.gpus === 0 ? '' : `${type.gpuMemoryGb}GB GPU RAM`,
    size_in_gigabytes: type.gpuMemoryGb,
  },
  memory: { description: `${type.memoryGb}GB RAM`, size_in_gigabytes: type.memoryGb },
  storage: { description: 'dynamic' },
})

/** An instance type as `/instance-types` lists it; prices are strings. */
export const renderInstanceType = (type: InstanceTypeFacts): Record<string, unknown> => ({
  id: `type-${type.instanceType}`,
  instance_type: type.instanceType,
  model: type.model,
  name: type.name,
  display_name: null,
  ...renderHardware(type),
  price_per_hour: type.pricePerHour,
  spot_price: type.spotPrice,
  dynamic_price: type.pricePerHour,
  max_dynamic_price: type.pricePerHour,
  currency: 'usd',
  manufacturer: type.manufacturer,
  best_for: [],
  description: 'Dedicated Hardware Instance',
  deploy_warning: null,
  p2p: type.gpus > 1 ? '300GB/s' : null,
  supported_os: type.supportedOs,
})
