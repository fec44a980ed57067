const PREFIX = 'berth'

/** Marker of one launch attempt; letters, digits and hyphens only, under 63 characters, so that it fits every provider's name field. */
export function markerOf(rentalId: string, attempt: number): string {
  return `${PREFIX}-${rentalId.toLowerCase().replace('_', '-')}-${attempt}`
}

/** The rental and attempt behind a marker; null for a name that is not ours and must be left alone. */
export function parseMarker(name: string): { rentalId: string; attempt: number } | null {
  const match = /^berth-rent-([0-9a-hjkmnp-tv-z]{26})-(\d{1,3})$/.exec(name)
  if (!match?.[1] || !match[2]) return null
  return { rentalId: `rent_${match[1].toUpperCase()}`, attempt: Number(match[2]) }
}
