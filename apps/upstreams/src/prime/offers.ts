/** One configuration of one cloud as Prime sells it, and the card that nvidia-smi shows inside. */
export interface OfferFacts {
  readonly provider: string
  readonly cloudId: string
  readonly gpuType: string
  readonly socket: string
  readonly gpus: number
  readonly vcpus: number
  readonly memoryGib: number
  readonly disk: DiskFacts
  readonly priceMicrosPerHour: bigint
  readonly spot: boolean
  readonly dataCenter: string
  readonly country: string
  readonly region: string
  readonly prepaidHours: number | null
  readonly variablePrice: boolean
  readonly card: { readonly name: string; readonly memoryMib: number }
}

/** Disk as it is sold; a `max` of the default size means that it is what it is. */
export interface DiskFacts {
  readonly defaultGib: number
  readonly maxGib: number
  readonly stepGib: number
  readonly microsPerGibHour: bigint
  /** Whether the default size is in the price. */
  readonly included: boolean
}

/** Boards: gpuType, socket; then name and MiB as the driver tells them. */
const BOARDS = {
  a4000: ['A4000_16GB', 'PCIe', 'NVIDIA RTX A4000', 16_376],
  a6000: ['A6000_48GB', 'PCIe', 'NVIDIA RTX A6000', 49_140],
  rtx4090: ['RTX4090_24GB', 'PCIe', 'NVIDIA GeForce RTX 4090', 24_564],
  l40: ['L40_48GB', 'PCIe', 'NVIDIA L40', 46_068],
  l40s: ['L40S_48GB', 'PCIe', 'NVIDIA L40S', 46_068],
  a100Pcie: ['A100_80GB', 'PCIe', 'NVIDIA A100 80GB PCIe', 81_920],
  a100: ['A100_80GB', 'SXM4', 'NVIDIA A100-SXM4-80GB', 81_920],
  h100Pcie: ['H100_80GB', 'PCIe', 'NVIDIA H100 PCIe', 81_559],
  h100: ['H100_80GB', 'SXM5', 'NVIDIA H100 80GB HBM3', 81_559],
  h200: ['H200_141GB', 'SXM5', 'NVIDIA H200', 143_771],
  b200: ['B200_180GB', 'SXM6', 'NVIDIA B200', 183_359],
} as const satisfies Record<string, readonly [string, string, string, number]>

const fixedDisk = (gib: number): DiskFacts => ({
  defaultGib: gib,
  maxGib: gib,
  stepGib: 1,
  microsPerGibHour: 0n,
  included: true,
})
const DISKS = {
  small: fixedDisk(100),
  large: fixedDisk(850),
  huge: fixedDisk(14_000),
  growing: { defaultGib: 100, maxGib: 2000, stepGib: 1, microsPerGibHour: 140n, included: true },
  apart: { defaultGib: 100, maxGib: 1000, stepGib: 10, microsPerGibHour: 70n, included: false },
} as const satisfies Record<string, DiskFacts>

const REGION_OF: Readonly<Record<string, string>> = {
  US: 'united_states',
  CA: 'canada',
  FI: 'eu_north',
  IS: 'eu_north',
  DE: 'eu_west',
  NO: 'eu_north',
}

type Row = readonly [
  provider: string,
  cloudId: string,
  board: keyof typeof BOARDS,
  gpus: number,
  vcpus: number,
  memoryGib: number,
  disk: keyof typeof DISKS,
  microsPerHour: bigint,
  dataCenter: string,
  country: string,
  oddity?: 'spot' | 'prepaid' | 'variable',
]

/** Prices of 2026 in micro-dollars an hour for the whole configuration. */
const ROWS: readonly Row[] = [
  ['hyperstack', 'n3-RTX-A4000x1', 'a4000', 1, 6, 22, 'small', 150_000n, 'CANADA-1', 'CA'],
  ['hyperstack', 'n3-L40x1', 'l40', 1, 28, 58, 'large', 1_000_000n, 'CANADA-1', 'CA'],
  ['hyperstack', 'n3-A100x1', 'a100Pcie', 1, 28, 120, 'large', 1_350_000n, 'CANADA-1', 'CA'],
  ['hyperstack', 'n3-H100x1', 'h100Pcie', 1, 28, 180, 'large', 1_900_000n, 'CANADA-1', 'CA'],
  ['datacrunch', '1A100.22V', 'a100', 1, 22, 120, 'apart', 1_120_000n, 'FIN-01', 'FI'],
  ['datacrunch', '1A100.22V_SPOT', 'a100', 1, 22, 120, 'apart', 530_000n, 'FIN-01', 'FI', 'spot'],
  ['datacrunch', '1L40S.20V', 'l40s', 1, 20, 60, 'apart', 910_000n, 'FIN-02', 'FI'],
  ['datacrunch', '1H100.80S.30V', 'h100', 1, 30, 120, 'apart', 1_970_000n, 'FIN-02', 'FI'],
  ['datacrunch', '8H100.80S.176V_SPOT', 'h100', 8, 176, 1480, 'apart', 6_840_000n, 'ICE-01', 'IS', 'spot'],
  ['datacrunch', '1H200.141S.44V', 'h200', 1, 44, 182, 'apart', 2_000_000n, 'FIN-02', 'FI'],
  ['lambdalabs', 'gpu_1x_h100_sxm5', 'h100', 1, 26, 225, 'large', 3_290_000n, 'us-south-2', 'US'],
  ['lambdalabs', 'gpu_8x_h100_sxm5', 'h100', 8, 208, 1800, 'huge', 23_920_000n, 'us-west-3', 'US'],
  ['runpod', 'NVIDIA GeForce RTX 4090', 'rtx4090', 1, 16, 62, 'growing', 690_000n, 'US-KS-2', 'US'],
  ['runpod', 'NVIDIA A100-SXM4-80GB', 'a100', 1, 16, 125, 'growing', 1_490_000n, 'US-KS-2', 'US'],
  ['massedcompute', 'gpu_1x_a6000', 'a6000', 1, 6, 48, 'small', 540_000n, 'us-central-1', 'US'],
  ['massedcompute', 'gpu_4x_a6000', 'a6000', 4, 30, 192, 'large', 2_160_000n, 'us-central-1', 'US'],
  ['crusoecloud', 'l40s-48gb.1x', 'l40s', 1, 8, 147, 'small', 1_000_000n, 'us-east1-a', 'US'],
  ['crusoecloud', 'a100-80gb.8x', 'a100Pcie', 8, 96, 960, 'large', 13_200_000n, 'us-east1-a', 'US'],
  ['nebius', 'gpu-h100-sxm_1gpu-16vcpu-200gb', 'h100', 1, 16, 200, 'apart', 2_118_000n, 'eu-north1', 'FI'],
  ['latitude', 'g3-a100-large', 'a100', 8, 128, 1536, 'huge', 8_280_000n, 'FRA', 'DE', 'prepaid'],
  ['akash', 'akash-rtx4090', 'rtx4090', 1, 16, 32, 'small', 420_000n, 'akash-no', 'NO', 'variable'],
  ['primecompute', 'NVIDIA B200_8', 'b200', 8, 160, 1792, 'huge', 28_000_000n, 'US', 'US'],
]

