/** One region as the catalog lists it. */
export interface DataCenterFacts {
  readonly id: string
  readonly name: string
  readonly country: string
  readonly region: 'NORTH_AMERICA' | 'EUROPE' | 'ASIA' | 'OCEANIA'
  readonly globalNetwork: boolean
  readonly networkVolumeTypes: readonly ('STANDARD' | 'HIGH_PERFORMANCE')[]
  readonly compliance: readonly string[]
}

type Row = readonly [id: string, name: string, region: DataCenterFacts['region'], globalNetwork: boolean]

const ROWS: readonly Row[] = [
  ['US-CA-2', 'US California 2', 'NORTH_AMERICA', true],
  ['US-GA-2', 'US Georgia 2', 'NORTH_AMERICA', true],
  ['US-IL-1', 'US Illinois 1', 'NORTH_AMERICA', true],
  ['US-KS-2', 'US Kansas 2', 'NORTH_AMERICA', true],
  ['US-NC-1', 'US North Carolina 1', 'NORTH_AMERICA', true],
  ['US-TX-3', 'US Texas 3', 'NORTH_AMERICA', true],
  ['US-WA-1', 'US Washington 1', 'NORTH_AMERICA', true],
  ['CA-MTL-1', 'Canada Montreal 1', 'NORTH_AMERICA', true],
  ['CA-MTL-3', 'Canada Montreal 3', 'NORTH_AMERICA', true],
  ['EU-CZ-1', 'EU Czechia 1', 'EUROPE', true],
  ['EU-FR-1', 'EU France 1', 'EUROPE', true],
  ['EU-NL-1', 'EU Netherlands 1', 'EUROPE', true],
  ['EU-RO-1', 'EU Romania 1', 'EUROPE', true],
  ['EU-SE-1', 'EU Sweden 1', 'EUROPE', true],
  ['EUR-IS-1', 'Europe Iceland 1', 'EUROPE', true],
  ['EUR-NO-1', 'Europe Norway 1', 'EUROPE', true],
  ['AP-JP-1', 'Asia Pacific Japan 1', 'ASIA', false],
  ['OC-AU-1', 'Oceania Australia 1', 'OCEANIA', false],
]

/** "EUR-IS-1" says Iceland and "CA-MTL-3" Canada; where the first word is a union, the second names the country. */
function countryOf(id: string): string {
  const [first = '', second = ''] = id.split('-')
  return first === 'US' || first === 'CA' ? first : second
}

export const DATA_CENTERS: readonly DataCenterFacts[] = ROWS.map(([id, name, region, globalNetwork]) => ({
  id,
  name,
  country: countryOf(id),
  region,
  globalNetwork,
  networkVolumeTypes: globalNetwork ? ['STANDARD', 'HIGH_PERFORMANCE'] : ['STANDARD'],
  compliance:
    region === 'EUROPE' ? ['GDPR', 'SOC_2_TYPE_2', 'ISO_IEC_27001'] : ['SOC_2_TYPE_2', 'ISO_IEC_27001'],
}))
