import type { FormFactor } from '@berth/contract/offer'

/** A family of boards that we know by name: how to recognise it, and what sizes and shapes it was built in. */
export interface GpuBoard {
  vendor: 'nvidia' | 'amd'
  /** Canonical model; where a pattern has groups, they decide it. */
  model: string
  /** Matched against the raw name in lower case with separators as single spaces. */
  pattern: RegExp
  /** Nominal GiB of one board as it is sold; none listed where the name alone never tells. */
  memoriesGib: readonly number[]
  /** The shape, where it was built in one only. */
  formFactor?: FormFactor
}

type Row = [
  vendor: GpuBoard['vendor'],
  model: string,
  pattern: RegExp,
  memoriesGib: readonly number[],
  formFactor?: FormFactor,
]

const END = String.raw`(?![a-z0-9])`
/** A model word is over where no further letter or digit follows, save for a count such as "h100x8". */
const word = (source: string): RegExp => new RegExp(`(?<![a-z0-9])(?:${source})(?:x\\d+)?${END}`)

/** The first that matches wins, so the longer name stands before the shorter one it contains. */
const ROWS: Row[] = [
  ['nvidia', 'GB300', word('gb ?300'), [288]],
  ['nvidia', 'GB200', word('gb ?200'), [186]],
  ['nvidia', 'GH200', word('gh ?200'), [96, 144]],
  ['nvidia', 'B300', word('b300'), [288], 'sxm'],
  ['nvidia', 'B200', word('b200'), [180], 'sxm'],
  ['nvidia', 'H200', word('h200'), [141]],
  ['nvidia', 'H100', word('h100'), [80, 94, 96]],
  ['nvidia', 'H800', word('h800'), [80]],
  ['nvidia', 'H20', word('h20'), [96, 141], 'sxm'],
  ['nvidia', 'A100X', word('a100x'), [80], 'pcie'],
  ['nvidia', 'A100', word('a100'), [40, 80]],
  ['nvidia', 'A800', word('a800'), [40, 80]],
  ['nvidia', 'A30', word('a30'), [24], 'pcie'],
  ['nvidia', 'A40', word('a40'), [48], 'pcie'],
  ['nvidia', 'A10G', word('a10g'), [24], 'pcie'],
  ['nvidia', 'A10', word('a10'), [24], 'pcie'],
  ['nvidia', 'A16', word('a16'), [16], 'pcie'],
  ['nvidia', 'A2', word('a2'), [16], 'pcie'],
  ['nvidia', 'L40S', word('l40s'), [48], 'pcie'],
  ['nvidia', 'L40', word('l40'), [48], 'pcie'],
  ['nvidia', 'L4', word('l4'), [24], 'pcie'],
  ['nvidia', 'T4', word('t4'), [16], 'pcie'],
  ['nvidia', 'V100', word('v100s?'), [16, 32]],
  ['nvidia', 'P100', word('p100'), [12, 16]],
  ['nvidia', 'P40', word('p40'), [24], 'pcie'],
  ['nvidia', 'P4', word('p4'), [8], 'pcie'],
  ['nvidia', 'K80', word('k80'), [12], 'pcie'],
  ['amd', 'MI355X', word('mi ?355x'), [288], 'oam'],
  ['amd', 'MI350X', word('mi ?350x'), [288], 'oam'],
  ['amd', 'MI325X', word('mi ?325x'), [256], 'oam'],
  ['amd', 'MI300X', word('mi ?300x'), [192], 'oam'],
  ['amd', 'MI250X', word('mi ?250x'), [128], 'oam'],
  ['amd', 'MI250', word('mi ?250'), [128], 'oam'],
  ['amd', 'MI210', word('mi ?210'), [64], 'pcie'],
  ['amd', 'MI100', word('mi ?100'), [32], 'pcie'],
]

export const DATACENTER_BOARDS: readonly GpuBoard[] = ROWS.map(
  ([vendor, model, pattern, memoriesGib, formFactor]) => ({
    vendor,
    model,
    pattern,
    memoriesGib,
    ...(formFactor ? { formFactor } : {}),
  }),
)

/** Nominal GiB of workstation and consumer boards by canonical model; a board that was modified keeps the size it shows. */
export const WORKSTATION_MEMORIES_GIB: Readonly<Record<string, readonly number[]>> = {
  'RTX PRO 6000': [96],
  'RTX PRO 6000 Server': [96],
  'RTX PRO 6000 Workstation': [96],
  'RTX PRO 6000 Max-Q': [96],
  'RTX PRO 5000': [48, 72],
  'RTX PRO 4500': [32],
  'RTX PRO 4000': [24],
  'RTX 6000 Ada': [48],
  'RTX 5880 Ada': [48],
  'RTX 5000 Ada': [32],
  'RTX 4500 Ada': [24],
  'RTX 4000 Ada': [20],
  'RTX 4000 SFF Ada': [20],
  'RTX 2000 Ada': [16],
  'RTX A6000': [48],
  'RTX A5500': [24],
  'RTX A5000': [24],
  'RTX A4500': [20],
  'RTX A4000': [16],
  'RTX A2000': [6, 12],
  'Quadro RTX 8000': [48],
  'Quadro RTX 6000': [24],
  'Quadro RTX 5000': [16],
  'Quadro RTX 4000': [8],
  'RTX 5090': [32],
  'RTX 5080': [16],
  'RTX 5070 Ti': [16],
  'RTX 5070': [12],
  'RTX 5060 Ti': [8, 16],
  'RTX 5060': [8],
  'RTX 4090': [24],
  'RTX 4090 D': [24],
  'RTX 4080': [16],
  'RTX 4080 Super': [16],
  'RTX 4070': [12],
  'RTX 4070 Ti': [12],
  'RTX 4070 Super': [12],
  'RTX 4070 Ti Super': [16],
  'RTX 4060': [8],
  'RTX 4060 Ti': [8, 16],
  'RTX 3090': [24],
  'RTX 3090 Ti': [24],
  'RTX 3080': [10, 12],
  'RTX 3080 Ti': [12],
  'RTX 3070': [8],
  'RTX 3070 Ti': [8],
  'RTX 3060': [8, 12],
  'RTX 3060 Ti': [8],
  'RTX 2080 Ti': [11],
  'RTX 2080 Super': [8],
  'RTX 2080': [8],
  'RTX 2070': [8],
  'RTX 2060': [6, 12],
  'GTX 1080 Ti': [11],
  'GTX 1080': [8],
  'GTX 1070': [8],
  'GTX 1660 Super': [6],
  'TITAN RTX': [24],
  'TITAN V': [12],
  'TITAN Xp': [12],
  'RX 7900 XTX': [24],
  'RX 7900 XT': [20],
}
