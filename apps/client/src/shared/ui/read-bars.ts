/** Which of so many places stands at `x` of a plot that is `width` wide; the nearest one outside of it. */
export const placeAt = (x: number, width: number, places: number): number =>
  Math.min(places - 1, Math.max(0, Math.floor((x / Math.max(1, width)) * places)))

/** Where a key leads from a bar, as on every slider; null for a key that leads nowhere. */
export function stepByKey(key: string, from: number, count: number): number | null {
  const to: Record<string, number> = {
    ArrowLeft: from - 1,
    ArrowDown: from - 1,
    ArrowRight: from + 1,
    ArrowUp: from + 1,
    PageDown: from - 7,
    PageUp: from + 7,
    Home: 0,
    End: count - 1,
  }
  const index = to[key]
  return index === undefined ? null : Math.min(count - 1, Math.max(0, index))
}
