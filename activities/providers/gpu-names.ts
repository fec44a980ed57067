import type { FormFactor, Gpu } from '@berth/contract/offer'
import { DATACENTER_BOARDS, type GpuBoard, WORKSTATION_MEMORIES_GIB } from './gpu-boards.ts'

export interface RawGpu {
  /** The provider's own word: "NVIDIA H100 80GB HBM3", "geforcertx4090-pcie-24gb", "H100 (80 GB SXM5)". */
  rawName: string
  /** Memory of one board, where the provider tells it apart from the name. */
  memoryMib?: number
  memoryGib?: number
  /** What the provider says about socket or interconnect: "SXM5", "PCIe", "pcie". */
  formFactorHint?: string | null
  /** "NVIDIA", "AMD": for names that do not tell. */
  vendorHint?: string | null
}

/** What a machine without a GPU is sold as. */
export const CPU_ONLY: Gpu = {
  key: 'cpu-only',
  vendor: 'none',
  model: 'CPU only',
  memoryGib: 0,
  formFactor: 'unknown',
  rawName: 'CPU',
}

/** Real boards show less than nominal (ECC, firmware) and providers mix GB and GiB; both stay within this share. */
const SNAP_SHARE = 0.07
/** B300 is told as 288, 275, 268 and 262 by different providers; no other size of it exists to confuse it with. */
const WIDE_SNAP_SHARE = 0.1
const WIDE_SNAP_MODELS = new Set(['B300', 'GB300'])

/**
 * One canonical name for a board, whatever its provider calls it. Unlike boards never get one key: SXM and PCIe, 40 and
 * 80 GB, "4090" and "4090 D", the variants of RTX PRO 6000; a name we do not know keeps all its words. Null where vendor
 * or memory can not be told; such an offer can not be sold, since nobody could check what was delivered.
 */
export function normalizeGpu(raw: RawGpu): Gpu | null {
  const words = spaced(raw.rawName)
  const board = identify(words, raw.vendorHint ?? null)
  if (!board) return null
  const memoryGib = memoryOf(raw, words, board)
  if (memoryGib === null) return null
  const formFactor = formFactorOf(`${words} ${spaced(raw.formFactorHint ?? '')}`, board)
  const key = `${board.vendor}-${slug(board.model)}-${memoryGib}gb-${formFactor}`
  return { key, vendor: board.vendor, model: board.model, memoryGib, formFactor, rawName: raw.rawName }
}

/**
 * Whether a board that shows itself as `seen` is what was sold as `sold`. Form factors are left out, since drivers and
 * some providers do not tell them. A plain "RTX PRO 6000" was sold without saying which of its variants.
 */
export function isSameBoard(
  sold: Pick<Gpu, 'vendor' | 'model' | 'memoryGib'>,
  seen: Pick<Gpu, 'vendor' | 'model' | 'memoryGib'>,
): boolean {
  const sameModel =
    sold.model === seen.model || (sold.model === 'RTX PRO 6000' && seen.model.startsWith('RTX PRO 6000 '))
  return sold.vendor === seen.vendor && sameModel && sold.memoryGib === seen.memoryGib
}

type Identity = Pick<GpuBoard, 'vendor' | 'model' | 'memoriesGib' | 'formFactor'>

function identify(words: string, vendorHint: string | null): Identity | null {
  const datacenter = DATACENTER_BOARDS.find(
    ({ pattern }) => pattern.test(words) && !/\b(rtx|gtx|quadro)\b/.test(words),
  )
  if (datacenter) return datacenter
  const model = workstationModel(words)
  if (model !== null) {
    return {
      vendor: model.startsWith('RX') ? 'amd' : 'nvidia',
      model,
      memoriesGib: WORKSTATION_MEMORIES_GIB[model] ?? [],
      formFactor: model.endsWith('Laptop') ? 'unknown' : 'pcie',
    }
  }
  return unknownModel(words, vendorHint)
}

/** Word parts stand apart afterwards: "geforcertx4090-pcie-24gb" reads "geforce rtx 4090 pcie 24gb". */
function spaced(name: string): string {
  return name
    .toLowerCase()
    .replace(/\((?:r|tm|c)\)|[®™]/g, ' ')
    .replace(/[^a-z0-9.]+/g, ' ')
    .replace(/(geforce|quadro|rtx|gtx|instinct|radeon|tesla|titan)(?=\S)/g, '$1 ')
    .replace(/(?<=[a-z])(?=rtx|gtx|instinct)/g, ' ')
    .replace(/(\d{4})(ti|super|ada|d|s|laptop)\b/g, '$1 $2')
    .replace(/(mi ?\d{3}x|ada)x?(\d)\b/g, '$1 x$2')
    .replace(/\s+/g, ' ')
    .trim()
}

function workstationModel(words: string): string | null {
  return (
    proBlackwell(words) ??
    adaWorkstation(words) ??
    ampereWorkstation(words) ??
    turing(words) ??
    consumer(words)
  )
}

function proBlackwell(words: string): string | null {
  const size = /\brtx pro ?(\d{4})/.exec(words)?.[1]
  if (size === undefined) return null
  const variant = [
    [/\bmax ?q\b/, ' Max-Q'],
    [/\bserver\b|\bs\b|\bse\b/, ' Server'],
    [/\bworkstation\b|\bw[sk]\b/, ' Workstation'],
  ].find(([pattern]) => (pattern as RegExp).test(words))
  return `RTX PRO ${size}${size === '6000' && variant ? String(variant[1]) : ''}`
}

