import type { Facets } from '@berth/contract/schemas/catalog'

/** What most people come for; `key` is how the canonical keys of all its boards begin. */
const PICKS = [
  { label: 'H100 80 GB', key: 'nvidia-h100-80gb' },
  { label: 'H200', key: 'nvidia-h200-' },
  { label: 'B200', key: 'nvidia-b200-' },
  { label: 'A100 80 GB', key: 'nvidia-a100-80gb' },
  { label: 'L40S', key: 'nvidia-l40s-' },
  { label: 'RTX 5090', key: 'nvidia-rtx-5090-' },
  { label: 'RTX 4090', key: 'nvidia-rtx-4090-' },
]

export interface QuickPick {
  label: string
  /** Every board of it that is on the market. */
  gpu: string[]
  chosen: boolean
}

/** The picks that the market has at present, and the one that is chosen: nothing but boards of it are filtered for. */
export const quickPicks = (onSale: Facets['gpu'], filtered: readonly string[]): QuickPick[] =>
  PICKS.flatMap(({ label, key }) => {
    const gpu = onSale.map(({ value }) => value).filter((value) => value.startsWith(key))
    const chosen = filtered.length > 0 && filtered.every((value) => value.startsWith(key))
    return gpu.length === 0 && !chosen ? [] : [{ label, gpu, chosen }]
  })
