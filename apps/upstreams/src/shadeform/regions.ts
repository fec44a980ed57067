/** Shadeform's names for the places of its clouds, and how it shows them to people. */
export const REGIONS = {
  'montreal-canada-2': 'Canada, Montreal',
  'oslo-norway-1': 'Norway, Oslo',
  'kansascity-usa-1': 'US, Kansas City, MO',
  'desmoines-usa-1': 'US, Des Moines, IA',
  'dallas-usa-3': 'US, Dallas, TX',
  'sanjose-usa-2': 'US, San Jose, CA',
  'culpeper-usa-1': 'US, Culpeper, VA',
  'helsinki-finland-2': 'Finland, Helsinki',
  'paris-france-5': 'France, Paris',
  'warsaw-poland-1': 'Poland, Warsaw',
  'tokyo-japan-5': 'Japan, Tokyo',
} as const

export type RegionName = keyof typeof REGIONS