function adaWorkstation(words: string): string | null {
  const match = /\b(?:rtx ?)?([2456]\d{3}) ?(sff )?ada\b/.exec(words) ?? /\brtx (5880)\b()/.exec(words)
  return match ? `RTX ${match[1]} ${match[2] ? 'SFF ' : ''}Ada` : null
}

function ampereWorkstation(words: string): string | null {
  const size = /(?<![a-z0-9])(?:rtx )?a([2456][05]00)(?:x\d+)?(?![a-z0-9])/.exec(words)?.[1]
  return size === undefined ? null : `RTX A${size}`
}

/** The Turing workstation boards share their numbers with Ada's: only "Quadro" (Vast: "Q", Lambda: the memory) tells them apart. */
function turing(words: string): string | null {
  const size = (/\b(?:quadro|q) rtx ([4568]000)\b/.exec(words) ?? /\brtx (6000) 24 ?gb\b/.exec(words))?.[1]
  return size === undefined ? null : `Quadro RTX ${size}`
}

function consumer(words: string): string | null {
  const titan = /\btitan (rtx|v|xp|x)\b/.exec(words)?.[1]
  if (titan !== undefined) return `TITAN ${titan === 'xp' ? 'Xp' : titan.toUpperCase()}`
  const radeon = /\brx ?(\d{4})(?: ?(xtx|xt|gre))?\b/.exec(words)
  if (radeon) return ['RX', radeon[1], radeon[2]?.toUpperCase()].filter(Boolean).join(' ')
  const match =
    /\b(?:(rtx|gtx) )?([1-5]0[5-9]0|16[5-6]0)((?: (?:ti|super|s|d|laptop|max ?q|mobile))*)(?![a-z0-9.])/.exec(
      words,
    )
  if (!match?.[2] || (match[1] === undefined && !words.includes('geforce'))) return null
  return ['RTX', match[2], ...suffixes(match[3] ?? '')].join(' ').replace(/^RTX (?=1)/, 'GTX ')
}

function suffixes(text: string): string[] {
  const has = (pattern: RegExp): boolean => pattern.test(text)
  return [
    has(/\bti\b/) ? 'Ti' : '',
    has(/\bsuper\b|\bs\b/) ? 'Super' : '',
    has(/\bd\b/) ? 'D' : '',
    has(/laptop|mobile|max ?q/) ? 'Laptop' : '',
  ].filter((part) => part !== '')
}

const NOT_PART_OF_A_MODEL =
  /\b(?:nvidia|amd|geforce|instinct|radeon|tesla|\d+ ?gi?b?|sxm\d?|pcie?|nvl|oam|hbm\d?e?|nvlink|gpu)\b/g

/** A board we never heard of keeps every word that is not its vendor, size or shape, and so merges with no other. */
function unknownModel(words: string, vendorHint: string | null): Identity | null {
  const vendor = vendorOf(`${words} ${spaced(vendorHint ?? '')}`)
  const model = words.replace(NOT_PART_OF_A_MODEL, ' ').replace(/\s+/g, ' ').trim().toUpperCase()
  return vendor === null || model === '' ? null : { vendor, model, memoriesGib: [] }
}

function vendorOf(words: string): 'nvidia' | 'amd' | null {
  if (/\b(?:amd|radeon|instinct)\b|\bmi\d{3}/.test(words)) return 'amd'
  return /\b(?:nvidia|geforce|rtx|gtx|quadro|tesla|titan)\b/.test(words) ? 'nvidia' : null
}

function memoryOf({ memoryMib, memoryGib }: RawGpu, words: string, board: Identity): number | null {
  const told = memoryMib === undefined ? memoryGib : memoryMib / 1024
  if (told !== undefined) return told > 0 ? (snap(told, board) ?? Math.max(1, Math.round(told))) : null
  const [only, ...others] = board.memoriesGib
  const named = [...words.matchAll(/(?<![a-z0-9.])(\d+) ?g(?:i?b)?\b/g)].map(([, size]) => Number(size))
  // Why: a number in the name may be the host's memory ("GH200 480GB"); only sizes this board was built in count.
  const fitting = named.map((size) => snap(size, board)).find((size) => size !== null)
  if (fitting !== undefined) return fitting ?? null
  if (only === undefined) return named[0] ?? null
  return others.length === 0 ? only : null
}

/** The nearest nominal size, where one is near enough; null for a size this board was not built in. */
function snap(sizeGib: number, { memoriesGib, model }: Identity): number | null {
  const share = WIDE_SNAP_MODELS.has(model) ? WIDE_SNAP_SHARE : SNAP_SHARE
  const near = memoriesGib
    .filter((nominal) => Math.abs(sizeGib - nominal) <= nominal * share)
    .sort((a, b) => Math.abs(sizeGib - a) - Math.abs(sizeGib - b))
  return near[0] ?? null
}

function formFactorOf(words: string, board: Identity): FormFactor {
  if (board.formFactor) return board.formFactor
  if (/\bnvl\b/.test(words)) return 'nvl'
  if (/\bsxm\d?\b/.test(words)) return 'sxm'
  if (/\bpcie?\b/.test(words)) return 'pcie'
  if (/\boam\b/.test(words)) return 'oam'
  // Why: the driver names H100 SXM by its memory; the other H100 boards carry HBM2e or say NVL.
  return board.model === 'H100' && /\bhbm3\b/.test(words) ? 'sxm' : 'unknown'
}

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-')
