/** The regions of the cloud with Lambda's own words for them. */
export const REGIONS = {
  'us-west-1': 'California, USA',
  'us-west-2': 'Arizona, USA',
  'us-west-3': 'Utah, USA',
  'us-south-1': 'Texas, USA',
  'us-south-2': 'North Texas, USA',
  'us-south-3': 'Central Texas, USA',
  'us-east-1': 'Virginia, USA',
  'us-east-2': 'Washington, DC, USA',
  'us-midwest-1': 'Illinois, USA',
  'europe-central-1': 'Germany',
  'asia-south-1': 'India',
  'asia-northeast-1': 'Osaka, Japan',
  'asia-northeast-2': 'Tokyo, Japan',
  'me-west-1': 'Israel',
  'australia-east-1': 'Australia',
} as const

export type RegionName = keyof typeof REGIONS

export const REGION_NAMES = Object.keys(REGIONS) as RegionName[]

export const isRegion = (name: string): name is RegionName => Object.hasOwn(REGIONS, name)

/** A region as every answer shows it. */
export const renderRegion = (name: RegionName): { name: string; description: string } => ({
  name,
  description: REGIONS[name],
})
