import type { Instance } from './port.ts'

/** What "there is no such instance" looks like to the port; `rawStatus` is how the provider said so. */
export const goneInstance = (id: string, rawStatus = '404'): Instance => ({
  id,
  marker: null,
  state: 'gone',
  rawStatus,
  ssh: null,
  hostId: null,
  gpu: null,
  upstreamMicrosPerHour: null,
  createdAt: null,
  ports: [],
  statusMessage: null,
})
