import type { OfferView } from '@berth/contract/schemas/catalog'

/** Clouds behind aggregators, by our word for them; one we don't know is shown by its own name. */
const CLOUD_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    aws: 'AWS',
    azure: 'Azure',
    digitalocean: 'DigitalOcean',
    gcp: 'Google Cloud',
    latitude: 'Latitude.sh',
    massedcompute: 'Massed Compute',
    oci: 'Oracle Cloud',
    runpod: 'RunPod',
    tensordock: 'TensorDock',
    vast: 'Vast.ai',
  }),
)

export const cloudName = (cloud: string): string =>
  CLOUD_NAMES.get(cloud) ??
  cloud.replace(/(^|[-\s])(\w)/g, (_, gap, letter) => (gap ? ' ' : '') + letter.toUpperCase())

/** Whose machine an offer is: the cloud behind an aggregator where that is known, else the provider. */
export function sellerOf({ providerName, aggregator, soldFor }: OfferView): {
  cloud: string
  /** The aggregator in between. */
  via: string | null
} {
  if (!aggregator || soldFor === null) return { cloud: providerName, via: null }
  return { cloud: cloudName(soldFor), via: providerName }
}
