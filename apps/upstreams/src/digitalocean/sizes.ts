/** One size of GPU Droplet, and the card that nvidia-smi shows inside. */
export interface SizeFacts {
  readonly slug: string
  readonly description: string
  /** Exact dollars, since that is DigitalOcean's wire; the meter's figure is beside it. */
  readonly priceMicrosPerHour: bigint
  readonly vcpus: number
  readonly memoryMib: number
  readonly diskGib: number
  readonly scratchGib: number
  readonly gpu: { readonly count: number; readonly model: string; readonly vramGib: number }
  readonly card: { readonly name: string; readonly memoryMib: number }
  /** Where it is built in; stock comes and goes there. */
  readonly regions: readonly string[]
  readonly abundance: number
}

/** A board as the API names it, with its memory in GB, and as its driver shows it. */
const BOARDS = {
  rtx4000: ['nvidia_rtx4000_ada', 20, 'NVIDIA RTX 4000 Ada Generation', 20_475],
  rtx6000: ['nvidia_rtx6000_ada', 48, 'NVIDIA RTX 6000 Ada Generation', 49_140],
  l40s: ['nvidia_l40s', 48, 'NVIDIA L40S', 46_068],
  h100: ['nvidia_h100', 80, 'NVIDIA H100 80GB HBM3', 81_559],
  h200: ['nvidia_h200', 141, 'NVIDIA H200', 143_771],
  mi300x: ['amd_mi300x', 192, 'AMD Instinct MI300X', 196_592],
  mi325x: ['amd_mi325x', 256, 'AMD Instinct MI325X', 262_128],
} as const satisfies Record<string, readonly [model: string, gib: number, name: string, memoryMib: number]>

/** Virtual CPUs, GiB of memory, GiB of boot and of scratch disk. */
const SHAPES = {
  small: [8, 32, 500, 0],
  medium: [8, 64, 500, 0],
  one: [20, 240, 720, 5_120],
  eight: [160, 1_920, 2_046, 40_960],
} as const

type Row = readonly [
  slug: string,
  description: string,
  board: keyof typeof BOARDS,
  shape: keyof typeof SHAPES,
  centsPerHour: number,
  regions: string,
  abundance: number,
]

/** On-demand list prices of 2026 and the places of DigitalOcean's availability matrix, as far as they are public. */
const ROWS: readonly Row[] = [
  ['gpu-4000adax1-20gb', 'RTX 4000 Ada GPU - 1X', 'rtx4000', 'small', 76, 'tor1 nyc2 atl1', 0.95],
  ['gpu-6000adax1-48gb', 'RTX 6000 Ada GPU - 1X', 'rtx6000', 'medium', 157, 'tor1 nyc2', 0.8],
  ['gpu-l40sx1-48gb', 'L40S GPU - 1X', 'l40s', 'medium', 157, 'tor1 atl1 fra1', 0.85],
  ['gpu-h100x1-80gb', 'H100 GPU - 1X', 'h100', 'one', 339, 'nyc2 tor1 atl1 ams3', 0.9],
  ['gpu-h100x8-640gb', 'H100 GPU - 8X', 'h100', 'eight', 2_392, 'nyc2 tor1 ams3', 0.7],
  ['gpu-h200x1-141gb', 'H200 GPU - 1X', 'h200', 'one', 344, 'nyc2 atl1', 0.8],
  ['gpu-h200x8-1128gb', 'H200 GPU - 8X', 'h200', 'eight', 2_752, 'atl1 nyc2', 0.6],
  ['gpu-mi300x1-192gb', 'AMD MI300X - 1X', 'mi300x', 'one', 199, 'nyc2 atl1', 0.8],
  ['gpu-mi300x8-1536gb', 'AMD MI300X - 8X', 'mi300x', 'eight', 1_592, 'nyc2 atl1', 0.6],
  ['gpu-mi325x8-2048gb', 'AMD MI325X - 8X', 'mi325x', 'eight', 1_832, 'atl1', 0.7],
]

const MICROS_PER_CENT = 10_000n
const MIB_PER_GIB = 1024

/** The GPU sizes of the emulated cloud; those without a GPU are left out, since no pod is made of them. */
export const SIZES: readonly SizeFacts[] = ROWS.map(
  ([slug, description, board, shape, cents, regions, abundance]) => {
    const [model, gib, name, memoryMib] = BOARDS[board]
    const [vcpus, ramGib, diskGib, scratchGib] = SHAPES[shape]
    const count = shape === 'eight' ? 8 : 1
    return {
      slug,
      description,
      priceMicrosPerHour: BigInt(cents) * MICROS_PER_CENT,
      vcpus,
      memoryMib: ramGib * MIB_PER_GIB,
      diskGib,
      scratchGib,
      gpu: { count, model, vramGib: gib * count },
      card: { name, memoryMib },
      regions: regions.split(' '),
      abundance,
    }
  },
)

export const findSize = (slug: string): SizeFacts | undefined => SIZES.find((size) => size.slug === slug)

const MICROS_PER_DOLLAR = 1_000_000
const HOURS_PER_BILLED_MONTH = 744

/** A size as `/v2/sizes` and each droplet show it; `regions` are those that have it now. */
export function renderSize(size: SizeFacts, regions: readonly string[]): Record<string, unknown> {
  const dollars = Number(size.priceMicrosPerHour) / MICROS_PER_DOLLAR
  const disk = (type: string, amount: number) => ({ type, size: { amount, unit: 'gib' } })
  return {
    slug: size.slug,
    memory: size.memoryMib,
    vcpus: size.vcpus,
    disk: size.diskGib,
    transfer: size.gpu.count === 1 ? 15 : 60,
    price_monthly: Number((dollars * HOURS_PER_BILLED_MONTH).toFixed(2)),
    price_hourly: dollars,
    regions,
    available: regions.length > 0,
    description: size.description,
    networking_throughput: 10_000,
    disk_info: [
      disk('local', size.diskGib),
      ...(size.scratchGib > 0 ? [disk('scratch', size.scratchGib)] : []),
    ],
    gpu_info: {
      count: size.gpu.count,
      vram: { amount: size.gpu.vramGib, unit: 'gib' },
      model: size.gpu.model,
    },
  }
}
