/** Public images, alike in every region. Those with a driver name it. */
const NAMES = [
  'Ubuntu Server 24.04 LTS (Noble Numbat)',
  'Ubuntu Server 24.04 LTS R570 CUDA 12.8',
  'Ubuntu Server 24.04 LTS R570 CUDA 12.8 with Docker',
  'Ubuntu Server 22.04 LTS R535 CUDA 12.2',
  'Ubuntu Server 22.04 LTS R535 CUDA 12.2 with Docker',
  'Debian 12 (Bookworm)',
  'Windows Server 2022 Standard',
]

const FIRST_IMAGE_ID = 300

export const isImage = (name: string): boolean => NAMES.includes(name)

/** The images of one region as `/core/images` groups them. */
export function renderImages(region: string): Record<string, unknown>[] {
  const types = [...new Set(NAMES.map(typeOf))]
  return types.map((type) => ({
    region_name: region,
    type,
    logo: '',
    images: NAMES.filter((name) => typeOf(name) === type).map((name) => renderImage(name, region)),
  }))
}

const typeOf = (name: string): string => name.split(' ')[0] ?? name

const renderImage = (name: string, region: string): Record<string, unknown> => ({
  id: FIRST_IMAGE_ID + NAMES.indexOf(name),
  name,
  region_name: region,
  type: typeOf(name),
  version: /\d+(\.\d+)?/.exec(name)?.[0] ?? '',
  size: 24_000_000_000,
  display_size: '24 GB',
  is_public: true,
  labels: [],
})
