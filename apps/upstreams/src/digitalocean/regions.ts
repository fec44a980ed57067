/** Regions by slug, those with GPU Droplets and some without. */
export const REGION_NAMES: Readonly<Record<string, string>> = {
  nyc1: 'New York 1',
  nyc2: 'New York 2',
  nyc3: 'New York 3',
  sfo3: 'San Francisco 3',
  atl1: 'Atlanta 1',
  tor1: 'Toronto 1',
  ams3: 'Amsterdam 3',
  lon1: 'London 1',
  fra1: 'Frankfurt 1',
  sgp1: 'Singapore 1',
  blr1: 'Bangalore 1',
  syd1: 'Sydney 1',
}

/** A region as every droplet shows it. */
export const renderRegion = (slug: string, sizes: readonly string[]): Record<string, unknown> => ({
  name: REGION_NAMES[slug] ?? slug,
  slug,
  features: ['backups', 'ipv6', 'metadata', 'storage', 'image_transfer'],
  available: true,
  sizes,
})
