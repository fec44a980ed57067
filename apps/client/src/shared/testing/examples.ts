import type { OfferView } from '@berth/contract/schemas/catalog'
import type { RentalDetail, RentalPreview } from '@berth/contract/schemas/rentals'

const NOW = '2026-03-01T12:00:00.000Z'
const gpu = {
  key: 'nvidia-h100-80gb-sxm',
  vendor: 'nvidia' as const,
  model: 'H100',
  memoryGib: 80,
  formFactor: 'sxm' as const,
  rawName: 'H100',
}
const terms = { stopStart: 'none', teardownSeconds: 60, images: 'any' } as const
const region = { code: 'US-KS-2', country: 'US', continent: 'NA' as const }

export const aSshKey = {
  id: 'key_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  name: 'laptop',
  type: 'ssh-ed25519',
  fingerprint: 'SHA256:Q1x3v0nq2mYt5F3k9ZpVb7Lr8sWc4uHd6TjEa1oGiKs',
  publicKey: 'ssh-ed25519 AAAA laptop',
  createdAt: NOW,
}

export const anOffer = (change: Partial<OfferView> = {}): OfferView => ({
  id: 'runpod:US-KS-2/h100',
  provider: 'runpod',
  providerName: 'RunPod',
  aggregator: false,
  soldFor: null,
  gpu,
  gpuCount: 1,
  region,
  podKind: 'container',
  spot: false,
  vcpus: 16,
  ramGib: 128,
  disk: { includedGib: 100, maxGib: 2000 },
  stock: 'high',
  reliability: null,
  priceMicrosPerHour: 2_100_000,
  pricePerGpuMicrosPerHour: 2_100_000,
  upstreamMicrosPerHour: 2_000_000,
  diskMicrosPerGibHour: 0,
  refreshedAt: NOW,
  ageSeconds: 12,
  sourceLatencyMs: 300,
  lastRefusedAt: null,
  launchSuccessRate: 0.97,
  medianBootSeconds: 42,
  terms,
  ...change,
})

export const aPreview = (change: Partial<RentalPreview> = {}): RentalPreview => ({
  priceMicrosPerHour: 2_100_000,
  pricePerDayMicros: 50_400_000,
  upstreamMicrosPerHour: 2_000_000,
  firstHoldMicros: 175_000,
  availableMicros: 20_000_000,
  shortfallMicros: 0,
  runwaySeconds: 34_285,
  totalMicros: null,
  ...change,
})

export const aRental = (change: Partial<RentalDetail> = {}): RentalDetail => ({
  id: 'rent_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  name: 'amber-heron',
  phase: 'running',
  health: 'ok',
  endReason: null,
  endDetail: null,
  offerId: 'runpod:US-KS-2/h100',
  provider: 'runpod',
  providerName: 'RunPod',
  terms,
  gpu,
  gpuCount: 1,
  region,
  podKind: 'container',
  spot: false,
  image: 'ubuntu:24.04',
  diskGib: 100,
  sshKeyIds: [aSshKey.id],
  ssh: { host: '203.0.113.7', port: 22, user: 'root', command: 'ssh root@203.0.113.7' },
  endsAt: null,
  spendLimitMicros: null,
  meter: {
    startedAt: NOW,
    endedAt: null,
    chargedUntil: NOW,
    chargedMicros: 0,
    billedSeconds: 0,
    heldMicros: 175_000,
    fundedUntil: '2026-03-01T12:05:00.000Z',
    priceMicrosPerHour: 2_100_000,
    asOf: NOW,
  },
  requestedAt: NOW,
  readyAt: NOW,
  stopRequestedAt: null,
  endedAt: null,
  attempts: [],
  temporalUrl: null,
  ...change,
})
