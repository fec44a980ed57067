/** The locations of the cloud, as `/locations` answers them. */
export const LOCATIONS = [
  { code: 'FIN-01', name: 'Finland 1', country_code: 'FI' },
  { code: 'FIN-02', name: 'Finland 2', country_code: 'FI' },
  { code: 'FIN-03', name: 'Finland 3', country_code: 'FI' },
  { code: 'ICE-01', name: 'Iceland 1', country_code: 'IS' },
] as const

/** Where an instance goes that names no place. */
export const DEFAULT_LOCATION = 'FIN-03'

export const isLocation = (code: string): boolean => LOCATIONS.some((location) => location.code === code)