const PREPAID_HOURS = 720

/** What the emulated marketplace lists. */
export const OFFERS: readonly OfferFacts[] = ROWS.map(
  ([
    provider,
    cloudId,
    board,
    gpus,
    vcpus,
    memoryGib,
    disk,
    priceMicrosPerHour,
    dataCenter,
    country,
    oddity,
  ]): OfferFacts => {
    const [gpuType, socket, name, memoryMib] = BOARDS[board]
    return {
      provider,
      cloudId,
      gpuType,
      socket,
      gpus,
      vcpus,
      memoryGib,
      disk: DISKS[disk],
      priceMicrosPerHour,
      spot: oddity === 'spot',
      dataCenter,
      country,
      region: REGION_OF[country] ?? 'united_states',
      prepaidHours: oddity === 'prepaid' ? PREPAID_HOURS : null,
      variablePrice: oddity === 'variable',
      card: { name, memoryMib },
    }
  },
)

/** cloudId is the cloud's own word for a type, so only with the cloud and the place does it name one offer. */
export const findOffer = (
  provider: string,
  cloudId: string,
  dataCenter: string | undefined,
): OfferFacts | undefined =>
  OFFERS.find(
    (offer) =>
      offer.provider === provider &&
      offer.cloudId === cloudId &&
      (dataCenter ?? offer.dataCenter) === offer.dataCenter,
  )

export const IMAGES = ['ubuntu_22_cuda_12', 'cuda_12_6_pytorch_2_7', 'axolotl'] as const

const MICROS_PER_DOLLAR = 1_000_000

/** Dollars as Prime writes them: a float. */
export const dollars = (micros: bigint): number => Number(micros) / MICROS_PER_DOLLAR

const GIB_OF_CARD = 1024

/** An item of `/availability/gpus`; what is sold out is listed all the same. */
export function renderOffer(offer: OfferFacts, free: number): Record<string, unknown> {
  const { disk, vcpus, memoryGib } = offer
  const resource = (count: number) => ({
    minCount: count,
    defaultCount: count,
    maxCount: count,
    pricePerUnit: 0,
    step: 1,
    defaultIncludedInPrice: true,
    additionalInfo: null,
  })
  return {
    cloudId: offer.cloudId,
    gpuType: offer.gpuType,
    socket: offer.socket,
    provider: offer.provider,
    region: offer.region,
    dataCenter: offer.dataCenter,
    country: offer.country,
    gpuCount: offer.gpus,
    gpuMemory: Math.round(offer.card.memoryMib / GIB_OF_CARD),
    disk: {
      minCount: disk.defaultGib,
      defaultCount: disk.defaultGib,
      maxCount: disk.maxGib,
      pricePerUnit: dollars(disk.microsPerGibHour),
      step: disk.stepGib,
      defaultIncludedInPrice: disk.included,
      additionalInfo: null,
    },
    sharedDisk: null,
    vcpu: resource(vcpus),
    memory: resource(memoryGib),
    internetSpeed: null,
    interconnect: null,
    interconnectType: null,
    provisioningTime: 120,
    stockStatus: stockWord(free),
    security: 'secure_cloud',
    prices: {
      onDemand: dollars(offer.priceMicrosPerHour),
      communityPrice: null,
      isVariable: offer.variablePrice,
      currency: 'USD',
    },
    images: IMAGES,
    isSpot: offer.spot,
    prepaidTime: offer.prepaidHours,
  }
}

const PLENTY = 4

function stockWord(free: number): string {
  if (free === 0) return 'Unavailable'
  if (free === 1) return 'Low'
  return free >= PLENTY ? 'High' : 'Available'
}
