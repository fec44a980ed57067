import type { Instance, LaunchRequest } from './port.ts'

/** What a launch that tells nothing but the id has made, as far as it follows from what was ordered. */
export const orderedInstance = (
  id: string,
  { marker, offer }: Pick<LaunchRequest, 'marker' | 'offer'>,
  rawStatus: string,
): Instance => ({
  id,
  marker,
  state: 'provisioning',
  rawStatus,
  ssh: null,
  hostId: null,
  gpu: { rawName: offer.gpu.rawName, count: offer.gpuCount },
  upstreamMicrosPerHour: offer.upstreamMicrosPerHour,
  createdAt: null,
  ports: [],
  statusMessage: null,
})
