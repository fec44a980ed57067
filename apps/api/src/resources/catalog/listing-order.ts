import type { ListingQuery } from '@berth/contract/schemas/catalog'
import type { ListedOffer } from './listed-offer.ts'

export type ListingSort = ListingQuery['sort']
export type ListingDirection = ListingQuery['order']

/**
 * Where an offer stands in an ordering: the sorted value, then cheaper first, then the id, so that no two offers
 * ever share a position. It survives a refresh of the market, which is what makes a cursor out of it.
 */
export type Position = [value: number | string | null, pricePerGpu: number, id: string]

export const positionOf = (listed: ListedOffer, sort: ListingSort): Position => [
  VALUES[sort](listed),
  listed.offer.pricePerGpuMicrosPerHour,
  listed.offer.id,
]

/** The direction turns the sorted value only; unknown values come last either way. */
export function comparePositions(a: Position, b: Position, direction: ListingDirection): number {
  return compareValues(a[0], b[0], direction) || a[1] - b[1] || compare(a[2], b[2])
}

const VALUES: Record<ListingSort, (listed: ListedOffer) => Position[0]> = {
  price: ({ offer }) => offer.priceMicrosPerHour,
  price_per_gpu: ({ offer }) => offer.pricePerGpuMicrosPerHour,
  memory: ({ offer }) => offer.gpu.memoryGib,
  gpu: ({ offer: { gpu, gpuCount } }) =>
    `${naturalKey(gpu.model)}/${naturalKey(`${gpu.memoryGib}/${gpu.formFactor}/${gpuCount}`)}`,
  reliability: ({ offer }) => offer.reliability,
  // Why: ascending is "how old", so the default direction shows the freshest first.
  freshness: ({ refreshedAtMs }) => -refreshedAtMs,
}

/** "RTX 4090" before "RTX 5090" and "A40" before "A100": numbers compare as numbers. */
const naturalKey = (name: string): string =>
  name.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(6, '0'))

function compareValues(a: Position[0], b: Position[0], direction: ListingDirection): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return direction === 'asc' ? compare(a, b) : compare(b, a)
}

const compare = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0)
